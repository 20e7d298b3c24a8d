// The one rule by which an image becomes the network's input, for training and prediction alike.
#pragma once

#include <cstddef>
#include <span>

#include "core/input.h"
#include "image/image.h"
#include "image/resize.h"

namespace tabtrain {

// x / 127.5 - 1 of an image of kInputSize x kInputSize, into `tensor` [299, 299, 3], RGB, float32:
// keras.applications.inception_v3.preprocess_input. Throws Error{kInvalidArgument} for other sizes.
void ToTensor(const Image& image, std::span<float> tensor);

// Resize to kInputSize x kInputSize, the ratio of sides not kept, as Keras does; then ToTensor.
void Preprocess(const Image& image, std::span<float> tensor);

}  // namespace tabtrain
