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

}  // namespace
}  // namespace tabtrain
