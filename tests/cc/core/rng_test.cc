#include "core/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace tabtrain {
namespace {

TEST(Rng, SameSeedSameSequence) {
  Rng a(7), b(7), c(8);
  EXPECT_EQ(a.Next(), b.Next());
  EXPECT_NE(a.Next(), c.Next());
}

// The first outputs of xoshiro256** after SplitMix64(0), from the authors' reference code.
TEST(Rng, MatchesTheReference) {
  Rng rng(0);
  EXPECT_EQ(rng.Next(), 0x99ec5f36cb75f2b4u);
  EXPECT_EQ(rng.Next(), 0xbf6e1f784956452au);
}

TEST(Rng, BelowIsUniform) {
  Rng rng(1);
  std::array<int, 5> counts{};
  constexpr int kDraws = 50000;
  for (int i = 0; i < kDraws; ++i) ++counts[rng.Below(5)];
  // 5 standard deviations of a binomial with p = 1/5.
  for (const int count : counts) EXPECT_NEAR(count, kDraws / 5, 5 * std::sqrt(kDraws * 0.16));
}

TEST(Rng, NormalHasUnitVariance) {
  Rng rng(2);
  constexpr int kDraws = 50000;
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = rng.Normal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.025);
  EXPECT_NEAR(squares / kDraws, 1, 0.04);
}

TEST(Rng, ShuffleKeepsEveryItem) {
  std::array<int, 100> items;
  std::iota(items.begin(), items.end(), 0);
  const auto sorted = items;
  Rng(3).Shuffle(std::span<int>(items));
  EXPECT_NE(items, sorted);
  std::sort(items.begin(), items.end());
  EXPECT_EQ(items, sorted);
}

}  // namespace
}  // namespace tabtrain
