// int16: activations of 12 bits in 16, and weights as fine as their sums allow. It stands in for
// int8 where the processor has no 8-bit dot product that is exact: sums of two 16-bit products
// (pmaddwd) run at twice the rate of float32 everywhere.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tabtrain {

// The largest level of an activation; value = scale * level, 0 is level 0.
inline constexpr int kLargestLevel = 4095;

// The scales around a convolution; one of the output for each of its channels, so that channels of
// tensors with different scales can come from one convolution.
struct Int16Scales {
  float input = 1;
  std::vector<float> outputs;
};

// The finest scale for weights, which are then divided by it and rounded, such that no sum of their
// products with inputs up to `largest_input` leaves int32, whatever the inputs.
double FinestWeightScale(std::span<const double> weights, double largest_input);

}  // namespace tabtrain
