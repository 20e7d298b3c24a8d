// int8: 8-bit activations with one scale and zero point a tensor, 8-bit weights with one scale an
// output channel (Jacob et al. 2018, https://arxiv.org/abs/1712.05877).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "backbone/graph.h"
#include "backbone/inception_v3.h"

namespace tabtrain {

// value = scale * (q - zero_point), q in -128..127. The zero point of the network's input is a
// half: its 256 levels lie around 0.
struct Quantization {
  float scale = 1;
  float zero_point = 0;
};

// What the network reads: x = level / 127.5 - 1, level 0..255, so q = level - 128 is exact.
inline constexpr Quantization kInputQuantization = {.scale = 1 / 127.5f, .zero_point = -0.5f};

int8_t Quantize(float value, const Quantization& quantization);

// The range of values that a layer gives, before relu when its relu comes after the pooling.
struct ActivationRange {
  float low = 0, high = 0;
};
// Of every layer of the table, in its order.
using ActivationRanges = std::array<ActivationRange, kInceptionV3.size()>;

// What each tensor of the graph holds, of all the layers that write to it. A maximum keeps the
// levels that it reads, so the tensors on both sides of a max pooling have the same.
std::vector<ActivationRange> TensorRanges(const Graph& graph, const ActivationRanges& ranges);

// The finest quantization that holds a range; 0 is one of its levels. Where nothing is negative
// all 256 levels are above.
Quantization QuantizationFor(const ActivationRange& range);

// A convolution as integers: kernel [out, taps], bias [out]. In units of one level of the output,
// channel o of the result is kernel_scale[o] * (sum of q * kernel + bias) - 128.
struct QuantizedConvolution {
  int8_t input_zero_point = 0;
  std::vector<int8_t> kernel;
  std::vector<int32_t> bias;
  std::vector<float> kernel_scale;
};

// From kernel [out, taps] and bias [out]; `outputs` has the quantization of every output channel,
// so that channels of tensors with different scales can come from one convolution.
QuantizedConvolution QuantizeConvolution(std::span<const float> kernel, std::span<const float> bias,
                                         const Quantization& input,
                                         std::span<const Quantization> outputs);

}  // namespace tabtrain
