// What the first bytes of an image file say, read and checked before any of it is decoded: a file
// of a few hundred bytes can ask a decoder for gigabytes or minutes.
#pragma once

#include <cstdint>
#include <string_view>

#include "image/bytes.h"
#include "image/exif.h"
#include "image/format.h"

namespace tabtrain {

inline constexpr size_t kMaxFileBytes = 64 << 20;
inline constexpr int kMaxSide = 16384;  // pixels
inline constexpr int64_t kMaxPixels = 64'000'000;
inline constexpr int kMaxScans = 64;  // of a JPEG; real ones have about ten

struct ImageHeader {
  Format format = Format::kOther;
  int width = 0;  // of the rows as they are stored, before the orientation is applied
  int height = 0;
  Orientation orientation = kUpright;
};

// Throws Error{kCorruptImage}: "<what>: <what to do>".
[[noreturn]] void ThrowCorrupt(std::string_view what);

// Throws Error{kImageTooLarge} beyond kMaxSide or kMaxPixels. 64 bit, since a file may state
// anything.
void CheckPixelCount(int64_t width, int64_t height);

// Throws Error:
//   kUnsupportedImage  a format, or a kind of JPEG or BMP, that is not decoded here; the message
//                      names it, and the browser's own decoder may know it
//   kCorruptImage      empty, cut off, or broken
//   kImageTooLarge     over one of the limits above
ImageHeader ReadHeader(Bytes file);

}  // namespace tabtrain
