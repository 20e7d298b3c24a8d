// Activations on row-major [rows, columns] arrays, in place.
#pragma once

#include <cstddef>
#include <span>

#include "head/layers.h"

namespace tabtrain {

// y = activation(y).
void Activate(Activation activation, size_t columns, std::span<float> y);

// dy = dy * activation'(z), from y = activation(z).
void ActivationGradient(Activation activation, size_t columns, std::span<const float> y,
                        std::span<float> dy);

}  // namespace tabtrain
