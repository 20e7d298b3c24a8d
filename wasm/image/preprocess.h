// The one rule by which an image becomes the network's input, for training and prediction alike.
#pragma once

#include <cstddef>
#include <span>

#include "core/input.h"
#include "image/image.h"
#include "image/resize.h"

namespace tabtrain {

// A level of 0 to 255 as the network takes it: keras.applications.inception_v3.preprocess_input.
inline float ToNetworkRange(float level) { return level / 127.5f - 1; }

// Throws Error{kInvalidArgument} unless the image has kInputSize x kInputSize pixels and the tensor
// kInputFloats numbers.
void CheckInput(const Image& image, std::span<const float> tensor);

// An image of kInputSize x kInputSize, into `tensor` [299, 299, 3], RGB, float32, -1 to 1.
// Throws Error{kInvalidArgument} for other sizes.
void ToTensor(const Image& image, std::span<float> tensor);

// The image of `tensor` [299, 299, 3], to whole levels. Throws Error{kInvalidArgument} for another
// size.
Image FromTensor(std::span<const float> tensor);

// Resize to kInputSize x kInputSize, the ratio of sides not kept, as Keras does; then ToTensor.
void Preprocess(const Image& image, std::span<float> tensor);

}  // namespace tabtrain
