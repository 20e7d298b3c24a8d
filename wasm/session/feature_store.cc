#include "session/feature_store.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/error.h"

namespace tabtrain {
namespace {

// Bytes of memory that features leave to the rest of a session, such as an evaluation, whose block
// of samples takes most of it.
constexpr size_t kReserve = size_t{20} << 20;

}  // namespace

FeatureStore::FeatureStore(FeatureType type, std::unique_ptr<ByteFile> file, FreeMemory free_memory)
    : type_(type),
      file_(file ? std::make_shared<RowFile>(std::move(file)) : nullptr),
      free_memory_(std::move(free_memory)) {}

uint64_t FeatureStore::MemoryLeft() const {
  if (!free_memory_) return std::numeric_limits<uint64_t>::max();
  return std::max(free_memory_(), kReserve) - kReserve;
}

FeatureRow FeatureStore::Keep(std::span<const float> features, FeatureType type) {
  FeatureRow row(features, type, file_);
  const bool refused = file_ && row.bytes_on_disk() == 0;
  if (!refused || MemoryLeft() > 0) return row;
  throw Error(ErrorCode::kOutOfMemory,
              "neither the disk nor the memory has room for more features: remove images, free "
              "space on this device, or take pooled features; what was added before is kept");
}

}  // namespace tabtrain
