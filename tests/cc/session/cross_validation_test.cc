#include "session/cross_validation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "session/clouds.h"

namespace tabtrain {
namespace {

// Trains a head by hand on all but the fold.
double AccuracyWithout(const Samples& all, const std::vector<size_t>& folds, size_t fold,
                       const FitOptions& options) {
  const Split split = HoldOut(folds, fold);
  Head head(16, AllLayers(options, 3), options.training.seed);
  Trainer trainer(head, options.train, SerialParallel());
  Training training(trainer, Select(all, split.training), {}, options.training);
  while (!training.done()) training.Advance();
  size_t right = 0;
  for (const size_t position : split.validation) {
    std::vector<float> row(16), probabilities(3);
    all.features->Read(all.indices[position], row);
    head.Predict(row, 1, probabilities, SerialParallel());
    right += Answers(probabilities, 3)[0] == all.labels[position];
  }
  return static_cast<double>(right) / static_cast<double>(split.validation.size());
}

TEST(CrossValidation, ScoresEachFoldByAHeadThatHasNotSeenIt) {
  Dataset dataset = Clouds();
  FitOptions options = Quick();
  options.training.epochs = 2;
  CrossValidation validation(dataset, options, 4, SerialParallel());
  size_t calls = 0;
  for (; !validation.done(); ++calls) {
    EXPECT_EQ(validation.steps_done(), calls);
    validation.Advance();
  }
  EXPECT_EQ(calls, validation.steps());
  EXPECT_EQ(validation.steps_done(), validation.steps());

  const Samples all = dataset.All();
  const auto folds = StratifiedFolds(all.labels, dataset.LookAlikes(), 4, options.training.seed);
  ASSERT_EQ(validation.scores().size(), 4u);
  for (size_t fold = 0; fold < 4; ++fold) {
    EXPECT_EQ(validation.scores()[fold].accuracy, AccuracyWithout(all, folds, fold, options));
  }
}

TEST(CrossValidation, KeepsLookAlikesInOneFold) {
  Rng rng(1);
  Dataset dataset;  // noise: only who knows a sample's copy can tell its class
  for (size_t i = 0; i < 80; ++i) {
    std::vector<float> features(64);
    for (float& value : features) value = rng.Normal();
    const Fingerprint fingerprint = rng.Next() >> 1;
    for (int copy = 0; copy < 2; ++copy) {
      dataset.Add(i % 2 == 0 ? "a" : "b", features, fingerprint);
    }
  }
  const auto accuracy = [&](bool group) {
    FitOptions options = Quick();
    options.group_look_alikes = group;
    CrossValidation validation(dataset, options, 5, SerialParallel());
    while (!validation.done()) validation.Advance();
    double sum = 0;
    for (const Evaluation& score : validation.scores()) sum += score.accuracy / 5;
    return sum;
  };
  EXPECT_GT(accuracy(false), 0.75);
  EXPECT_LT(accuracy(true), 0.65);
}

TEST(CrossValidation, EarlyStoppingTakesItsRestAtOnce) {
  Dataset dataset = Clouds();
  FitOptions options = Quick();
  options.training.epochs = 200;
  options.training.early_stopping = EarlyStopping{.patience = 2, .min_delta = 0.05f};
  CrossValidation validation(dataset, options, 3, SerialParallel());
  size_t calls = 0;
  for (; !validation.done(); ++calls) validation.Advance();
  EXPECT_LT(calls, validation.steps() / 2);
  EXPECT_EQ(validation.steps_done(), validation.steps());
}

TEST(CrossValidation, RefusesWhatMakesNoSense) {
  Dataset dataset = Clouds();
  EXPECT_THROW(CrossValidation(dataset, Quick(), 1, SerialParallel()), Error);
  EXPECT_THROW(CrossValidation(dataset, Quick(), 61, SerialParallel()), Error);
  dataset.RemoveClass("class 0");
  dataset.RemoveClass("class 1");
  EXPECT_THROW(CrossValidation(dataset, Quick(), 3, SerialParallel()), Error);
}

}  // namespace
}  // namespace tabtrain
