// Our own operators against sums in double precision, one output at a time.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "backbone/aligned_buffer.h"
#include "backbone/int16_operators.h"
#include "backbone/winograd.h"
#include "core/rng.h"

namespace tabtrain {
namespace {

struct Case {
  int kernel_height, kernel_width, stride;
  Padding padding;
  int in_channels, out_channels, height, width;
  bool relu = true;

  // Pixels lie further apart than they have channels, as in a concatenation.
  static constexpr int kMore = 8;
  OperatorShape Shape(LayerType type = LayerType::kConv) const {
    return {.name = "test",
            .type = type,
            .kernel_height = kernel_height,
            .kernel_width = kernel_width,
            .stride = stride,
            .padding = padding,
            .in_channels = in_channels,
            .out_channels = out_channels,
            .input_stride = static_cast<size_t>(in_channels % 4 == 0 ? in_channels + kMore : 4),
            .output_stride = static_cast<size_t>(out_channels + kMore),
            .relu = relu};
  }
  int out_height() const { return (height + 2 * Shape().pad_y() - kernel_height) / stride + 1; }
  int out_width() const { return (width + 2 * Shape().pad_x() - kernel_width) / stride + 1; }
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.kernel_height << "x" << c.kernel_width << "/" << c.stride << " of " << c.height
             << "x" << c.width << "x" << c.in_channels << " to " << c.out_channels;
}

constexpr int kBatch = 2;

std::vector<float> Random(size_t size, Rng& rng, float low = -1, float high = 1) {
  std::vector<float> values(size);
  for (float& value : values) value = rng.Uniform(low, high);
  return values;
}

// input [batch, height, width, in_channels] to [batch, out_height, out_width, out_channels].
std::vector<double> Reference(const Case& c, const std::vector<float>& input,
                              const std::vector<float>& kernel, const std::vector<float>& bias) {
  const OperatorShape shape = c.Shape();
  std::vector<double> output;
  for (int image = 0; image < kBatch; ++image) {
    for (int y = 0; y < c.out_height(); ++y) {
      for (int x = 0; x < c.out_width(); ++x) {
        for (int o = 0; o < c.out_channels; ++o) {
          double sum = bias[o];
          for (int t = 0; t < c.kernel_height * c.kernel_width; ++t) {
            const int iy = y * c.stride - shape.pad_y() + t / c.kernel_width;
            const int ix = x * c.stride - shape.pad_x() + t % c.kernel_width;
            if (iy < 0 || ix < 0 || iy >= c.height || ix >= c.width) continue;
            for (int i = 0; i < c.in_channels; ++i) {
              sum += static_cast<double>(
                         input[((image * c.height + iy) * c.width + ix) * c.in_channels + i]) *
                     kernel[(o * c.kernel_height * c.kernel_width + t) * c.in_channels + i];
            }
          }
          output.push_back(c.relu ? std::max(sum, 0.0) : sum);
        }
      }
    }
  }
  return output;
}

// What the operator gives for input [batch, height, width, in_channels]; what lies between the
// pixels has to stay as it was.
template <typename T>
std::vector<T> Output(Operator& op, const Case& c, const std::vector<T>& input, size_t threads) {
  const OperatorShape shape = c.Shape();
  ThreadPool pool(threads);
  const size_t pixels = size_t{kBatch} * c.height * c.width;
  const size_t out_pixels = size_t{kBatch} * c.out_height() * c.out_width();
  std::vector<T> wide_input(pixels * shape.input_stride);
  for (size_t pixel = 0; pixel < pixels; ++pixel) {
    std::copy_n(&input[pixel * c.in_channels], c.in_channels,
                &wide_input[pixel * shape.input_stride]);
  }
  constexpr T kUntouched = 77;
  std::vector<T> wide_output(out_pixels * shape.output_stride, kUntouched);
  const AlignedBuffer<uint8_t> workspace(op.Reshape(kBatch, c.height, c.width, pool));
  op.Setup(wide_input.data(), wide_output.data(), workspace.data());
  op.Run(pool);
  std::vector<T> output;
  for (size_t pixel = 0; pixel < out_pixels; ++pixel) {
    const auto begin = wide_output.begin() + pixel * shape.output_stride;
    output.insert(output.end(), begin, begin + c.out_channels);
    EXPECT_TRUE(std::all_of(begin + c.out_channels, begin + shape.output_stride,
                            [](T value) { return value == kUntouched; }));
  }
  return output;
}

// Runs on one thread and on three, which has to give the same to the bit.
template <typename T>
std::vector<T> SameOutput(Operator& op, const Case& c, const std::vector<T>& input) {
  const std::vector<T> output = Output(op, c, input, 1);
  EXPECT_EQ(Output(op, c, input, 3), output);
  return output;
}

double Largest(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

// The largest difference, as a part of the largest value.
template <typename T>
double Error(const std::vector<T>& values, const std::vector<double>& expected, double scale = 1) {
  EXPECT_EQ(values.size(), expected.size());
  double difference = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    difference = std::max(difference, std::abs(values[i] * scale - expected[i]));
  }
  return difference / Largest(expected);
}

void CheckFloat32Winograd(const Case& c) {
  Rng rng(1);
  const std::vector<float> input = Random(size_t{kBatch} * c.height * c.width * c.in_channels, rng);
  const std::vector<float> kernel = Random(c.Shape().kernel_size(), rng);
  const std::vector<float> bias = Random(c.out_channels, rng);
  ASSERT_TRUE(HasWinograd(c.Shape()));
  const auto op = WinogradConvolution(c.Shape(), kernel, bias);
  EXPECT_LT(Error(SameOutput(*op, c, input), Reference(c, input, kernel, bias)), 2e-5);
}

class WinogradTest : public testing::TestWithParam<Case> {};

TEST_P(WinogradTest, Float32IsTheDirectConvolution) { CheckFloat32Winograd(GetParam()); }

using MakeIntegerConvolution = decltype(Int16Convolution);

std::unique_ptr<Operator> Int16Winograd(const OperatorShape& shape, std::span<const float> kernel,
                                        std::span<const float> bias, const Int16Scales& scales) {
  return WinogradConvolution(shape, kernel, bias, scales);
}

// Activations as they come: most are small, few reach the top. With large weights of one sign the
// sums come as near to the limits of their type as they can. The tolerance of a transform is what
// its errors of rounding come to on values without any order, 448 channels of them.
void CheckIntegers(const Case& c, MakeIntegerConvolution& make, int largest_level,
                   float lowest_weight, double tolerance) {
  Rng rng(2);
  std::vector<float> input(size_t{kBatch} * c.height * c.width * c.in_channels);
  std::vector<int16_t> levels(input.size());
  const float input_scale = 1.0f / static_cast<float>(largest_level);
  for (size_t i = 0; i < input.size(); ++i) {
    const float value = lowest_weight > 0 ? 1 : std::pow(rng.Uniform(0, 1), 3.0f);
    levels[i] = static_cast<int16_t>(std::lround(value / input_scale));
    input[i] = static_cast<float>(levels[i]) * input_scale;
  }
  const std::vector<float> kernel = Random(c.Shape().kernel_size(), rng, lowest_weight, 1);
  const std::vector<float> bias = Random(c.out_channels, rng);
  const std::vector<double> expected = Reference(c, input, kernel, bias);
  const float scale = static_cast<float>(Largest(expected)) / kLargestLevel;
  const Int16Scales scales{.input = input_scale,
                           .outputs = std::vector<float>(c.out_channels, scale)};
  const auto op = make(c.Shape(), kernel, bias, scales);
  EXPECT_LT(Error(SameOutput(*op, c, levels), expected, scale), tolerance);
}

TEST_P(WinogradTest, Int16ComesClose) {
  CheckIntegers(GetParam(), Int16Winograd, kLargestLevel, -1, 0.05);
}
TEST_P(WinogradTest, Int16DoesNotOverflow) {
  CheckIntegers(GetParam(), Int16Winograd, kLargestLevel, 0.9f, 0.01);
}

// Sizes that are multiples of no tile, and channels that are those of the network.
INSTANTIATE_TEST_SUITE_P(Shapes, WinogradTest,
                         testing::Values(Case{3, 3, 1, Padding::kSame, 32, 64, 11, 14},
                                         Case{3, 3, 1, Padding::kValid, 80, 24, 9, 12},
                                         Case{3, 3, 1, Padding::kSame, 64, 40, 3, 2},
                                         Case{3, 3, 1, Padding::kSame, 448, 16, 8, 8},
                                         Case{5, 5, 1, Padding::kSame, 48, 64, 7, 8},
                                         Case{1, 3, 1, Padding::kSame, 384, 32, 8, 8},
                                         Case{3, 1, 1, Padding::kSame, 16, 24, 5, 9},
                                         Case{1, 7, 1, Padding::kSame, 128, 16, 17, 17},
                                         Case{7, 1, 1, Padding::kSame, 192, 24, 17, 17}));

TEST(Winograd, WorksWithoutRelu) {
  CheckFloat32Winograd({3, 3, 1, Padding::kSame, 8, 8, 40, 40, false});
}

TEST(Winograd, IsForStrideOneAndWholePanels) {
  EXPECT_FALSE(HasWinograd(Case{3, 3, 2, Padding::kValid, 32, 32, 9, 9}.Shape()));
  EXPECT_FALSE(HasWinograd(Case{1, 1, 1, Padding::kSame, 32, 32, 9, 9}.Shape()));
  EXPECT_FALSE(HasWinograd(Case{3, 3, 1, Padding::kSame, 3, 32, 9, 9}.Shape()));
  EXPECT_FALSE(HasWinograd(Case{3, 3, 1, Padding::kSame, 32, 12, 9, 9}.Shape()));
  EXPECT_FALSE(
      HasWinograd(Case{3, 3, 2, Padding::kValid, 32, 32, 9, 9}.Shape(LayerType::kMaxPool)));
}

class Int16Test : public testing::TestWithParam<Case> {};

TEST_P(Int16Test, ComesClose) {
  CheckIntegers(GetParam(), Int16Convolution, kLargestLevel, -1, 3e-3);
}
TEST_P(Int16Test, DoesNotOverflow) {
  CheckIntegers(GetParam(), Int16Convolution, kLargestLevel, 0.9f, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Int16Test,
                         testing::Values(Case{1, 1, 1, Padding::kSame, 64, 80, 9, 7},
                                         Case{1, 1, 1, Padding::kSame, 2048, 12, 8, 8},
                                         Case{1, 1, 1, Padding::kSame, 32, 16, 8, 8, false},
                                         Case{3, 3, 2, Padding::kValid, 3, 32, 15, 17},
                                         Case{3, 3, 2, Padding::kValid, 288, 16, 9, 9},
                                         Case{3, 3, 1, Padding::kSame, 448, 8, 8, 8},
                                         Case{1, 7, 1, Padding::kSame, 20, 36, 6, 5}));

class Int8Test : public testing::TestWithParam<Case> {};

constexpr int kLargestByteLevel = kLargestByte * kLevelsOfByte;

TEST_P(Int8Test, ComesClose) {
  CheckIntegers(GetParam(), Int8Convolution, kLargestByteLevel, -1, 0.03);
}
TEST_P(Int8Test, DoesNotOverflow) {
  CheckIntegers(GetParam(), Int8Convolution, kLargestByteLevel, 0.9f, 0.01);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Int8Test,
                         testing::Values(Case{1, 1, 1, Padding::kSame, 64, 80, 9, 7},
                                         Case{1, 1, 1, Padding::kSame, 2048, 12, 8, 8},
                                         Case{1, 1, 1, Padding::kSame, 32, 16, 8, 8, false},
                                         Case{3, 3, 2, Padding::kValid, 288, 16, 9, 9},
                                         Case{3, 3, 1, Padding::kSame, 448, 8, 8, 8},
                                         Case{1, 7, 1, Padding::kSame, 24, 36, 6, 5}));

TEST(Int8Convolution, CutsWhatIsAboveSevenBits) {
  const Case c{1, 1, 1, Padding::kSame, 8, 4, 1, 1};
  const std::vector<float> kernel(c.Shape().kernel_size(), 1), bias(4, 0);
  const auto op =
      Int8Convolution(c.Shape(), kernel, bias, {.input = 1, .outputs = std::vector<float>(4, 8)});
  const std::vector<int16_t> levels(size_t{kBatch} * 8, kLargestLevel);
  EXPECT_EQ(SameOutput(*op, c, levels),
            std::vector<int16_t>(size_t{kBatch} * 4, kLargestByteLevel));
}

// The reference looks at one window at a time.
void CheckPooling(Operator& op, const Case& c, int lowest,
                  const std::function<double(const std::vector<int>&)>& expected) {
  Rng rng(3);
  std::vector<int16_t> input(size_t{kBatch} * c.height * c.width * c.in_channels);
  for (int16_t& level : input) {
    level = static_cast<int16_t>(lowest + static_cast<int>(rng.Below(kLargestLevel + 1 - lowest)));
  }
  const std::vector<int16_t> output = SameOutput(op, c, input);
  size_t i = 0;
  for (int image = 0; image < kBatch; ++image) {
    for (int y = 0; y < c.out_height(); ++y) {
      for (int x = 0; x < c.out_width(); ++x) {
        for (int channel = 0; channel < c.in_channels; ++channel) {
          std::vector<int> window;
          for (int t = 0; t < 9; ++t) {
            const int iy = y * c.stride - c.Shape().pad_y() + t / 3;
            const int ix = x * c.stride - c.Shape().pad_x() + t % 3;
            if (iy < 0 || ix < 0 || iy >= c.height || ix >= c.width) continue;
            window.push_back(
                input[((image * c.height + iy) * c.width + ix) * c.in_channels + channel]);
          }
          ASSERT_NEAR(output[i++], expected(window), 0.51) << y << " " << x << " " << channel;
        }
      }
    }
  }
}

TEST(Int16MaxPooling, TakesTheLargest) {
  const Case c{3, 3, 2, Padding::kValid, 24, 24, 11, 8};
  const auto op = Int16MaxPooling(c.Shape(LayerType::kMaxPool));
  CheckPooling(*op, c, 0, [](const std::vector<int>& window) {
    return *std::max_element(window.begin(), window.end());
  });
}

TEST(Int16AveragePooling, DoesNotCountTheBorder) {
  const Case c{3, 3, 1, Padding::kSame, 24, 24, 9, 8};
  constexpr float kRatio = 1.7f;
  const auto op = Int16AveragePooling(c.Shape(LayerType::kAveragePool), kRatio);
  CheckPooling(*op, c, -kLargestLevel, [](const std::vector<int>& window) {
    double sum = 0;
    for (const int level : window) sum += level;
    return std::clamp<double>(sum / window.size() * kRatio, 0, kLargestLevel);
  });
}

TEST(FinestWeightScale, LeavesRoomForTheLargestSum) {
  Rng rng(4);
  for (const size_t size : {1, 3, 100, 5000}) {
    std::vector<double> weights(size);
    for (double& w : weights) w = rng.Uniform(-3, 3);
    const double scale = FinestWeightScale(weights, kLargestLevel);
    int64_t sum = 0;
    for (const double w : weights) {
      const int64_t q = std::llrint(std::abs(w) / scale);
      EXPECT_LE(q, INT16_MAX);
      sum += q * kLargestLevel;
    }
    EXPECT_LE(sum, INT32_MAX);
    EXPECT_GT(sum, size < 10 ? 0 : INT32_MAX / 10 * 9);
  }
  EXPECT_GT(FinestWeightScale(std::vector<double>(4), kLargestLevel), 0);
}

TEST(FinestByteWeightScale, LeavesRoomForTheLargestSumOfFour) {
  // Of each eight, those that one sum of int16 takes: the first pairs of both halves, then the
  // rest.
  constexpr std::array<std::array<size_t, 4>, 2> kFours = {{{0, 1, 4, 5}, {2, 3, 6, 7}}};
  Rng rng(5);
  for (const float lowest : {-3.0f, 1.0f}) {
    std::vector<double> weights(800);
    for (double& w : weights) w = rng.Uniform(lowest, 3);
    const double scale = FinestByteWeightScale(weights);
    int largest_weight = 0, largest_sum = 0;
    for (size_t step = 0; step < weights.size(); step += 8) {
      for (const auto& four : kFours) {
        std::array<int, 2> sums{};  // of one sign each: the inputs of the others may be 0
        for (const size_t i : four) {
          const int q = static_cast<int>(std::lrint(weights[step + i] / scale));
          sums[q > 0] += std::abs(q) * kLargestByte;
          largest_weight = std::max(largest_weight, std::abs(q));
        }
        largest_sum = std::max({largest_sum, sums[0], sums[1]});
      }
    }
    EXPECT_LE(largest_weight, 127);
    EXPECT_LE(largest_sum, INT16_MAX);
    EXPECT_GT(std::max(largest_weight * 258, largest_sum), 32000);
  }
  EXPECT_GT(FinestByteWeightScale(std::vector<double>(8)), 0);
}

}  // namespace
}  // namespace tabtrain
