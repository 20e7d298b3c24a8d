// Sums over many values, the same for any number of threads.
#pragma once

#include <span>

#include "core/parallel.h"

namespace tabtrain {

// sum(values^2), to float's precision; not a finite number if one of the values is not.
double SumOfSquares(std::span<const float> values, Parallel& parallel);

}  // namespace tabtrain
