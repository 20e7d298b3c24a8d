// Convolutions of stride 1 by Winograd's minimal filtering: tiles of the input are transformed,
// multiplied value by value with transformed weights as small matrix products, and transformed
// back.
#pragma once

#include <memory>
#include <span>

#include "backbone/int16.h"
#include "backbone/operator.h"

namespace tabtrain {

// Whether there is a transform for the convolution: 3x3, 5x5, 1x3, 3x1, 1x7 and 7x1 of stride 1,
// with channels in multiples of 8.
bool HasWinograd(const OperatorShape& shape);

// float32. kernel [out, height, width, in], bias [out].
std::unique_ptr<Operator> WinogradConvolution(const OperatorShape& shape,
                                              std::span<const float> kernel,
                                              std::span<const float> bias);

// int16, followed by a relu. Inputs are levels of 0..kLargestLevel, and so are the outputs.
std::unique_ptr<Operator> WinogradConvolution(const OperatorShape& shape,
                                              std::span<const float> kernel,
                                              std::span<const float> bias,
                                              const Int16Scales& scales);

}  // namespace tabtrain
