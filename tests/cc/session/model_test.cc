#include "session/model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "core/error.h"
#include "core/rng.h"
#include "session/clouds.h"

namespace tabtrain {
namespace {

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

TEST(Model, KeepsLookAlikesOnOneSide) {
  Rng rng(5);
  Dataset dataset = Clouds();
  std::vector<std::pair<size_t, size_t>> pairs;
  for (int i = 0; i < 30; ++i) {
    const std::string label = "class " + std::to_string(i % 3);
    const Fingerprint fingerprint = rng.Next() >> 1;
    const size_t first = dataset.Add(label, std::vector<float>(16), fingerprint);
    pairs.emplace_back(first, dataset.Add(label, std::vector<float>(16), fingerprint ^ 5));
  }
  const auto count_parted = [&](bool group) {
    FitOptions options = Quick();
    options.group_look_alikes = group;
    const Model model(dataset, options, SerialParallel());
    const auto& held = model.validation_samples().indices;
    const auto is_held = [&](size_t id) { return std::ranges::find(held, id) != held.end(); };
    return std::ranges::count_if(
        pairs, [&](const auto& pair) { return is_held(pair.first) != is_held(pair.second); });
  };
  EXPECT_EQ(count_parted(true), 0);
  EXPECT_GT(count_parted(false), 0);
}

TEST(Model, PutsALaterCopyWhereTheFirstIs) {
  Rng rng(5);
  Dataset dataset = Clouds();
  std::vector<std::pair<size_t, Fingerprint>> firsts;
  for (int i = 0; i < 30; ++i) {
    const Fingerprint fingerprint = rng.Next() >> 1;
    firsts.emplace_back(dataset.Add("class 0", std::vector<float>(16), fingerprint), fingerprint);
  }
  Model model(dataset, Quick(), SerialParallel());
  RunFit(model);
  const std::vector<size_t> before = model.validation_samples().indices;
  std::set<size_t> wanted(before.begin(), before.end());
  for (const auto& [first, fingerprint] : firsts) {
    const size_t copy = dataset.Add("class 0", std::vector<float>(16), fingerprint);
    if (std::ranges::find(before, first) != before.end()) wanted.insert(copy);
  }
  ASSERT_GT(wanted.size(), before.size());
  model.Continue(Quick());
  const auto& after = model.validation_samples().indices;
  EXPECT_EQ(std::set<size_t>(after.begin(), after.end()), wanted);
}

TEST(Model, CalibratesOnWhatWasHeldOut) {
  Dataset dataset = Clouds();
  FitOptions options = Quick();
  Model model(dataset, options, SerialParallel());
  RunFit(model);
  EXPECT_EQ(model.temperature(), 1);
  model.Calibrate();
  EXPECT_NE(model.temperature(), 1);

  std::vector<float> row(16), logits(3);
  dataset.Read(5, row);
  model.head().Logits(row, 1, logits, SerialParallel());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit / model.temperature());
  const std::vector<Prediction> predictions = model.Predict(row);
  for (const Prediction& each : predictions) {
    const auto label = static_cast<size_t>(model.ClassOf(each.label));
    EXPECT_NEAR(each.probability, std::exp(logits[label] / model.temperature()) / sum, 1e-6);
  }
  EXPECT_TRUE(std::ranges::is_sorted(predictions, std::greater(), &Prediction::probability));

  options.calibrate = false;
  Model plain(dataset, options, SerialParallel());
  RunFit(plain);
  plain.Calibrate();
  EXPECT_EQ(plain.temperature(), 1);
}

TEST(Model, KnowsWhatIsLikeNoClass) {
  Dataset dataset = Clouds();
  FitOptions options = Quick();
  options.validation_split = 0.5f;
  Model model(dataset, options, SerialParallel());
  RunFit(model);
  model.Calibrate();
  const auto nearest = [&](std::span<const float> row) {
    double distance = std::numeric_limits<double>::infinity();
    for (const Prediction& each : model.Predict(row)) {
      distance = std::min(distance, each.distance.value());
    }
    return distance;
  };
  size_t known = 0;
  std::vector<float> row(16);
  for (const size_t id : model.validation_samples().indices) {
    dataset.Read(id, row);
    known += nearest(row) <= 1;
  }
  EXPECT_EQ(known, 28u);  // 0.95 of 30, rounded down
  EXPECT_GT(nearest(std::vector<float>(16, 8)), 1);

  options.validation_split = 0;
  Model untested(dataset, options, SerialParallel());
  RunFit(untested);
  untested.Calibrate();
  EXPECT_FALSE(untested.Predict(row)[0].distance.has_value());
}

}  // namespace
}  // namespace tabtrain
