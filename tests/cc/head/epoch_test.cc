#include "head/epoch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "head/test_util.h"

namespace tabtrain {
namespace {

std::vector<size_t> OrderOf(EpochOrder& order, uint64_t epoch) {
  order.Begin(epoch);
  std::vector<size_t> all;
  for (size_t i = 0; i < order.batches(); ++i) {
    const auto batch = order.Batch(i);
    all.insert(all.end(), batch.begin(), batch.end());
  }
  return all;
}

TEST(EpochOrder, TakesEverySampleOnce) {
  EpochOrder order(70, 32, 1);
  EXPECT_EQ(order.batches(), 3u);
  EXPECT_EQ(order.Batch(1).size(), 32u);
  EXPECT_EQ(order.Batch(2).size(), 6u);
  std::vector<size_t> all = OrderOf(order, 0);
  EXPECT_FALSE(std::ranges::is_sorted(all));
  std::ranges::sort(all);
  for (size_t i = 0; i < 70; ++i) EXPECT_EQ(all[i], i);
}

TEST(EpochOrder, DependsOnSeedAndEpochAlone) {
  EpochOrder a(70, 32, 1), b(70, 32, 1), other(70, 32, 2);
  const auto third = OrderOf(a, 3);
  EXPECT_NE(third, OrderOf(a, 4));
  EXPECT_EQ(third, OrderOf(b, 3));  // without the epochs before
  EXPECT_NE(third, OrderOf(other, 3));
}

TEST(EpochOrder, KeepsTheOrderWithoutShuffling) {
  EpochOrder order(10, 4, 1, false);
  EXPECT_TRUE(std::ranges::is_sorted(OrderOf(order, 5)));
}

TEST(EpochOrder, RefusesNothingToDo) {
  ExpectError(ErrorCode::kInvalidArgument, "nothing to train on", [] { EpochOrder(0, 32, 1); });
  ExpectError(ErrorCode::kInvalidArgument, "batch size", [] { EpochOrder(10, 0, 1); });
}

size_t CountOf(const std::vector<size_t>& positions, const std::vector<int32_t>& labels,
               int32_t label) {
  return static_cast<size_t>(
      std::ranges::count_if(positions, [&](size_t i) { return labels[i] == label; }));
}

TEST(StratifiedSplit, TakesTheFractionOfEveryClass) {
  std::vector<int32_t> labels(100, 0);
  std::fill_n(labels.begin(), 30, 1);
  labels[99] = 2;  // alone: trains
  labels[98] = labels[97] = 3;
  const Split split = StratifiedSplit(labels, {}, 0.2f, 5);
  EXPECT_EQ(CountOf(split.validation, labels, 0), 13u);  // of 67
  EXPECT_EQ(CountOf(split.validation, labels, 1), 6u);
  EXPECT_EQ(CountOf(split.validation, labels, 2), 0u);
  EXPECT_EQ(CountOf(split.validation, labels, 3), 1u);

  std::vector<size_t> all = split.training;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::ranges::sort(all);
  for (size_t i = 0; i < labels.size(); ++i) EXPECT_EQ(all[i], i);
  EXPECT_EQ(split.validation, StratifiedSplit(labels, {}, 0.2f, 5).validation);
  EXPECT_NE(split.validation, StratifiedSplit(labels, {}, 0.2f, 6).validation);
}

TEST(StratifiedSplit, KnowsNoneAndRefusesAll) {
  const std::vector<int32_t> labels{0, 0, 1, 1};
  EXPECT_TRUE(StratifiedSplit(labels, {}, 0, 1).validation.empty());
  for (const float fraction : {1.0f, -0.1f, NAN}) {
    ExpectError(ErrorCode::kInvalidArgument, "validation split",
                [&] { StratifiedSplit(labels, {}, fraction, 1); });
  }
}

TEST(StratifiedFolds, GiveEachFoldItsShareOfEveryClass) {
  std::vector<int32_t> labels(53, 0);
  std::fill_n(labels.begin(), 17, 1);
  labels[50] = 2;  // alone: trains in every fold
  const auto folds = StratifiedFolds(labels, {}, 5, 1);
  size_t seen = 0;
  for (size_t fold = 0; fold < 5; ++fold) {
    const Split split = HoldOut(folds, fold);
    EXPECT_EQ(split.training.size() + split.validation.size(), 53u);
    EXPECT_NEAR(static_cast<double>(split.validation.size()), 53 / 5.0, 1);
    EXPECT_NEAR(static_cast<double>(CountOf(split.validation, labels, 0)), 35 / 5.0, 1);
    EXPECT_NEAR(static_cast<double>(CountOf(split.validation, labels, 1)), 17 / 5.0, 1);
    for (const size_t position : split.validation) {
      EXPECT_EQ(folds[position], fold);
      EXPECT_FALSE(std::ranges::binary_search(split.training, position));
    }
    seen += split.validation.size();
  }
  EXPECT_EQ(seen, 52u);
  EXPECT_EQ(folds, StratifiedFolds(labels, {}, 5, 1));
  EXPECT_NE(folds, StratifiedFolds(labels, {}, 5, 2));
}

// Groups of 1 to 7 samples, none of which may be parted, in three classes.
struct Grouped {
  std::vector<int32_t> labels;
  std::vector<size_t> groups;
};

Grouped MakeGrouped() {
  Grouped all;
  for (size_t group = 0; group < 60; ++group) {
    all.labels.insert(all.labels.end(), 1 + group % 7, static_cast<int32_t>(group % 3));
    all.groups.resize(all.labels.size(), group);
  }
  return all;
}

std::set<size_t> GroupsAt(const std::vector<size_t>& groups, const std::vector<size_t>& positions) {
  std::set<size_t> found;
  for (const size_t position : positions) found.insert(groups[position]);
  return found;
}

TEST(StratifiedSplit, DoesNotPartGroups) {
  const Grouped all = MakeGrouped();
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Split split = StratifiedSplit(all.labels, all.groups, 0.2f, seed);
    const auto trained = GroupsAt(all.groups, split.training);
    for (const size_t group : GroupsAt(all.groups, split.validation)) {
      EXPECT_FALSE(trained.contains(group)) << group;
    }
    for (int32_t label = 0; label < 3; ++label) {
      const double wanted = 0.2 * static_cast<double>(std::ranges::count(all.labels, label));
      EXPECT_NEAR(static_cast<double>(CountOf(split.validation, all.labels, label)), wanted, 2);
    }
  }
}

TEST(StratifiedSplit, TakesTheSmallestGroupWhereAllAreTooLarge) {
  const std::vector<int32_t> labels(9, 0);
  const std::vector<size_t> groups{7, 7, 7, 7, 7, 3, 3, 3, 3};
  EXPECT_EQ(StratifiedSplit(labels, groups, 0.2f, 1).validation, (std::vector<size_t>{5, 6, 7, 8}));
  const std::vector<size_t> one(9, 4);  // nothing would be left to train on
  EXPECT_TRUE(StratifiedSplit(labels, one, 0.5f, 1).validation.empty());
}

TEST(StratifiedFolds, DoNotPartGroups) {
  const Grouped all = MakeGrouped();
  const auto folds = StratifiedFolds(all.labels, all.groups, 4, 1);
  for (size_t i = 1; i < folds.size(); ++i) {
    if (all.groups[i] == all.groups[i - 1]) {
      EXPECT_EQ(folds[i], folds[i - 1]);
    }
  }
  for (size_t fold = 0; fold < 4; ++fold) {
    const Split split = HoldOut(folds, fold);
    for (int32_t label = 0; label < 3; ++label) {
      const double share = static_cast<double>(std::ranges::count(all.labels, label)) / 4;
      EXPECT_NEAR(static_cast<double>(CountOf(split.validation, all.labels, label)), share, 2);
    }
  }
}

TEST(StratifiedFolds, TrainOnTheOnlyGroupOfAClass) {
  const std::vector<int32_t> labels{0, 0, 0, 1, 1};
  const std::vector<size_t> groups{0, 1, 2, 3, 3};
  const auto folds = StratifiedFolds(labels, groups, 3, 1);
  EXPECT_EQ((std::set<size_t>(folds.begin(), folds.begin() + 3)), (std::set<size_t>{0, 1, 2}));
  EXPECT_EQ(folds[3], kNoFold);
  EXPECT_EQ(folds[4], kNoFold);
  ExpectError(ErrorCode::kInvalidArgument, "take fewer",
              [&] { StratifiedFolds(labels, groups, 4, 1); });
}

TEST(StratifiedFolds, RefuseANumberThatMakesNoSense) {
  const std::vector<int32_t> labels{0, 0, 0};
  ExpectError(ErrorCode::kInvalidArgument, "two folds", [&] { StratifiedFolds(labels, {}, 1, 1); });
  ExpectError(ErrorCode::kInvalidArgument, "take fewer",
              [&] { StratifiedFolds(labels, {}, 4, 1); });
}

}  // namespace
}  // namespace tabtrain
