#include "session/fit.h"

#include <gtest/gtest.h>

#include <set>

#include "core/error.h"
#include "core/rng.h"

namespace tabtrain {
namespace {

// Three Gaussian clouds in 16 dimensions, 20 samples each.
Dataset Clouds() {
  Rng rng(1);
  Dataset dataset;
  for (int i = 0; i < 60; ++i) {
    std::vector<float> features(16);
    for (size_t d = 0; d < features.size(); ++d) {
      features[d] = rng.Normal() + (d % 3 == static_cast<size_t>(i % 3) ? 2.0f : 0.0f);
    }
    dataset.Add("class " + std::to_string(i % 3), features);
  }
  return dataset;
}

FitOptions Quick() {
  return {.epochs = 15, .batch_size = 8, .learning_rate = 1e-2f, .seed = 3, .units = {32}};
}

std::vector<EpochLogs> Train(Fit& fit) {
  std::vector<EpochLogs> history;
  while (!fit.done()) {
    if (const auto logs = fit.Step()) history.push_back(*logs);
  }
  return history;
}

TEST(Fit, LearnsAndReportsEveryEpoch) {
  Dataset dataset = Clouds();
  Fit fit(dataset, Quick(), SerialParallel());
  EXPECT_EQ(fit.training().size(), 48u);
  EXPECT_EQ(fit.validation().size(), 12u);
  EXPECT_EQ(fit.steps_per_epoch(), 6u);
  const std::vector<EpochLogs> history = Train(fit);
  ASSERT_EQ(history.size(), 15u);
  for (int epoch = 0; epoch < 15; ++epoch) {
    EXPECT_EQ(history[static_cast<size_t>(epoch)].epoch, epoch);
  }
  EXPECT_LT(history.back().loss, history.front().loss / 4);
  EXPECT_GT(*history.back().validation_accuracy, 0.8);
  EXPECT_EQ(fit.step(), 90u);
  EXPECT_THROW(fit.Step(), Error);
}

TEST(Fit, HoldsOutAShareOfEveryClass) {
  Dataset dataset = Clouds();
  const Fit fit(dataset, Quick(), SerialParallel());
  std::vector<int> held(3);
  for (const int32_t label : fit.validation().labels) ++held[static_cast<size_t>(label)];
  EXPECT_EQ(held, (std::vector<int>{4, 4, 4}));
  std::set<size_t> ids(fit.training().indices.begin(), fit.training().indices.end());
  for (const size_t id : fit.validation().indices) EXPECT_FALSE(ids.contains(id));
}

TEST(Fit, TheSameSeedGivesTheSameTraining) {
  Dataset dataset = Clouds();
  Fit a(dataset, Quick(), SerialParallel()), b(dataset, Quick(), SerialParallel());
  const auto history_a = Train(a), history_b = Train(b);
  for (size_t i = 0; i < history_a.size(); ++i) EXPECT_EQ(history_a[i].loss, history_b[i].loss);
  FitOptions other = Quick();
  other.seed = 4;
  Fit c(dataset, other, SerialParallel());
  EXPECT_NE(Train(c)[0].loss, history_a[0].loss);
}

TEST(Fit, WithoutAValidationSplitThereIsNoValidation) {
  Dataset dataset = Clouds();
  FitOptions options = Quick();
  options.validation_split = 0;
  Fit fit(dataset, options, SerialParallel());
  EXPECT_EQ(fit.training().size(), 60u);
  EXPECT_FALSE(Train(fit).back().validation_loss.has_value());
}

TEST(Fit, RefusesOptionsThatMakeNoSense) {
  Dataset dataset = Clouds();
  const auto refused = [&](auto&& change) {
    FitOptions options = Quick();
    change(options);
    EXPECT_THROW(Fit(dataset, options, SerialParallel()), Error);
  };
  refused([](FitOptions& o) { o.epochs = 0; });
  refused([](FitOptions& o) { o.batch_size = 0; });
  refused([](FitOptions& o) { o.learning_rate = -1; });
  refused([](FitOptions& o) { o.learning_rate = std::numeric_limits<float>::quiet_NaN(); });
  refused([](FitOptions& o) { o.validation_split = 1; });
  refused([](FitOptions& o) { o.units = {0}; });
}

TEST(Fit, RefusesTooFewClassesAndEmptyOnes) {
  Dataset dataset;
  EXPECT_THROW(Fit(dataset, Quick(), SerialParallel()), Error);
  const std::vector<float> features = {1, 2};
  dataset.Add("only", features);
  EXPECT_THROW(Fit(dataset, Quick(), SerialParallel()), Error);
  dataset.Remove(dataset.Add("empty", features));
  EXPECT_THROW(Fit(dataset, Quick(), SerialParallel()), Error);
}

}  // namespace
}  // namespace tabtrain
