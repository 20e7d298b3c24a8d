#include "session/tuning.h"

namespace tabtrain {
namespace {

// More than these say little more about the ranges.
constexpr size_t kMostImages = 16;

}  // namespace

TuningState Tuning::StateFor(size_t fewest) const {
  if (images_ >= kMostImages) return TuningState::kDue;
  return images_ >= fewest ? TuningState::kEnough : TuningState::kTooFew;
}

void Tuning::Compare(uint32_t id, std::span<const float> before, std::span<const float> after) {
  if (!features_.emplace(id, std::vector(after.begin(), after.end())).second) return;
  cosines_ += Cosine(before, after);
}

double Tuning::MeanCosine() const {
  return features_.empty() ? 0 : cosines_ / static_cast<double>(features_.size());
}

void Tuning::ForgetComparisons() {
  features_.clear();
  cosines_ = 0;
}

}  // namespace tabtrain
