#include "backbone/quantization.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tabtrain {
namespace {

constexpr float kLevels = 255;        // steps between the lowest level and the highest
constexpr float kWeightLevels = 127;  // symmetric: -127..127
constexpr float kLargestBias =
    1 << 24;  // of a channel, in units of the sum: leaves room for the sum

// The finest step for a channel's weights. Where the weights are next to nothing, as in layers that
// have died in training, the bias decides.
float WeightScale(std::span<const float> weights, float bias, const Quantization& input) {
  float largest = 0;
  for (const float w : weights) largest = std::max(largest, std::abs(w));
  return std::max({largest / kWeightLevels, std::abs(bias) / (input.scale * kLargestBias), 1e-12f});
}

}  // namespace

int8_t Quantize(float value, const Quantization& quantization) {
  const float q = std::nearbyint(value / quantization.scale + quantization.zero_point);
  return static_cast<int8_t>(std::clamp(q, -128.0f, 127.0f));
}

std::vector<ActivationRange> TensorRanges(const Graph& graph, const ActivationRanges& ranges) {
  std::vector<ActivationRange> of_tensor(graph.tensors.size());
  const auto widen = [](ActivationRange& range, const ActivationRange& other) {
    range = {std::min(range.low, other.low), std::max(range.high, other.high)};
  };
  for (const Operation& op : graph.operations) {
    if (op.type == LayerType::kMaxPool) continue;
    for (const OperationPart& part : op.parts) {
      const ActivationRange& range = ranges[part.layer - kInceptionV3.data()];
      widen(of_tensor[part.tensor], {op.relu ? 0 : range.low, range.high});
    }
  }
  for (const Operation& op : graph.operations) {
    if (op.type != LayerType::kMaxPool) continue;
    ActivationRange& input = of_tensor[op.input];
    ActivationRange& output = of_tensor[op.parts[0].tensor];
    widen(input, output);
    output = input;
  }
  return of_tensor;
}

Quantization QuantizationFor(const ActivationRange& range) {
  const float low = std::min(range.low, 0.0f), high = std::max(range.high, 0.0f);
  // A layer that gives nothing but zeros has to have some scale.
  const float scale = std::max(high - low, 1e-6f) / kLevels;
  return {.scale = scale, .zero_point = std::nearbyint(-low / scale) - 128};
}

QuantizedConvolution QuantizeConvolution(std::span<const float> kernel, std::span<const float> bias,
                                         const Quantization& input,
                                         std::span<const Quantization> outputs) {
  const size_t out_channels = bias.size();
  CheckInvariant(outputs.size() == out_channels && kernel.size() % out_channels == 0,
                 "a convolution to quantize has the wrong size");
  const size_t taps = kernel.size() / out_channels;
  const float zero_point = std::ceil(input.zero_point);
  QuantizedConvolution result{.input_zero_point = static_cast<int8_t>(zero_point),
                              .kernel = std::vector<int8_t>(kernel.size()),
                              .bias = std::vector<int32_t>(out_channels),
                              .kernel_scale = std::vector<float>(out_channels)};
  for (size_t o = 0; o < out_channels; ++o) {
    const std::span<const float> weights = kernel.subspan(o * taps, taps);
    const float scale = WeightScale(weights, bias[o], input);
    int64_t sum = 0;
    for (size_t t = 0; t < taps; ++t) {
      const auto q = static_cast<int8_t>(std::lrint(weights[t] / scale));
      result.kernel[o * taps + t] = q;
      sum += q;
    }
    // One unit of the integer sum, and one level of the output in such units.
    const double unit = static_cast<double>(input.scale) * scale;
    const double level = outputs[o].scale / unit;
    // The kernels subtract a whole zero point from the input and add -128 to the output.
    const double offset =
        (static_cast<double>(zero_point) - input.zero_point) * static_cast<double>(sum);
    result.bias[o] = static_cast<int32_t>(
        std::lrint(bias[o] / unit + offset + (outputs[o].zero_point + 128) * level));
    result.kernel_scale[o] = static_cast<float>(1 / level);
  }
  return result;
}

}  // namespace tabtrain
