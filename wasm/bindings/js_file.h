// A file of the worker's. It is the one place where C++ calls JavaScript, because a training reads
// its samples in the midst of a step. The worker's type is CoreFile in web/worker/core.ts.
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <span>
#include <utility>

#include "session/byte_file.h"

namespace tabtrain {

// To be used on the worker's own thread only. The object's methods must not throw.
class JsFile : public ByteFile {
 public:
  explicit JsFile(emscripten::val file) : file_(std::move(file)) {}

  bool Write(uint64_t offset, std::span<const uint8_t> bytes) override {
    return file_.call<bool>("write", static_cast<double>(offset), ViewOf(bytes));
  }
  bool Read(uint64_t offset, std::span<uint8_t> bytes) override {
    return file_.call<bool>("read", static_cast<double>(offset), ViewOf(bytes));
  }
  uint64_t Left() const override { return static_cast<uint64_t>(file_.call<double>("left")); }

 private:
  template <typename Byte>
  static emscripten::val ViewOf(std::span<Byte> bytes) {
    return emscripten::val(emscripten::typed_memory_view(bytes.size(), bytes.data()));
  }

  emscripten::val file_;
};

}  // namespace tabtrain
