#include "head/epoch.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/rng.h"

namespace tabtrain {
namespace {

using Group = std::vector<size_t>;  // positions of its samples

// The groups of each class, each class's in an order drawn from the seed.
std::vector<std::vector<Group>> ShuffledClasses(std::span<const int32_t> labels, Groups groups,
                                                uint64_t seed) {
  CheckArgument(groups.empty() || groups.size() == labels.size(), "Every sample needs one group.");
  std::map<size_t, Group> members;
  for (size_t i = 0; i < labels.size(); ++i) members[groups.empty() ? i : groups[i]].push_back(i);
  std::map<int32_t, std::vector<Group>> classes;
  for (auto& [id, group] : members) classes[labels[group[0]]].push_back(std::move(group));
  Rng rng(seed);
  std::vector<std::vector<Group>> shuffled;
  for (auto& [label, of_class] : classes) {
    rng.Shuffle(std::span(of_class));
    shuffled.push_back(std::move(of_class));
  }
  return shuffled;
}

size_t SamplesOf(const std::vector<Group>& groups) {
  return std::transform_reduce(groups.begin(), groups.end(), size_t{0}, std::plus(),
                               [](const Group& group) { return group.size(); });
}

// Whether each group of a class validates: in their order, those that fit into the fraction.
std::vector<bool> DrawValidation(const std::vector<Group>& groups, float fraction) {
  std::vector<bool> drawn(groups.size());
  if (fraction == 0 || groups.size() < 2) return drawn;
  const size_t samples = SamplesOf(groups);
  const auto rounded = static_cast<size_t>(std::lround(static_cast<double>(samples) * fraction));
  const size_t wanted = std::clamp<size_t>(rounded, 1, samples - 1);
  size_t taken = 0;
  for (size_t i = 0; i < groups.size(); ++i) {
    drawn[i] = taken + groups[i].size() <= wanted;
    if (drawn[i]) taken += groups[i].size();
  }
  if (taken == 0) {
    const auto smallest = std::ranges::min_element(groups, {}, &Group::size);
    drawn[static_cast<size_t>(smallest - groups.begin())] = true;
  }
  return drawn;
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

Split StratifiedSplit(std::span<const int32_t> labels, Groups groups, float fraction,
                      uint64_t seed) {
  CheckArgument(fraction >= 0 && fraction < 1,
                "The validation split must be at least 0 and below 1; try 0.2.");
  Split split;
  for (const auto& of_class : ShuffledClasses(labels, groups, seed)) {
    const std::vector<bool> drawn = DrawValidation(of_class, fraction);
    for (size_t i = 0; i < of_class.size(); ++i) {
      auto& side = drawn[i] ? split.validation : split.training;
      side.insert(side.end(), of_class[i].begin(), of_class[i].end());
    }
  }
  std::sort(split.training.begin(), split.training.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

std::vector<size_t> StratifiedFolds(std::span<const int32_t> labels, Groups groups, size_t folds,
                                    uint64_t seed) {
  CheckArgument(folds >= 2, "There must be two folds or more; try 5.");
  auto classes = ShuffledClasses(labels, groups, seed);
  std::erase_if(classes, [](const auto& of_class) { return of_class.size() < 2; });
  const auto count = std::transform_reduce(classes.begin(), classes.end(), size_t{0}, std::plus(),
                                           [](const auto& of_class) { return of_class.size(); });
  CheckArgument(folds <= count,
                "There are more folds than samples that do not look alike: take fewer.");
  std::vector<size_t> fold_of(labels.size(), kNoFold);
  std::vector<size_t> totals(folds);
  for (auto& of_class : classes) {
    // The large ones first, so that the small ones even out what they leave.
    std::ranges::stable_sort(of_class, std::greater(), &Group::size);
    std::vector<size_t> sizes(folds);  // of this class
    for (const Group& group : of_class) {
      size_t least = 0;
      for (size_t fold = 1; fold < folds; ++fold) {
        if (std::pair(sizes[fold], totals[fold]) < std::pair(sizes[least], totals[least])) {
          least = fold;
        }
      }
      for (const size_t position : group) fold_of[position] = least;
      sizes[least] += group.size();
      totals[least] += group.size();
    }
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
