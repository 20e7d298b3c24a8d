// Bilinear resizing, the same as Pillow's, which Keras uses.
#pragma once

#include "image/image.h"

namespace tabtrain {

// `source` at `width` x `height` pixels, whatever its own ratio of sides. Pixel for pixel what
// Pillow's `Image.resize((width, height), Image.BILINEAR)` gives: a triangle filter that grows
// with the reduction (so nothing aliases), in fixed point, along rows and then along columns, or
// the other way round where the height shrinks by far the most. Source: Pillow 13,
// src/libImaging/Resample.c (before 13, rows always came first: up to one level of difference).
// Throws Error{kInvalidArgument} for an empty size.
Image Resize(const Image& source, int width, int height);

}  // namespace tabtrain
