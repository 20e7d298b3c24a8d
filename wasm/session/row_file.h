// Rows of float16 values in a file. A row that is removed leaves its place to a later one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "session/byte_file.h"

namespace tabtrain {

class RowFile {
 public:
  explicit RowFile(std::unique_ptr<ByteFile> bytes) : bytes_(std::move(bytes)) {}

  // Writes a row, and returns its place; none when the file does not take it. All rows are of one
  // size.
  std::optional<size_t> Add(std::span<const uint16_t> row);
  // Throws Error{kStorageFailed}.
  void Read(size_t place, std::span<uint16_t> row);
  void Remove(size_t place) { free_.push_back(place); }

  // About how many bytes more it takes.
  uint64_t Left() const { return bytes_->Left() + free_.size() * row_bytes_; }

 private:
  std::unique_ptr<ByteFile> bytes_;
  size_t row_bytes_ = 0;
  size_t places_ = 0;
  std::vector<size_t> free_;
};

// A row of the file, which goes with this.
class FiledRow {
 public:
  FiledRow(std::shared_ptr<RowFile> file, size_t place) : file_(std::move(file)), place_(place) {}
  FiledRow(const FiledRow&) = delete;
  FiledRow& operator=(const FiledRow&) = delete;
  ~FiledRow() { file_->Remove(place_); }

  void Read(std::span<uint16_t> row) const { file_->Read(place_, row); }

 private:
  std::shared_ptr<RowFile> file_;
  size_t place_;
};

}  // namespace tabtrain
