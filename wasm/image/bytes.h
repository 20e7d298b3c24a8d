// Reading of integers from files that may end anywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tabtrain {

using Bytes = std::span<const uint8_t>;

// The part of `bytes` from `offset` on, at most `count` long: shorter, or empty, at the end.
inline Bytes Slice(Bytes bytes, size_t offset, size_t count = std::dynamic_extent) {
  if (offset >= bytes.size()) return {};
  const Bytes rest = bytes.subspan(offset);
  return count < rest.size() ? rest.first(count) : rest;
}

// An unsigned integer of `count` <= 4 bytes at `offset`. Bytes past the end read as 0, which no
// caller takes for a valid size.
inline uint32_t BigEndian(Bytes bytes, size_t offset, int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; ++i) {
    value = value << 8 | (offset + i < bytes.size() ? bytes[offset + i] : 0);
  }
  return value;
}

inline uint32_t LittleEndian(Bytes bytes, size_t offset, int count) {
  uint32_t value = 0;
  for (int i = count - 1; i >= 0; --i) {
    value = value << 8 | (offset + i < bytes.size() ? bytes[offset + i] : 0);
  }
  return value;
}

// Whether `text` stands at `offset`.
inline bool HasText(Bytes bytes, size_t offset, std::string_view text) {
  const Bytes part = Slice(bytes, offset, text.size());
  return std::string_view(reinterpret_cast<const char*>(part.data()), part.size()) == text;
}

}  // namespace tabtrain
