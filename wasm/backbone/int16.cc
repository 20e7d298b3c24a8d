#include "backbone/int16.h"

#include <algorithm>
#include <cmath>

#include "backbone/gemm.h"

namespace tabtrain {
namespace {

constexpr double kSmallestScale = 1e-30;  // where all weights are 0

}  // namespace

double FinestWeightScale(std::span<const double> weights, double largest_input) {
  constexpr double kLargestSum = 2147483647;
  constexpr double kLargestWeight = 32767;
  double sum = 0, largest = 0;
  for (const double w : weights) {
    sum += std::abs(w);
    largest = std::max(largest, std::abs(w));
  }
  // Rounding adds up to a half to each weight.
  const double room = kLargestSum / largest_input - 0.5 * static_cast<double>(weights.size());
  return std::max({sum / room, largest / kLargestWeight, kSmallestScale});
}

double FinestByteWeightScale(std::span<const double> weights) {
  constexpr double kLargestSum = 32767;
  constexpr double kLargestWeight = 127;
  // Rounding adds up to a half to each weight.
  constexpr double kRoom = kLargestSum / kLargestByte - 0.5 * 4;
  constexpr size_t kStep = kGemmStep<int8_t>, kGroup = kGemmGroup<int8_t>;
  double scale = kSmallestScale;
  for (size_t pair = 0; pair < weights.size(); pair += pair % kGroup == 0 ? 2 : kStep - 2) {
    double positive = 0, negative = 0;
    for (const size_t i : {pair, pair + 1, pair + kGroup, pair + kGroup + 1}) {
      (weights[i] > 0 ? positive : negative) += std::abs(weights[i]);
      scale = std::max(scale, std::abs(weights[i]) / kLargestWeight);
    }
    scale = std::max({scale, positive / kRoom, negative / kRoom});
  }
  return scale;
}

}  // namespace tabtrain
