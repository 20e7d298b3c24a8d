// stb_image, fenced in.
#pragma once

#include <cstdint>
#include <memory>

#include "image/bytes.h"
#include "image/header.h"

namespace tabtrain {

struct FreeStbPixels {
  void operator()(uint8_t* pixels) const;
};

struct StbPixels {
  int channels = 0;                              // 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA
  std::unique_ptr<uint8_t, FreeStbPixels> data;  // [height, width, channels] of the header
};

// Throws Error{kCorruptImage, kOutOfMemory}.
StbPixels DecodeWithStb(Bytes file, const ImageHeader& header);

}  // namespace tabtrain
