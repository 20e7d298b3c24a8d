#include "head/training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "head/memory_source.h"
#include "head/presets.h"
#include "head/test_util.h"

namespace tabtrain {
namespace {

constexpr size_t kInputs = 12;

Head MakeHead(size_t classes = 3) {
  return {kInputs,
          {Dropout{0.2f}, Dense{8, Activation::kRelu}, Dense{classes, Activation::kSoftmax}},
          1};
}

TrainOptions Options(float learning_rate = 1e-2f) {
  TrainOptions options;
  options.optimizer = Adam{.learning_rate = learning_rate};
  options.mixup = 0.2f;
  return options;
}

void Finish(Training& run) {
  while (!run.done()) run.Advance();
}

class TrainingTest : public testing::Test {
 protected:
  Data data_ = MakeData(100, kInputs, 3, 2);
  MemorySource source_{data_};
  Samples training_ = source_.Range(0, 70);
  Samples validation_ = source_.Range(70, 100);
};

TEST_F(TrainingTest, LearnsAndTellsHowItGoes) {
  Head head = MakeHead();
  Trainer trainer(head, Options(), SerialParallel());
  Training run(trainer, training_, validation_, {.epochs = 20, .batch_size = 32});
  EXPECT_EQ(run.batches(), 3u + 1u);
  EXPECT_EQ(run.running().loss, 0);
  run.Advance();
  EXPECT_EQ(run.epoch(), 0u);
  EXPECT_EQ(run.batch(), 1u);
  EXPECT_GT(run.running().loss, 0);
  EXPECT_TRUE(run.history().empty());
  Finish(run);
  ASSERT_EQ(run.history().size(), 20u);
  EXPECT_EQ(run.history()[19].epoch, 19u);
  EXPECT_LT(run.history()[19].training.loss, run.history()[0].training.loss / 2);
  EXPECT_GE(run.history()[19].validation.value_or(Score{}).accuracy, 0.8);
  run.Advance();  // does nothing
  EXPECT_EQ(run.history().size(), 20u);
}

TEST_F(TrainingTest, NeedsNoValidation) {
  Head head = MakeHead();
  Trainer trainer(head, Options(), SerialParallel());
  Training run(trainer, training_, {}, {.epochs = 2});
  Finish(run);
  ASSERT_EQ(run.history().size(), 2u);
  EXPECT_FALSE(run.history()[1].validation.has_value());
}

TEST_F(TrainingTest, GoesOnWhereItStopped) {
  const auto train = [&](const std::vector<size_t>& ends) {
    Head head = MakeHead();
    Trainer trainer(head, Options(), SerialParallel());
    size_t begin = 0;
    for (const size_t end : ends) {
      Training run(trainer, training_, validation_,
                   {.epochs = end, .initial_epoch = begin, .seed = 3});
      Finish(run);
      begin = end;
    }
    return head.GetWeights();
  };
  EXPECT_EQ(train({6}), train({2, 3, 6}));
}

TEST_F(TrainingTest, StopsWhenAsked) {
  Head head = MakeHead();
  Trainer trainer(head, Options(), SerialParallel());
  Training run(trainer, training_, validation_, {.epochs = 2});
  run.Advance();
  const Weights weights = head.GetWeights();
  run.Stop();
  EXPECT_TRUE(run.done());
  EXPECT_EQ(head.GetWeights(), weights);
}

TEST_F(TrainingTest, RestoresTheBestWeights) {
  // Labels without sense: the validation loss soon rises.
  for (size_t i = 0; i < 70; ++i) training_.labels[i] = static_cast<int32_t>((i / 7) % 3);
  Head head = MakeHead();
  Trainer trainer(head, Options(3e-2f), SerialParallel());
  Training run(trainer, training_, validation_,
               {.epochs = 100, .early_stopping = EarlyStopping{.patience = 3}});
  std::vector<Weights> after;
  while (!run.done()) {
    const Weights before = head.GetWeights();
    run.Advance();
    // The last call of an epoch only looks: what it finds is the epoch's.
    if (run.history().size() > after.size()) after.push_back(before);
  }
  ASSERT_LT(after.size(), 100u);
  ASSERT_GT(after.size(), 3u);
  const size_t best = after.size() - 4;
  EXPECT_EQ(head.GetWeights(), after[best]);
  const auto loss = [&](size_t epoch) {
    return run.history()[epoch].validation.value_or(Score{}).loss;
  };
  for (size_t epoch = 0; epoch < after.size(); ++epoch) EXPECT_GE(loss(epoch), loss(best));
}

TEST_F(TrainingTest, KeepsTheLastGoodWeightsWhenTheLossIsNoNumber) {
  Head head = MakeHead();
  Trainer trainer(head, Options(), SerialParallel());
  Training run(trainer, training_, validation_, {.epochs = 9});
  while (run.history().size() < 2) run.Advance();
  const Weights good = head.GetWeights();
  run.Advance();
  EXPECT_NE(head.GetWeights(), good);
  const std::vector<float> features = data_.features;
  std::ranges::fill(data_.features, std::numeric_limits<float>::quiet_NaN());
  ExpectError(ErrorCode::kDiverged, "in epoch 3; the last good weights are kept",
              [&] { Finish(run); });
  EXPECT_TRUE(run.done());
  EXPECT_EQ(head.GetWeights(), good);
  EXPECT_EQ(trainer.optimizer().iterations(), 0);

  data_.features = features;
  Training again(trainer, training_, validation_, {.epochs = 1});
  Finish(again);
  EXPECT_NE(head.GetWeights(), good);
}

TEST_F(TrainingTest, NoticesWeightsThatAreNoNumbersAtTheEndOfTheEpoch) {
  Head head = MakeHead();
  TrainOptions options;
  options.optimizer = Sgd{.learning_rate = 3e38f};
  Trainer trainer(head, options, SerialParallel());
  for (float& value : data_.features) value *= 100;
  const Weights before = head.GetWeights();
  // One step an epoch: the loss is finite, the weights after it are not.
  Training run(trainer, training_, {}, {.epochs = 1, .batch_size = 100});
  ExpectError(ErrorCode::kDiverged, "in epoch 1; the last good weights are kept",
              [&] { Finish(run); });
  EXPECT_EQ(head.GetWeights(), before);
}

TEST_F(TrainingTest, RefusesWhatCannotBe) {
  Head head = MakeHead();
  Trainer trainer(head, Options(), SerialParallel());
  const auto expect = [&](const std::string& part, const TrainingOptions& options,
                          const Samples& training, const Samples& validation) {
    ExpectError(ErrorCode::kInvalidArgument, part,
                [&] { const Training run(trainer, training, validation, options); });
  };
  expect("epochs is 0", {.epochs = 0}, training_, validation_);
  expect("initial epoch", {.epochs = 3, .initial_epoch = 3}, training_, validation_);
  expect("batch size is 0", {.batch_size = 0}, training_, validation_);
  expect("nothing to train on", {}, {}, validation_);
  expect("factor", {.schedule = ReduceOnPlateau{.factor = 1}}, training_, validation_);
  expect("patience", {.schedule = ReduceOnPlateau{.patience = 0}}, training_, validation_);
  expect("min_delta", {.schedule = ReduceOnPlateau{.min_delta = NAN}}, training_, validation_);
  expect("alpha", {.schedule = CosineDecay{.alpha = 2}}, training_, validation_);

  Samples samples = training_;
  samples.labels[0] = 3;
  expect("not one of", {}, samples, validation_);
  expect("not one of", {}, training_, samples);
  samples = training_;
  std::ranges::replace(samples.labels, 1, 0);
  expect("Class 2 of 3 has no images", {}, samples, validation_);
  samples.labels.pop_back();
  expect("one label", {}, samples, validation_);
  samples = training_;
  samples.features = nullptr;
  expect("no features", {}, samples, validation_);
}

TEST(Presets, AreTheSeeds) {
  const Preset pooled = PooledPreset(4), extracted = ExtractedPreset(4),
               regression = RegressionPreset(4);
  EXPECT_EQ(std::get<Dense>(pooled.layers[0]).units, 1024u);
  EXPECT_FLOAT_EQ(std::get<Adam>(pooled.optimizer).learning_rate, 1e-4f);
  EXPECT_EQ(std::get<Dense>(extracted.layers[0]).units, 128u);
  EXPECT_FLOAT_EQ(std::get<Adam>(extracted.optimizer).learning_rate, 1e-3f);
  EXPECT_EQ(extracted.epochs, 10u);
  EXPECT_EQ(regression.layers.size(), 1u);
  for (const Preset& preset : {pooled, extracted, regression}) {
    EXPECT_EQ(Head(8, preset.layers, 1).classes(), 4u);
  }
}

}  // namespace
}  // namespace tabtrain
