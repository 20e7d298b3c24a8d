// Augmentation with a frozen backbone: a few views of each training image go through it once, and
// each epoch trains on one of them or on the original.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/rng.h"
#include "head/samples.h"
#include "image/augment.h"
#include "session/dataset.h"

namespace tabtrain {

inline constexpr size_t kMaxViews = 32;

struct ViewOptions {
  AugmentOptions transforms;
  size_t count = 0;  // views of each training image, at most kMaxViews; 0: originals only
  uint64_t seed = 1;

  // Whether views of these options are also views of the others; their number may differ.
  bool Matches(const ViewOptions& other) const {
    return transforms == other.transforms && seed == other.seed;
  }
};

// Throws kInvalidArgument with a sentence that says what to change.
void CheckViewOptions(const ViewOptions& options);

// The transform of a sample's view `number`, 0 to kMaxViews - 1. It depends on the arguments alone,
// so that views can be made in any order and at any time.
DrawnTransform DrawView(const ViewOptions& options, size_t sample, size_t number);

// The rows that a training reads: each time one of a sample's original and its first `count` views,
// all equally likely. An epoch reads each training sample once.
class ViewSource : public FeatureSource {
 public:
  // `dataset` must outlive this.
  ViewSource(Dataset& dataset, size_t count, uint64_t seed)
      : dataset_(dataset), count_(count), rng_(seed) {}

  void Read(size_t id, std::span<float> row) override;

 private:
  Dataset& dataset_;
  size_t count_;
  Rng rng_;
};

}  // namespace tabtrain
