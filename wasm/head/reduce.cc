#include "head/reduce.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "core/simd.h"

namespace tabtrain {
namespace {

constexpr size_t kBlock = 16384;

// Four sums at a time, so that no addition waits for the one before.
double SquaresOfBlock(std::span<const float> values) {
  constexpr size_t kStep = 16;
  Float4 sums[kStep / 4] = {};
  const size_t whole = values.size() / kStep * kStep;
  for (size_t i = 0; i < whole; i += kStep) {
    for (size_t j = 0; j < kStep / 4; ++j) {
      const Float4 value = Load4(&values[i + 4 * j]);
      sums[j] = MulAdd(value, value, sums[j]);
    }
  }
  double sum = 0;
  for (const Float4& four : sums) sum += double{four[0]} + four[1] + four[2] + four[3];
  for (const float value : values.subspan(whole)) sum += double{value} * value;
  return sum;
}

}  // namespace

double SumOfSquares(std::span<const float> values, Parallel& parallel) {
  std::vector<double> sums((values.size() + kBlock - 1) / kBlock);
  parallel.Run(sums.size(), [&](size_t i) {
    sums[i] =
        SquaresOfBlock(values.subspan(i * kBlock, std::min(kBlock, values.size() - i * kBlock)));
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace tabtrain
