// The direct operators of int16: convolutions of any size and stride, and both poolings.
#pragma once

#include <memory>
#include <span>

#include "backbone/int16.h"
#include "backbone/operator.h"

namespace tabtrain {

// kernel [out, height, width, in], bias [out]. Channels in a multiple of 2; any other number, such
// as the network input's 3, only without padding, with pixels an even number of channels apart.
// Without relu the output has levels of both signs.
std::unique_ptr<Operator> Int16Convolution(const OperatorShape& shape,
                                           std::span<const float> kernel,
                                           std::span<const float> bias, const Int16Scales& scales);

// The same in products of 8 bits: the input, in which nothing may be negative, is rounded to 7 bits
// and has channels in a multiple of 8.
std::unique_ptr<Operator> Int8Convolution(const OperatorShape& shape, std::span<const float> kernel,
                                          std::span<const float> bias, const Int16Scales& scales);

// The largest of each window; both sides have one scale.
std::unique_ptr<Operator> Int16MaxPooling(const OperatorShape& shape);

// The mean of what a window holds of the image, then relu. `ratio`: the input's scale by the
// output's.
std::unique_ptr<Operator> Int16AveragePooling(const OperatorShape& shape, float ratio);

}  // namespace tabtrain
