#include "image/stb_decoder.h"

#include <cstdlib>
#include <string>
#include <string_view>

#include "core/error.h"

namespace {

// A PNG of one pixel may inflate to gigabytes: stb_image grows its buffer for as long as data
// comes. So no single allocation may be larger than the pixels of the header explain.
struct Allowance {
  size_t bytes = 0;
  bool exceeded = false;
};
thread_local Allowance allowance;

bool Allowed(size_t bytes) {
  if (bytes > allowance.bytes) allowance.exceeded = true;
  return bytes <= allowance.bytes;
}

// Zeroed, so that what a broken file leaves undecoded is the same everywhere.
void* Allocate(size_t bytes) { return Allowed(bytes) ? std::calloc(bytes, 1) : nullptr; }

void* Reallocate(void* memory, size_t bytes) {
  return Allowed(bytes) ? std::realloc(memory, bytes) : nullptr;
}

}  // namespace

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_MALLOC(bytes) Allocate(bytes)
#define STBI_REALLOC(memory, bytes) Reallocate(memory, bytes)
#define STBI_FREE(memory) std::free(memory)
#include <stb_image.h>

namespace tabtrain {
namespace {

// The largest buffer that stb_image needs for a sound file: 16 bit RGBA, doubled once where an
// interlaced PNG takes a little more than was guessed; or the compressed data, gathered by
// doubling.
Allowance AllowanceFor(Bytes file, const ImageHeader& header) {
  const size_t pixels = size_t{1} * header.width * header.height;
  return {16 * pixels + 2 * file.size() + (size_t{1} << 20)};
}

[[noreturn]] void ThrowFailure(const ImageHeader& header, std::string_view reason) {
  if (reason == "outofmem" && !allowance.exceeded) {
    throw Error(ErrorCode::kOutOfMemory,
                "There is not enough memory to read an image of " + std::to_string(header.width) +
                    " x " + std::to_string(header.height) + " pixels: make it smaller.");
  }
  ThrowCorrupt(allowance.exceeded ? "The file is broken: it holds more data than its picture"
                                  : "The file is broken");
}

}  // namespace

void FreeStbPixels::operator()(uint8_t* pixels) const { stbi_image_free(pixels); }

StbPixels DecodeWithStb(Bytes file, const ImageHeader& header) {
  allowance = AllowanceFor(file, header);
  int width = 0;
  int height = 0;
  StbPixels pixels;
  pixels.data.reset(stbi_load_from_memory(file.data(), static_cast<int>(file.size()), &width,
                                          &height, &pixels.channels, 0));
  if (pixels.data == nullptr) ThrowFailure(header, stbi_failure_reason());
  CheckInvariant(width == header.width && height == header.height,
                 "the header check and the decoder disagree on an image's size");
  return pixels;
}

}  // namespace tabtrain
