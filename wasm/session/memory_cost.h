// What a fit takes, to be known before it begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "session/model.h"

namespace tabtrain {

// In bytes.
struct MemoryCost {
  uint64_t features = 0;  // of all images, as they are kept
  uint64_t disk = 0;      // the part of them that goes to the disk
  size_t head = 0;        // its weights, the optimizer's state, and the copies to go back to
  size_t batches = 0;     // what a step works on

  // Of a fit, on features that are there.
  size_t fit() const { return head + batches; }
};

// Of a fit with a new head on `images` images of `classes` classes, each of `feature_size` values
// of `value_bytes`, in memory.
MemoryCost CostOfFit(const FitOptions& options, size_t feature_size, size_t value_bytes,
                     size_t images, size_t classes);

// Why there is no room for it where `left` bytes of memory are free and `there` bytes of its
// features are in memory already; nothing when there is.
std::optional<std::string> WhyNoRoom(const MemoryCost& cost, uint64_t there, size_t left);

// Rounded up, as "12 MB".
std::string Megabytes(uint64_t bytes);

}  // namespace tabtrain
