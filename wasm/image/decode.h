// From the bytes of a file, or the pixels of a browser, to an upright RGB image.
#pragma once

#include <cstdint>
#include <span>

#include "image/image.h"

namespace tabtrain {

// A JPEG, PNG or BMP file. Its EXIF orientation is applied, transparent parts are laid on white,
// and colours stay as the file has them (no ICC profile is applied). 16 bit samples keep their high
// byte; gray becomes R = G = B.
// Throws what ReadHeader (header.h) throws, kCorruptImage, and kOutOfMemory.
Image DecodeImage(std::span<const uint8_t> file);

// Pixels as a canvas gives them: [height, width, 4], RGBA, 8 bit, alpha not premultiplied. They are
// laid on white. Throws Error{kInvalidArgument, kImageTooLarge}.
Image FromRgba(std::span<const uint8_t> rgba, int width, int height);

}  // namespace tabtrain
