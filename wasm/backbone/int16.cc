#include "backbone/int16.h"

#include <algorithm>
#include <cmath>

namespace tabtrain {

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
  return std::max({sum / room, largest / kLargestWeight, 1e-30});
}

}  // namespace tabtrain
