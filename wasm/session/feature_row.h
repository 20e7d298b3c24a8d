// The features of one image, as they are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "session/row_file.h"

namespace tabtrain {

enum class FeatureType {
  kFloat32,
  kFloat16,  // within 1 part in 2048, at half the memory
};

class FeatureRow {
 public:
  // As float16 they go to `file`, if there is one and it takes them, and otherwise to memory.
  FeatureRow(std::span<const float> features, FeatureType type,
             const std::shared_ptr<RowFile>& file = nullptr);

  size_t size() const { return size_; }
  size_t bytes_on_disk() const { return filed_ ? size_ * sizeof(uint16_t) : 0; }
  size_t bytes_in_memory() const {
    return floats_.size() * sizeof(float) + halves_.size() * sizeof(uint16_t);
  }
  // Writes size() values. Throws Error{kStorageFailed}.
  void Read(std::span<float> row) const;

 private:
  size_t size_;
  std::vector<float> floats_;
  std::vector<uint16_t> halves_;
  std::unique_ptr<const FiledRow> filed_;
};

}  // namespace tabtrain
