// Mean and variance of rows that come one at a time.
#pragma once

#include <cstddef>
#include <span>

namespace tabtrain {

// Welford's method, which does not cancel: takes the row number `count`, from 1 on, into `mean` and
// adds its share to `squares`, the sum of the squared differences from the mean.
inline void AddRow(std::span<const float> row, size_t count, std::span<double> mean,
                   std::span<double> squares) {
  for (size_t i = 0; i < row.size(); ++i) {
    const double difference = row[i] - mean[i];
    mean[i] += difference / static_cast<double>(count);
    squares[i] += difference * (row[i] - mean[i]);
  }
}

}  // namespace tabtrain
