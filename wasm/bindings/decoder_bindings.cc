// The decoder as JavaScript sees it: a module of its own, with a memory of its own that is thrown
// away when a large image has made it large. What a hostile file may do to it, it does not do to
// the weights. Both functions return { width, height, pixels }: the size of the upright image, and
// its pixels at the network's size, [299, 299, 3], RGB, 8 bit.
#include <emscripten/bind.h>
#include <emscripten/heap.h>

#include "bindings/result.h"
#include "core/input.h"
#include "image/decode.h"
#include "image/resize.h"

namespace tabtrain {
namespace {

using emscripten::val;

val Prepare(const Image& image) {
  const Image resized = Resize(image, kInputSize, kInputSize);
  val value = val::object();
  value.set("width", image.width);
  value.set("height", image.height);
  value.set("pixels", ToTypedArray<uint8_t>("Uint8Array", resized.rgb));
  return value;
}

val DecodeFile(const val& file) {
  return Call([&] { return Prepare(DecodeImage(ToBytes(file))); });
}

val ResizePixels(const val& rgba, int width, int height) {
  return Call([&] { return Prepare(FromRgba(ToBytes(rgba), width, height)); });
}

size_t MemoryBytes() { return emscripten_get_heap_size(); }

}  // namespace

EMSCRIPTEN_BINDINGS(tabtrain_decoder) {
  emscripten::function("decodeFile", &DecodeFile);
  emscripten::function("resizePixels", &ResizePixels);
  emscripten::function("memoryBytes", &MemoryBytes);
}

}  // namespace tabtrain
