#include "session/training.h"

#include <gtest/gtest.h>

#include <cmath>
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

TrainingOptions Quick() {
  return {.layers = {Dense{32, Activation::kRelu}},
          .train = {.optimizer = Adam{.learning_rate = 1e-2f}},
          .fit = {.epochs = 15, .batch_size = 8, .seed = 3}};
}

const std::vector<EpochResult>& RunFit(Training& training) {
  while (!training.fit().done()) training.fit().Advance();
  return training.fit().history();
}

std::vector<EpochResult> TrainOnce(Dataset& dataset, const TrainingOptions& options) {
  Training training(dataset, options, SerialParallel());
  return RunFit(training);
}

TEST(Training, LearnsAndReportsEveryEpoch) {
  Dataset dataset = Clouds();
  Training training(dataset, Quick(), SerialParallel());
  EXPECT_EQ(training.training().size(), 48u);
  EXPECT_EQ(training.validation().size(), 12u);
  const std::vector<EpochResult> history = RunFit(training);
  ASSERT_EQ(history.size(), 15u);
  EXPECT_LT(history.back().training.loss, history.front().training.loss / 4);
  ASSERT_TRUE(history.back().validation.has_value());
  EXPECT_GT(history.back().validation->accuracy, 0.8);
}

TEST(Training, HoldsOutAShareOfEveryClass) {
  Dataset dataset = Clouds();
  const Training training(dataset, Quick(), SerialParallel());
  std::vector<int> held(3);
  for (const int32_t label : training.validation().labels) ++held[static_cast<size_t>(label)];
  EXPECT_EQ(held, (std::vector<int>{4, 4, 4}));
  const std::set<size_t> ids(training.training().indices.begin(),
                             training.training().indices.end());
  for (const size_t id : training.validation().indices) EXPECT_FALSE(ids.contains(id));
}

TEST(Training, TheSameSeedGivesTheSameTraining) {
  Dataset dataset = Clouds();
  const auto a = TrainOnce(dataset, Quick()), b = TrainOnce(dataset, Quick());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].training.loss, b[i].training.loss);
  TrainingOptions other = Quick();
  other.fit.seed = 4;
  EXPECT_NE(TrainOnce(dataset, other)[0].training.loss, a[0].training.loss);
}

TEST(Training, WithoutAValidationSplitThereIsNoValidation) {
  Dataset dataset = Clouds();
  TrainingOptions options = Quick();
  options.validation_split = 0;
  Training training(dataset, options, SerialParallel());
  EXPECT_EQ(training.training().size(), 60u);
  EXPECT_FALSE(RunFit(training).back().validation.has_value());
}

// Features of very different sizes: standardised, they train as if they were alike.
TEST(Training, StandardizesWhenAsked) {
  Dataset dataset, scaled;
  Dataset clouds = Clouds();
  const Samples all = clouds.All();
  std::vector<float> row(16);
  for (size_t i = 0; i < all.size(); ++i) {
    clouds.Read(all.indices[i], row);
    dataset.Add("class " + std::to_string(all.labels[i]), row);
    for (size_t d = 0; d < row.size(); ++d) row[d] = row[d] * std::pow(10.0f, d % 5) + 100;
    scaled.Add("class " + std::to_string(all.labels[i]), row);
  }
  TrainingOptions options = Quick();
  options.standardize = true;
  const auto a = TrainOnce(dataset, options), b = TrainOnce(scaled, options);
  EXPECT_NEAR(a.back().training.loss, b.back().training.loss, 1e-3);
}

TEST(Training, GoesOnWhereItStopped) {
  Dataset dataset = Clouds();
  TrainingOptions options = Quick();
  options.fit.epochs = 5;
  Training training(dataset, options, SerialParallel());
  const double after_first = RunFit(training).back().training.loss;
  const std::vector<size_t> held_out = training.validation().indices;
  ASSERT_TRUE(training.Fits(options));
  training.Continue(options);
  EXPECT_LT(RunFit(training).front().training.loss, after_first);
  EXPECT_EQ(training.validation().indices, held_out);

  options.layers = {Dense{16, Activation::kRelu}};
  EXPECT_FALSE(training.Fits(options));
}

TEST(Training, TakesInNewImagesAndClasses) {
  Dataset dataset = Clouds();
  Training training(dataset, Quick(), SerialParallel());
  RunFit(training);
  const Samples validation = training.validation();
  const std::set<size_t> trained(training.training().indices.begin(),
                                 training.training().indices.end());

  dataset.RemoveClass("class 1");
  Rng rng(9);
  for (int i = 0; i < 20; ++i) {
    std::vector<float> features(16, -3.0f);
    for (float& value : features) value += rng.Normal();
    dataset.Add("new", features);
  }
  training.Continue(Quick());
  EXPECT_EQ(training.labels(), (std::vector<std::string>{"class 0", "class 2", "new"}));
  // What was trained on is never validated on.
  for (const size_t id : training.validation().indices) EXPECT_FALSE(trained.contains(id));
  const auto history = RunFit(training);
  EXPECT_GT(history.back().validation->accuracy, 0.8);
}

TEST(Training, RenamesClasses) {
  Dataset dataset = Clouds();
  Training training(dataset, Quick(), SerialParallel());
  dataset.RenameClass("class 1", "one");
  training.RenameClass("class 1", "one");
  EXPECT_EQ(training.ClassOf("one"), 1);
  EXPECT_THROW(training.ClassOf("class 1"), Error);
  training.Continue(Quick());
  EXPECT_EQ(training.labels(), (std::vector<std::string>{"class 0", "one", "class 2"}));
}

TEST(Training, RefusesOptionsThatMakeNoSense) {
  Dataset dataset = Clouds();
  const auto refused = [&](auto&& change) {
    TrainingOptions options = Quick();
    change(options);
    EXPECT_THROW(Training(dataset, options, SerialParallel()), Error);
  };
  refused([](TrainingOptions& o) { o.fit.epochs = 0; });
  refused([](TrainingOptions& o) { o.fit.batch_size = 0; });
  refused([](TrainingOptions& o) { o.train.optimizer = Adam{.learning_rate = -1}; });
  refused([](TrainingOptions& o) { o.validation_split = 1; });
  refused([](TrainingOptions& o) { o.layers = {Dense{0, Activation::kRelu}}; });
}

TEST(Training, RefusesTooFewClassesAndEmptyOnes) {
  Dataset dataset;
  EXPECT_THROW(Training(dataset, Quick(), SerialParallel()), Error);
  const std::vector<float> features = {1, 2};
  dataset.Add("only", features);
  EXPECT_THROW(Training(dataset, Quick(), SerialParallel()), Error);
  dataset.Remove(dataset.Add("empty", features));
  EXPECT_THROW(Training(dataset, Quick(), SerialParallel()), Error);
}

}  // namespace
}  // namespace tabtrain
