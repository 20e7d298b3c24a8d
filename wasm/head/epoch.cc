#include "head/epoch.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/rng.h"

namespace tabtrain {
namespace {

// At least one of two samples or more on either side.
size_t ValidationCount(size_t count, float fraction) {
  if (fraction == 0 || count < 2) return 0;
  const auto rounded = static_cast<size_t>(std::lround(static_cast<double>(count) * fraction));
  return std::clamp<size_t>(rounded, 1, count - 1);
}

// The samples of each class, each in an order drawn from the seed.
std::vector<std::vector<size_t>> ShuffledClasses(std::span<const int32_t> labels, uint64_t seed) {
  std::map<int32_t, std::vector<size_t>> positions;
  for (size_t i = 0; i < labels.size(); ++i) positions[labels[i]].push_back(i);
  Rng rng(seed);
  std::vector<std::vector<size_t>> classes;
  for (auto& [label, members] : positions) {
    rng.Shuffle(std::span(members));
    classes.push_back(std::move(members));
  }
  return classes;
}

}  // namespace

EpochOrder::EpochOrder(size_t count, size_t batch_size, uint64_t seed, bool shuffle)
    : order_(count), batch_size_(batch_size), seed_(seed), shuffle_(shuffle) {
  CheckArgument(count > 0, "There is nothing to train on: add images to the classes.");
  CheckArgument(batch_size > 0, "The batch size is 0: take at least 1; 32 is usual.");
  Begin(0);
}

void EpochOrder::Begin(uint64_t epoch) {
  std::iota(order_.begin(), order_.end(), size_t{0});
  if (!shuffle_) return;
  Rng seeds(seed_);
  Rng rng(seeds.Next() + epoch);  // Rng's own seeding makes neighbouring seeds unlike
  rng.Shuffle(std::span(order_));
}

std::span<const size_t> EpochOrder::Batch(size_t i) const {
  const size_t first = i * batch_size_;
  return std::span(order_).subspan(first, std::min(batch_size_, order_.size() - first));
}

Split StratifiedSplit(std::span<const int32_t> labels, float fraction, uint64_t seed) {
  CheckArgument(fraction >= 0 && fraction < 1,
                "The validation split must be at least 0 and below 1; try 0.2.");
  Split split;
  for (const auto& members : ShuffledClasses(labels, seed)) {
    const auto cut =
        members.begin() + static_cast<ptrdiff_t>(ValidationCount(members.size(), fraction));
    split.validation.insert(split.validation.end(), members.begin(), cut);
    split.training.insert(split.training.end(), cut, members.end());
  }
  std::sort(split.training.begin(), split.training.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

std::vector<size_t> StratifiedFolds(std::span<const int32_t> labels, size_t folds, uint64_t seed) {
  CheckArgument(folds >= 2, "There must be two folds or more; try 5.");
  CheckArgument(folds <= labels.size(), "There are more folds than samples: take fewer.");
  std::vector<size_t> fold_of(labels.size());
  size_t next = 0;  // goes on from class to class, so that the folds are of one size
  for (const auto& members : ShuffledClasses(labels, seed)) {
    for (const size_t position : members) fold_of[position] = next++ % folds;
  }
  return fold_of;
}

Split HoldOut(std::span<const size_t> folds, size_t fold) {
  Split split;
  for (size_t i = 0; i < folds.size(); ++i) {
    (folds[i] == fold ? split.validation : split.training).push_back(i);
  }
  return split;
}

}  // namespace tabtrain
