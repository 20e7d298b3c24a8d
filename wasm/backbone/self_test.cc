#include "backbone/self_test.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "backbone/aligned_buffer.h"
#include "backbone/inception_v3.h"
#include "backbone/xnn_operator.h"
#include "core/error.h"
#include "core/rng.h"

namespace tabtrain {
namespace {

constexpr int kSize = 9;  // height and width of the input
constexpr size_t kPixels = size_t{kSize} * kSize;
constexpr double kTolerance = 1e-5;

// Channel counts that fill no tile of the kernels, so that their remainders run as well.
constexpr std::array kLayers = {
    internal::Conv("a 1x1 convolution", 1, 1, 1, Padding::kSame, 19, 27, "", "", 0),
    internal::Conv("a 3x3 convolution", 3, 3, 1, Padding::kSame, 19, 27, "", "", 0),
    internal::Conv("a 3x3 convolution of stride 2", 3, 3, 2, Padding::kValid, 19, 27, "", "", 0),
    internal::MaxPool("max pooling", 19, "", "", 0),
    internal::AveragePool("average pooling", 19, ""),
};

struct Data {
  std::vector<float> input, kernel, bias;  // NHWC, OHWI
};

Data RandomData(const InceptionLayer& layer, Rng& rng) {
  const auto in = static_cast<size_t>(layer.in_channels);
  const auto out = static_cast<size_t>(layer.out_channels);
  Data data{.input = std::vector<float>(kPixels * in),
            .kernel = std::vector<float>(out * layer.kernel_height * layer.kernel_width * in),
            .bias = std::vector<float>(out)};
  for (auto* values : {&data.input, &data.kernel, &data.bias}) {
    for (float& value : *values) value = rng.Uniform(-1, 1);
  }
  return data;
}

// One value of the output, in double precision.
double Reference(const InceptionLayer& layer, const Data& data, int y, int x, int channel) {
  const int pad = layer.padding == Padding::kSame ? (layer.kernel_height - 1) / 2 : 0;
  double sum = 0, largest = -std::numeric_limits<double>::infinity();
  int count = 0;
  for (int ky = 0; ky < layer.kernel_height; ++ky) {
    for (int kx = 0; kx < layer.kernel_width; ++kx) {
      const int iy = y * layer.stride + ky - pad, ix = x * layer.stride + kx - pad;
      if (iy < 0 || ix < 0 || iy >= kSize || ix >= kSize) continue;
      const float* pixel = data.input.data() + ptrdiff_t{iy * kSize + ix} * layer.in_channels;
      ++count;
      if (layer.type != LayerType::kConv) {
        sum += pixel[channel];
        largest = std::max(largest, static_cast<double>(pixel[channel]));
        continue;
      }
      const int tap = (channel * layer.kernel_height + ky) * layer.kernel_width + kx;
      const float* weights = data.kernel.data() + ptrdiff_t{tap} * layer.in_channels;
      for (int c = 0; c < layer.in_channels; ++c) sum += static_cast<double>(pixel[c]) * weights[c];
    }
  }
  if (layer.type == LayerType::kMaxPool) return largest;
  if (layer.type == LayerType::kAveragePool) return sum / count;
  return std::max(0.0, sum + data.bias[static_cast<size_t>(channel)]);
}

void Check(const InceptionLayer& layer, ThreadPool& pool, Rng& rng) {
  const Data data = RandomData(layer, rng);
  const auto in = static_cast<size_t>(layer.in_channels);
  const auto out = static_cast<size_t>(layer.out_channels);
  XnnOperator op = layer.type == LayerType::kConv
                       ? XnnOperator::Convolution(layer, data.kernel, data.bias, in, out)
                       : XnnOperator::Pooling(layer, in, out);
  constexpr size_t kPastEnd = 16;  // floats that XNNPACK may read behind the last
  const AlignedBuffer<float> input(data.input.size() + kPastEnd), output(kPixels * out + kPastEnd);
  std::fill_n(input.data(), input.size(), 0.0f);
  std::ranges::copy(data.input, input.data());
  const AlignedBuffer<uint8_t> workspace(op.Reshape(1, kSize, kSize, pool.handle()));
  op.Setup(input.data(), output.data(), workspace.data());
  op.Run(pool.handle());

  const int size =
      layer.padding == Padding::kSame ? kSize : (kSize - layer.kernel_height) / layer.stride + 1;
  const double scale = layer.in_channels * layer.kernel_height * layer.kernel_width;
  const float* value = output.data();
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      for (int c = 0; c < layer.out_channels; ++c, ++value) {
        const double difference = std::abs(*value - Reference(layer, data, y, x, c));
        // Written so that a NaN is off as well.
        CheckInvariant(difference <= kTolerance * scale,
                       "the self-test of " + std::string(layer.name) + " is off on this device");
      }
    }
  }
}

}  // namespace

void SelfTest(ThreadPool& pool) {
  Rng rng(1);
  for (const InceptionLayer& layer : kLayers) Check(layer, pool, rng);
}

}  // namespace tabtrain
