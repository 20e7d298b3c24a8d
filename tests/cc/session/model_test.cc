#include "session/model.h"

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

FitOptions Quick() {
  return {.layers = {Dense{32, Activation::kRelu}},
          .train = {.optimizer = Adam{.learning_rate = 1e-2f}},
          .training = {.epochs = 15, .batch_size = 8, .seed = 3}};
}

const std::vector<EpochResult>& RunFit(Model& model) {
  while (!model.training().done()) model.training().Advance();
  return model.training().history();
}

std::vector<EpochResult> TrainOnce(Dataset& dataset, const FitOptions& options) {
  Model model(dataset, options, SerialParallel());
  return RunFit(model);
}

TEST(Model, LearnsAndReportsEveryEpoch) {
  Dataset dataset = Clouds();
  Model model(dataset, Quick(), SerialParallel());
  EXPECT_EQ(model.training_samples().size(), 48u);
  EXPECT_EQ(model.validation_samples().size(), 12u);
  const std::vector<EpochResult> history = RunFit(model);
  ASSERT_EQ(history.size(), 15u);
  EXPECT_LT(history.back().training.loss, history.front().training.loss / 4);
  ASSERT_TRUE(history.back().validation.has_value());
  EXPECT_GT(history.back().validation->accuracy, 0.8);
}

TEST(Model, HoldsOutAShareOfEveryClass) {
  Dataset dataset = Clouds();
  const Model model(dataset, Quick(), SerialParallel());
  std::vector<int> held(3);
  for (const int32_t label : model.validation_samples().labels) ++held[static_cast<size_t>(label)];
  EXPECT_EQ(held, (std::vector<int>{4, 4, 4}));
  const std::set<size_t> ids(model.training_samples().indices.begin(),
                             model.training_samples().indices.end());
  for (const size_t id : model.validation_samples().indices) EXPECT_FALSE(ids.contains(id));
}

TEST(Model, TheSameSeedGivesTheSameTraining) {
  Dataset dataset = Clouds();
  const auto a = TrainOnce(dataset, Quick()), b = TrainOnce(dataset, Quick());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].training.loss, b[i].training.loss);
  FitOptions other = Quick();
  other.training.seed = 4;
  EXPECT_NE(TrainOnce(dataset, other)[0].training.loss, a[0].training.loss);
}

TEST(Model, WithoutAValidationSplitThereIsNoValidation) {
  Dataset dataset = Clouds();
  FitOptions options = Quick();
  options.validation_split = 0;
  Model model(dataset, options, SerialParallel());
  EXPECT_EQ(model.training_samples().size(), 60u);
  EXPECT_FALSE(RunFit(model).back().validation.has_value());
}

// Features of very different sizes: standardised, they train as if they were alike.
TEST(Model, StandardizesWhenAsked) {
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
  FitOptions options = Quick();
  options.standardize = true;
  const auto a = TrainOnce(dataset, options), b = TrainOnce(scaled, options);
  EXPECT_NEAR(a.back().training.loss, b.back().training.loss, 1e-3);
}

TEST(Model, GoesOnWhereItStopped) {
  Dataset dataset = Clouds();
  FitOptions options = Quick();
  options.training.epochs = 5;
  Model model(dataset, options, SerialParallel());
  const double after_first = RunFit(model).back().training.loss;
  const std::vector<size_t> held_out = model.validation_samples().indices;
  ASSERT_TRUE(model.Fits(options));
  model.Continue(options);
  EXPECT_LT(RunFit(model).front().training.loss, after_first);
  EXPECT_EQ(model.validation_samples().indices, held_out);

  options.layers = {Dense{16, Activation::kRelu}};
  EXPECT_FALSE(model.Fits(options));
}

TEST(Model, TakesInNewImagesAndClasses) {
  Dataset dataset = Clouds();
  Model model(dataset, Quick(), SerialParallel());
  RunFit(model);
  const Samples validation = model.validation_samples();
  const std::set<size_t> trained(model.training_samples().indices.begin(),
                                 model.training_samples().indices.end());

  dataset.RemoveClass("class 1");
  Rng rng(9);
  for (int i = 0; i < 20; ++i) {
    std::vector<float> features(16, -3.0f);
    for (float& value : features) value += rng.Normal();
    dataset.Add("new", features);
  }
  model.Continue(Quick());
  EXPECT_EQ(model.labels(), (std::vector<std::string>{"class 0", "class 2", "new"}));
  // What was trained on is never validated on.
  for (const size_t id : model.validation_samples().indices) EXPECT_FALSE(trained.contains(id));
  const auto history = RunFit(model);
  EXPECT_GT(history.back().validation->accuracy, 0.8);
}

TEST(Model, RenamesClasses) {
  Dataset dataset = Clouds();
  Model model(dataset, Quick(), SerialParallel());
  dataset.RenameClass("class 1", "one");
  model.RenameClass("class 1", "one");
  EXPECT_EQ(model.ClassOf("one"), 1);
  EXPECT_THROW(model.ClassOf("class 1"), Error);
  model.Continue(Quick());
  EXPECT_EQ(model.labels(), (std::vector<std::string>{"class 0", "one", "class 2"}));
}

TEST(Model, RefusesOptionsThatMakeNoSense) {
  Dataset dataset = Clouds();
  const auto refused = [&](auto&& change) {
    FitOptions options = Quick();
    change(options);
    EXPECT_THROW(Model(dataset, options, SerialParallel()), Error);
  };
  refused([](FitOptions& o) { o.training.epochs = 0; });
  refused([](FitOptions& o) { o.training.batch_size = 0; });
  refused([](FitOptions& o) { o.train.optimizer = Adam{.learning_rate = -1}; });
  refused([](FitOptions& o) { o.validation_split = 1; });
  refused([](FitOptions& o) { o.layers = {Dense{0, Activation::kRelu}}; });
}

TEST(Model, RefusesTooFewClassesAndEmptyOnes) {
  Dataset dataset;
  EXPECT_THROW(Model(dataset, Quick(), SerialParallel()), Error);
  const std::vector<float> features = {1, 2};
  dataset.Add("only", features);
  EXPECT_THROW(Model(dataset, Quick(), SerialParallel()), Error);
  dataset.Remove(dataset.Add("empty", features));
  EXPECT_THROW(Model(dataset, Quick(), SerialParallel()), Error);
}

}  // namespace
}  // namespace tabtrain
