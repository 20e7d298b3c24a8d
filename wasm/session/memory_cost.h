// What a fit takes, to be known before it begins.
#pragma once

#include <cstddef>

#include "session/model.h"

namespace tabtrain {

// In bytes.
struct MemoryCost {
  size_t features = 0;  // of all images, as they are kept
  size_t head = 0;      // its weights, the optimizer's state, and the copies to go back to
  size_t batches = 0;   // what a step works on

  // Of a fit, on features that are there.
  size_t fit() const { return head + batches; }
};

// Of a fit with a new head on `images` images of `classes` classes, each of `feature_size` values
// of `value_bytes`.
MemoryCost CostOfFit(const FitOptions& options, size_t feature_size, size_t value_bytes,
                     size_t images, size_t classes);

}  // namespace tabtrain
