// Bytes outside of memory: a file of the page's own in a browser, anything else natively.
#pragma once

#include <cstdint>
#include <span>

namespace tabtrain {

class ByteFile {
 public:
  virtual ~ByteFile() = default;

  // At `offset`, in bytes. False when not all of them were written, or read.
  virtual bool Write(uint64_t offset, std::span<const uint8_t> bytes) = 0;
  virtual bool Read(uint64_t offset, std::span<uint8_t> bytes) = 0;

  // About how many bytes more it takes. A write may fail before.
  virtual uint64_t Left() const = 0;
};

}  // namespace tabtrain
