// XNNPACK's operators: every status is checked; layouts, padding order and life cycle are those of
// xnnpack.h.
#pragma once

#include <memory>
#include <span>

#include "backbone/operator.h"
#include "backbone/quantization.h"

namespace tabtrain {

// float32: kernel [out, height, width, in] (OHWI), bias [out].
std::unique_ptr<Operator> XnnConvolution(const OperatorShape& shape, std::span<const float> kernel,
                                         std::span<const float> bias);
// int8: the kernel is OHWI as well.
std::unique_ptr<Operator> XnnConvolution(const OperatorShape& shape,
                                         const QuantizedConvolution& convolution);
// In int8 a maximum has the quantization of what it was taken from.
std::unique_ptr<Operator> XnnMaxPooling(const OperatorShape& shape, Precision precision);
// float32; the border is not counted.
std::unique_ptr<Operator> XnnAveragePooling(const OperatorShape& shape);

}  // namespace tabtrain
