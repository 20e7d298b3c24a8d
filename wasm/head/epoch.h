// The order of samples: mini-batches of an epoch, and the validation split.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tabtrain {

// Cuts samples 0 to count - 1 into mini-batches, in an order that depends on the seed and the epoch
// alone. The last batch takes what is left.
class EpochOrder {
 public:
  // Throws Error{kInvalidArgument} without samples or batch size.
  EpochOrder(size_t count, size_t batch_size, uint64_t seed, bool shuffle = true);

  size_t batches() const { return (order_.size() + batch_size_ - 1) / batch_size_; }

  // Lays the order of epoch 0, 1, ... ; epoch 0 is laid at the start.
  void Begin(uint64_t epoch);

  // The samples of the batch 0 <= i < batches().
  std::span<const size_t> Batch(size_t i) const;

 private:
  std::vector<size_t> order_;
  size_t batch_size_;
  uint64_t seed_;
  bool shuffle_;
};

// Positions of samples, each list in rising order.
struct Split {
  std::vector<size_t> training;
  std::vector<size_t> validation;
};

// Samples that must not be parted, because they are copies of each other: the group of each sample.
// None at all: each is a group of its own. A group belongs to the class of its first sample.
using Groups = std::span<const size_t>;

// Draws a fraction of every class for validation, rounded, but at least one group of a class that
// has two, and never all; groups that are too large for the fraction stay in training. `labels` are
// the classes, from 0 on. Throws Error{kInvalidArgument} unless 0 <= fraction < 1.
Split StratifiedSplit(std::span<const int32_t> labels, Groups groups, float fraction,
                      uint64_t seed);

// What StratifiedFolds gives a sample that is never held out.
inline constexpr size_t kNoFold = std::numeric_limits<size_t>::max();

// Deals the samples of every class over folds, so that each fold has its share of each class,
// within one sample where groups are single samples: the fold of each sample. The only group of a
// class is in no fold, for the class could not be trained without it. Throws
// Error{kInvalidArgument} for less than two folds, or more than there are groups to deal.
std::vector<size_t> StratifiedFolds(std::span<const int32_t> labels, Groups groups, size_t folds,
                                    uint64_t seed);

// Trains on all folds but one, which validates.
Split HoldOut(std::span<const size_t> folds, size_t fold);

}  // namespace tabtrain
