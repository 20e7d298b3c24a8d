// A file that tests look into, fill up and break.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "session/byte_file.h"

namespace tabtrain {

// What the test keeps of the file.
struct Medium {
  std::vector<uint8_t> bytes;
  size_t capacity = size_t{1} << 20;
  bool readable = true;
};

class MemoryFile : public ByteFile {
 public:
  // `medium` must outlive this.
  explicit MemoryFile(Medium& medium) : medium_(medium) {}

  // As on a real disk, what still fits is written.
  bool Write(uint64_t offset, std::span<const uint8_t> bytes) override {
    const size_t room = medium_.capacity - std::min<size_t>(offset, medium_.capacity);
    const auto written = bytes.first(std::min(bytes.size(), room));
    medium_.bytes.resize(std::max<size_t>(medium_.bytes.size(), offset + written.size()));
    std::ranges::copy(written, medium_.bytes.begin() + static_cast<ptrdiff_t>(offset));
    return written.size() == bytes.size();
  }

  bool Read(uint64_t offset, std::span<uint8_t> bytes) override {
    if (!medium_.readable || offset + bytes.size() > medium_.bytes.size()) return false;
    std::copy_n(medium_.bytes.begin() + static_cast<ptrdiff_t>(offset), bytes.size(),
                bytes.begin());
    return true;
  }

  uint64_t Left() const override {
    return medium_.capacity - std::min(medium_.bytes.size(), medium_.capacity);
  }

 private:
  Medium& medium_;
};

}  // namespace tabtrain
