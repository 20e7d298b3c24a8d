// int16: activations of 12 bits in 16, and weights as fine as their sums allow. It stands in for
// int8 where the processor has no 8-bit dot product that is exact: sums of two 16-bit products
// (pmaddwd) run at twice the rate of float32 everywhere, and sums of four 8-bit products
// (pmaddubsw) at three times, which direct convolutions use on activations of 7 bits.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tabtrain {

// The largest level of an activation; value = scale * level, 0 is level 0.
inline constexpr int kLargestLevel = 4095;

// The same activation in 7 bits, 0 to 127: level / kLevelsOfByte, rounded. What lies above comes
// out as 127.
inline constexpr int kByteShift = 4;
inline constexpr int kLevelsOfByte = 1 << kByteShift;
inline constexpr int kLargestByte = 127;

// The scales around a convolution; one of the output for each of its channels, so that channels of
// tensors with different scales can come from one convolution.
struct Int16Scales {
  float input = 1;
  std::vector<float> outputs;
};

// The finest scale for weights, which are then divided by it and rounded, such that no sum of their
// products with inputs up to `largest_input` leaves int32, whatever the inputs.
double FinestWeightScale(std::span<const double> weights, double largest_input);

// The same for weights of 8 bits and inputs of 7, none negative: no sum of the four products that
// the matrix product adds up in int16 leaves it (kGemmStep<int8_t>). weights: [depth], a multiple
// of kGemmStep<int8_t>.
double FinestByteWeightScale(std::span<const double> weights);

}  // namespace tabtrain
