#include "session/memory_cost.h"

#include <gtest/gtest.h>

namespace tabtrain {
namespace {

// Flatten -> Dense(128, relu) -> Dense(2, softmax) on 8 x 8 x 2048 values, with Adam.
TEST(CostOfFit, CountsTheSeedsFlattenedHead) {
  const FitOptions options{.layers = {Dense{128, Activation::kRelu}},
                           .training = {.epochs = 10, .batch_size = 16}};
  const MemoryCost cost = CostOfFit(options, 131072, /*value_bytes=*/2, 200, 2);
  EXPECT_EQ(cost.features, 200u * 131072 * 2);
  const size_t parameters = 131072 * 128 + 128 + 128 * 2 + 2;
  EXPECT_EQ(cost.head, 4 * 4 * parameters);  // weights, two moments, and one copy
  EXPECT_GT(cost.batches, 16u * 131072 * 4);
  EXPECT_EQ(cost.fit(), cost.head + cost.batches);
}

TEST(CostOfFit, DependsOnOptimizerStoppingAndMixup) {
  FitOptions options{.layers = {}, .train = {.optimizer = Sgd{}}};
  const auto cost = [&] { return CostOfFit(options, 1000, 4, 10, 3); };
  const size_t parameters = 1000 * 3 + 3;
  EXPECT_EQ(cost().head, 2 * 4 * parameters);
  options.train.optimizer = Sgd{.momentum = 0.9f};
  EXPECT_EQ(cost().head, 3 * 4 * parameters);
  options.training.early_stopping = EarlyStopping{.patience = 3};
  EXPECT_EQ(cost().head, 4 * 4 * parameters);
  const size_t before = cost().batches;
  options.train.mixup = 0.2f;
  EXPECT_EQ(cost().batches, before + options.training.batch_size * 1000 * 4);
  options.standardize = true;
  EXPECT_EQ(cost().head, 4 * 4 * (parameters + 2000));
}

TEST(WhyNoRoom, CountsWhatGoesToMemoryAndIsNotThere) {
  MemoryCost cost{.features = 1000, .disk = 400, .head = 100, .batches = 50};
  EXPECT_TRUE(WhyNoRoom(cost, /*there=*/0, /*left=*/149));
  EXPECT_TRUE(WhyNoRoom(cost, 0, 749));
  EXPECT_FALSE(WhyNoRoom(cost, 0, 750));
  EXPECT_FALSE(WhyNoRoom(cost, 600, 150));
  EXPECT_FALSE(WhyNoRoom(cost, 700, 150));
  cost.disk = cost.features;
  EXPECT_FALSE(WhyNoRoom(cost, 0, 150));
}

TEST(Megabytes, RoundsUp) {
  EXPECT_EQ(Megabytes(1), "1 MB");
  EXPECT_EQ(Megabytes(52'428'800), "53 MB");
}

}  // namespace
}  // namespace tabtrain
