#include "backbone/quantization.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.h"

namespace tabtrain {
namespace {

float Dequantize(int8_t level, const Quantization& quantization) {
  return quantization.scale * (static_cast<float>(level) - quantization.zero_point);
}

TEST(Quantization, EveryPixelLevelIsExact) {
  for (int level = 0; level < 256; ++level) {
    const float value = static_cast<float>(level) / 127.5f - 1;
    const int8_t q = Quantize(value, kInputQuantization);
    EXPECT_EQ(q, level - 128);
    EXPECT_NEAR(Dequantize(q, kInputQuantization), value, 1e-6f);
  }
}

TEST(Quantization, CoversTheRangeAndHoldsZero) {
  for (const ActivationRange range : {ActivationRange{0, 5}, {-2, 3}, {0, 0}, {-1, 0}, {1, 2}}) {
    const Quantization q = QuantizationFor(range);
    EXPECT_EQ(Dequantize(Quantize(0, q), q), 0);
    for (const float value : {range.low, range.high}) {
      EXPECT_NEAR(Dequantize(Quantize(value, q), q), value, 0.51f * q.scale) << value;
    }
  }
  EXPECT_EQ(QuantizationFor({0, 5}).zero_point, -128);  // no level below 0 is wasted
}

// The integers give what the real numbers give, whatever the quantizations on both sides.
TEST(Quantization, ConvolutionMatchesRealNumbers) {
  Rng rng(3);
  constexpr size_t kTaps = 200, kOut = 2;
  std::vector<float> kernel(kTaps * kOut), bias = {0.7f, -0.3f};
  for (float& w : kernel) w = rng.Uniform(-0.2f, 0.2f);
  const std::vector<Quantization> outputs = {QuantizationFor({-3, 4}), QuantizationFor({0, 4})};
  for (const Quantization& input : {kInputQuantization, QuantizationFor({-0.5f, 1.5f})}) {
    const QuantizedConvolution convolution = QuantizeConvolution(kernel, bias, input, outputs);
    std::vector<int8_t> levels(kTaps);
    for (int8_t& level : levels) level = static_cast<int8_t>(rng.Below(256));
    for (size_t o = 0; o < kOut; ++o) {
      double real = bias[o];
      int64_t sum = convolution.bias[o];
      for (size_t t = 0; t < kTaps; ++t) {
        real += static_cast<double>(kernel[o * kTaps + t]) * Dequantize(levels[t], input);
        sum += (levels[t] - convolution.input_zero_point) * convolution.kernel[o * kTaps + t];
      }
      const double level = convolution.kernel_scale[o] * static_cast<double>(sum) - 128;
      const double value = outputs[o].scale * (level - outputs[o].zero_point);
      // Rounding of the weights: at most half a step each, and these are random.
      EXPECT_NEAR(value, real, 0.02) << o;
    }
  }
}

// Some published weights have layers of nothing but zeros, whose biases still count.
TEST(Quantization, KeepsTheBiasOfADeadChannel) {
  const std::vector<float> kernel(32), bias = {0.7f, -0.4f};
  const std::vector<Quantization> outputs(2, QuantizationFor({0, 1}));
  const QuantizedConvolution convolution =
      QuantizeConvolution(kernel, bias, QuantizationFor({0, 3}), outputs);
  for (size_t o = 0; o < 2; ++o) {
    const double level = static_cast<double>(convolution.kernel_scale[o]) * convolution.bias[o];
    EXPECT_NEAR(level * outputs[o].scale, bias[o], 1e-5);
  }
}

// What was int8 in a file is the same int8 again after it has been made float32.
TEST(Quantization, ReturnsToTheSameLevels) {
  Rng rng(5);
  std::vector<int8_t> levels(64);
  for (int8_t& level : levels) level = static_cast<int8_t>(static_cast<int>(rng.Below(255)) - 127);
  levels[7] = 127;
  std::vector<float> kernel;
  for (const int8_t level : levels) kernel.push_back(static_cast<float>(level) * 0.00123f);
  const std::vector<float> bias = {0};
  const std::vector<Quantization> outputs = {QuantizationFor({0, 1})};
  EXPECT_EQ(QuantizeConvolution(kernel, bias, QuantizationFor({0, 1}), outputs).kernel, levels);
}

}  // namespace
}  // namespace tabtrain
