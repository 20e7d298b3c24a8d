// Average pooling of int8 activations, with another quantization after it: XNNPACK has none for
// signed levels.
#pragma once

#include <memory>

#include "backbone/operator.h"
#include "backbone/quantization.h"

namespace tabtrain {

// As the shape says, border not counted, then relu; levels of `input` in, of `output` out.
std::unique_ptr<Operator> Int8AveragePooling(const OperatorShape& shape, const Quantization& input,
                                             const Quantization& output);

}  // namespace tabtrain
