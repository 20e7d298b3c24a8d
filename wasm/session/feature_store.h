// Where the features of images are kept, and how much more room there is for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "session/byte_file.h"
#include "session/feature_row.h"

namespace tabtrain {

// Bytes that can still be allocated.
using FreeMemory = std::function<size_t()>;

class FeatureStore {
 public:
  // The features are kept as `type`: as float32 in memory, as float16 in `file` as far as it takes
  // them. Without `free_memory`, memory is taken until an allocation fails.
  explicit FeatureStore(FeatureType type = FeatureType::kFloat32,
                        std::unique_ptr<ByteFile> file = nullptr, FreeMemory free_memory = nullptr);

  // Of an image. Throws Error{kOutOfMemory} when neither the disk nor the memory has room.
  FeatureRow Keep(std::span<const float> features) { return Keep(features, type_); }
  // Of a view, which is always float16.
  FeatureRow KeepView(std::span<const float> features) {
    return Keep(features, FeatureType::kFloat16);
  }

  size_t value_bytes() const { return type_ == FeatureType::kFloat16 ? 2 : 4; }

  // About how many bytes of features more there is room for: of float16 on the disk, and in memory
  // after all else that a session needs.
  uint64_t DiskLeft() const { return file_ ? file_->Left() : 0; }
  uint64_t MemoryLeft() const;

 private:
  FeatureRow Keep(std::span<const float> features, FeatureType type);

  FeatureType type_;
  std::shared_ptr<RowFile> file_;
  FreeMemory free_memory_;
};

}  // namespace tabtrain
