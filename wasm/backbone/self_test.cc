#include "backbone/self_test.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "backbone/aligned_buffer.h"
#include "backbone/inception_v3.h"
#include "backbone/int16_operators.h"
#include "backbone/int8_average_pooling.h"
#include "backbone/quantization.h"
#include "backbone/winograd.h"
#include "backbone/xnn_operator.h"
#include "core/error.h"
#include "core/rng.h"

namespace tabtrain {
namespace {

constexpr int kSize = 9;  // height and width of the input
constexpr size_t kPixels = size_t{kSize} * kSize;
constexpr double kTolerance = 1e-5;
constexpr size_t kPastEnd = 128;  // bytes that XNNPACK may read behind the last

// One of each kind of operator.
std::array<OperatorShape, 6> Shapes(int in_channels, int out_channels) {
  const auto shape = [&](const char* name, LayerType type, int kernel_height, int kernel_width,
                         int stride, Padding padding) {
    const int out = type == LayerType::kConv ? out_channels : in_channels;
    return OperatorShape{.name = name,
                         .type = type,
                         .kernel_height = kernel_height,
                         .kernel_width = kernel_width,
                         .stride = stride,
                         .padding = padding,
                         .in_channels = in_channels,
                         .out_channels = out,
                         .input_stride = static_cast<size_t>(in_channels),
                         .output_stride = static_cast<size_t>(out)};
  };
  return {shape("a 1x1 convolution", LayerType::kConv, 1, 1, 1, Padding::kSame),
          shape("a 3x3 convolution", LayerType::kConv, 3, 3, 1, Padding::kSame),
          shape("a 3x3 convolution of stride 2", LayerType::kConv, 3, 3, 2, Padding::kValid),
          shape("a 1x7 convolution", LayerType::kConv, 1, 7, 1, Padding::kSame),
          shape("max pooling", LayerType::kMaxPool, 3, 3, 2, Padding::kValid),
          shape("average pooling", LayerType::kAveragePool, 3, 3, 1, Padding::kSame)};
}
// They fill no tile of XNNPACK's kernels, so that their remainders run as well.
constexpr int kOddInput = 19, kOddOutput = 27;
// These our own kernels take.
constexpr int kEvenInput = 16, kEvenOutput = 24;

// Values for the operator as doubles: in float32 what it computes with, in int8 levels less their
// zero point.
struct Data {
  std::vector<double> input, kernel, bias;  // NHWC, OHWI
};

template <typename T>
AlignedBuffer<T> Padded(size_t size) {
  AlignedBuffer<T> buffer(size + kPastEnd / sizeof(T));
  std::fill_n(buffer.data(), buffer.size(), T{0});
  return buffer;
}

// One value of the output in double precision, before any relu.
double Reference(const OperatorShape& shape, const Data& data, int y, int x, int channel) {
  double sum = 0, largest = -std::numeric_limits<double>::infinity();
  int count = 0;
  for (int ky = 0; ky < shape.kernel_height; ++ky) {
    for (int kx = 0; kx < shape.kernel_width; ++kx) {
      const int iy = y * shape.stride + ky - shape.pad_y();
      const int ix = x * shape.stride + kx - shape.pad_x();
      if (iy < 0 || ix < 0 || iy >= kSize || ix >= kSize) continue;
      const double* pixel = data.input.data() + ptrdiff_t{iy * kSize + ix} * shape.in_channels;
      ++count;
      if (shape.type != LayerType::kConv) {
        sum += pixel[channel];
        largest = std::max(largest, pixel[channel]);
        continue;
      }
      const int tap = (channel * shape.kernel_height + ky) * shape.kernel_width + kx;
      const double* weights = data.kernel.data() + ptrdiff_t{tap} * shape.in_channels;
      for (int c = 0; c < shape.in_channels; ++c) sum += pixel[c] * weights[c];
    }
  }
  if (shape.type == LayerType::kMaxPool) return largest;
  if (shape.type == LayerType::kAveragePool) return sum / count;
  return sum + data.bias[static_cast<size_t>(channel)];
}

// Runs the operator on `input`, and compares each output with `expected(channel, reference)`.
template <typename T, typename Expected>
void Check(Operator& op, const OperatorShape& shape, const Data& data,
           const AlignedBuffer<T>& input, double tolerance, ThreadPool& pool,
           const Expected& expected) {
  const AlignedBuffer<T> output = Padded<T>(kPixels * shape.out_channels);
  const AlignedBuffer<uint8_t> workspace(op.Reshape(1, kSize, kSize, pool));
  op.Setup(input.data(), output.data(), workspace.data());
  op.Run(pool);

  const int size =
      shape.padding == Padding::kSame ? kSize : (kSize - shape.kernel_height) / shape.stride + 1;
  const T* value = output.data();
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      for (int c = 0; c < shape.out_channels; ++c, ++value) {
        const double difference = std::abs(*value - expected(c, Reference(shape, data, y, x, c)));
        // Written so that a NaN is off as well.
        CheckInvariant(difference <= tolerance,
                       "the self-test of " + shape.name + " is off on this device");
      }
    }
  }
}

std::vector<float> Random(size_t size, Rng& rng) {
  std::vector<float> values(size);
  for (float& value : values) value = rng.Uniform(-1, 1);
  return values;
}

void CheckFloat32(const OperatorShape& shape, ThreadPool& pool, Rng& rng) {
  const std::vector<float> input = Random(kPixels * shape.in_channels, rng);
  const std::vector<float> kernel = Random(shape.kernel_size(), rng);
  const std::vector<float> bias = Random(shape.out_channels, rng);
  const std::unique_ptr<Operator> op =
      HasWinograd(shape)                  ? WinogradConvolution(shape, kernel, bias)
      : shape.type == LayerType::kConv    ? XnnConvolution(shape, kernel, bias)
      : shape.type == LayerType::kMaxPool ? XnnMaxPooling(shape, Precision::kFloat32)
                                          : XnnAveragePooling(shape);
  const AlignedBuffer<float> padded = Padded<float>(input.size());
  std::ranges::copy(input, padded.data());
  const Data data{
      {input.begin(), input.end()}, {kernel.begin(), kernel.end()}, {bias.begin(), bias.end()}};
  const bool relu = shape.type != LayerType::kMaxPool;
  const double terms = shape.in_channels * shape.kernel_height * shape.kernel_width;
  Check(*op, shape, data, padded, kTolerance * terms, pool,
        [&](int, double value) { return relu ? std::max(0.0, value) : value; });
}

// All 256 levels go in, so that arithmetic which saturates or takes a sign for granted shows.
void CheckInt8(const OperatorShape& shape, ThreadPool& pool, Rng& rng) {
  const Quantization input_levels{.scale = 1 / 100.0f, .zero_point = -3};
  const Quantization output_levels{.scale = 1 / 40.0f, .zero_point = -128};
  const std::vector<Quantization> outputs(shape.out_channels, output_levels);
  const QuantizedConvolution convolution = QuantizeConvolution(
      Random(shape.kernel_size(), rng), Random(shape.out_channels, rng), input_levels, outputs);
  const AlignedBuffer<int8_t> input = Padded<int8_t>(kPixels * shape.in_channels);
  Data data{{},
            {convolution.kernel.begin(), convolution.kernel.end()},
            {convolution.bias.begin(), convolution.bias.end()}};
  for (size_t i = 0; i < kPixels * shape.in_channels; ++i) {
    input.data()[i] = static_cast<int8_t>(rng.Below(256));
    data.input.push_back(input.data()[i] - input_levels.zero_point);
  }
  const std::unique_ptr<Operator> op =
      shape.type == LayerType::kConv      ? XnnConvolution(shape, convolution)
      : shape.type == LayerType::kMaxPool ? XnnMaxPooling(shape, Precision::kInt8)
                                          : Int8AveragePooling(shape, input_levels, output_levels);
  const double pooling_scale = input_levels.scale / output_levels.scale;
  constexpr double kRounding = 0.51;  // of a level
  Check(*op, shape, data, input, kRounding, pool, [&](int channel, double value) {
    if (shape.type == LayerType::kMaxPool) return value + input_levels.zero_point;
    const double scale = shape.type == LayerType::kConv
                             ? static_cast<double>(convolution.kernel_scale[channel])
                             : pooling_scale;
    return std::clamp(value * scale - 128, -128.0, 127.0);
  });
}

// Levels of all sizes, and weights as large as they come: sums that leave int32 would show.
void CheckInt16(const OperatorShape& shape, ThreadPool& pool, Rng& rng) {
  const double terms = shape.in_channels * shape.kernel_height * shape.kernel_width;
  const std::vector<float> kernel = Random(shape.kernel_size(), rng);
  const std::vector<float> bias = Random(shape.out_channels, rng);
  const Int16Scales scales{
      .input = 1.0f / kLargestLevel,
      .outputs = std::vector<float>(shape.out_channels, static_cast<float>(terms / kLargestLevel))};
  constexpr float kRatio = 0.9f;  // of the scales on both sides of an average pooling
  const AlignedBuffer<int16_t> input = Padded<int16_t>(kPixels * shape.in_channels);
  Data data{{}, {kernel.begin(), kernel.end()}, {}};
  for (const float b : bias) data.bias.push_back(b * kLargestLevel);
  for (size_t i = 0; i < kPixels * shape.in_channels; ++i) {
    input.data()[i] = static_cast<int16_t>(rng.Below(kLargestLevel + 1));
    data.input.push_back(input.data()[i]);
  }
  const std::unique_ptr<Operator> op =
      HasWinograd(shape)                  ? WinogradConvolution(shape, kernel, bias, scales)
      : shape.type == LayerType::kConv    ? Int16Convolution(shape, kernel, bias, scales)
      : shape.type == LayerType::kMaxPool ? Int16MaxPooling(shape)
                                          : Int16AveragePooling(shape, kRatio);
  // Winograd's transforms widen the errors of rounding.
  const double tolerance = HasWinograd(shape) ? 16 : 1;  // levels
  Check(*op, shape, data, input, tolerance, pool, [&](int, double value) {
    if (shape.type == LayerType::kMaxPool) return value;
    const double scale = shape.type == LayerType::kConv ? 1 / terms : kRatio;
    return std::clamp(value * scale, 0.0, static_cast<double>(kLargestLevel));
  });
}

}  // namespace

void SelfTest(ThreadPool& pool) {
  Rng rng(1);
  for (const OperatorShape& shape : Shapes(kOddInput, kOddOutput)) {
    CheckFloat32(shape, pool, rng);
    CheckInt8(shape, pool, rng);
  }
  for (const OperatorShape& shape : Shapes(kEvenInput, kEvenOutput)) {
    CheckFloat32(shape, pool, rng);
    CheckInt16(shape, pool, rng);
  }
}

}  // namespace tabtrain
