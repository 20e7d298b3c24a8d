#include "head/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "head/reference.h"
#include "head/test_util.h"

namespace tabtrain {
namespace {

TrainOptions With(const OptimizerSpec& optimizer) {
  TrainOptions options;
  options.optimizer = optimizer;
  return options;
}

// The gradient that a trainer computes: what a step of plain descent with rate 1 takes off.
reference::Values GradientOf(Head& head, const Data& data, TrainOptions options) {
  const auto before = Weights(head);
  options.optimizer = Sgd{.learning_rate = 1};
  Trainer(head, options, SerialParallel()).Step(data.features, data.labels);
  const auto after = Weights(head);
  reference::Values gradient(before.size());
  for (size_t i = 0; i < before.size(); ++i) {
    for (size_t j = 0; j < before[i].size(); ++j) gradient[i].push_back(before[i][j] - after[i][j]);
  }
  return gradient;
}

void ExpectGradients(const std::vector<LayerSpec>& specs, const TrainOptions& options) {
  constexpr size_t kInputs = 21;
  Head head(kInputs, specs, 3);
  const Data data = MakeData(9, kInputs, head.classes(), 4);
  const auto expected = reference::Gradient(head, data.features, data.labels,
                                            {options.label_smoothing, options.class_weights});
  const auto gradient = GradientOf(head, data, options);
  for (size_t i = 0; i < expected.size(); ++i) {
    const std::string& name = head.variables()[i]->name;
    for (size_t j = 0; j < expected[i].size(); ++j) {
      ASSERT_NEAR(gradient[i][j], expected[i][j], 1e-6 + 1e-4 * std::abs(expected[i][j]))
          << name << " " << j;
    }
  }
}

TEST(Trainer, GradientOfSoftmaxRegression) {
  ExpectGradients({Dense{5, Activation::kSoftmax}}, {});
}

TEST(Trainer, GradientOfEveryActivation) {
  for (const Activation activation :
       {Activation::kLinear, Activation::kRelu, Activation::kSigmoid, Activation::kSoftmax}) {
    SCOPED_TRACE(static_cast<int>(activation));
    ExpectGradients(
        {Dense{13, Activation::kRelu}, Dense{7, activation}, Dense{5, Activation::kSoftmax}}, {});
  }
}

TEST(Trainer, GradientOfL2) {
  ExpectGradients({Dense{13, Activation::kRelu, 0.1f}, Dense{5, Activation::kSoftmax, 0.02f}}, {});
}

TEST(Trainer, GradientOfClassWeightsAndLabelSmoothing) {
  TrainOptions options;
  options.class_weights = {1, 0.5, 3, 0};
  options.label_smoothing = 0.2f;
  ExpectGradients({Dense{13, Activation::kRelu}, Dense{4, Activation::kSoftmax}}, options);
}

TEST(Trainer, StepReturnsTheLossBeforeIt) {
  Head head(8, {Dense{6, Activation::kRelu, 0.1f}, Dense{3, Activation::kSoftmax}}, 1);
  const Data data = MakeData(10, 8, 3, 2);
  const double mean =
      reference::Loss(head, reference::ValuesOf(head), data.features, data.labels, {});
  Trainer trainer(head, {}, SerialParallel());
  const BatchResult evaluated = trainer.Evaluate(data.features, data.labels);
  const BatchResult result = trainer.Step(data.features, data.labels);
  EXPECT_EQ(result.rows, 10u);
  EXPECT_NEAR(result.loss, 10 * mean, 1e-4);
  EXPECT_NEAR(evaluated.loss, 10 * mean, 1e-4);
  EXPECT_EQ(evaluated.correct, result.correct);
}

TEST(Trainer, LossOfSureAnswersStaysFiniteAndIsNotClipped) {
  Head head(1, {Dense{2, Activation::kSoftmax}}, 1);
  head.variables()[0]->values = {1000, -1000};
  const Trainer trainer(head, {}, SerialParallel());
  const std::vector<float> x{1};
  EXPECT_NEAR(trainer.Evaluate(x, std::vector<int32_t>{1}).loss, 2000, 1e-2);
  EXPECT_EQ(trainer.Evaluate(x, std::vector<int32_t>{0}).loss, 0);
}

TEST(Trainer, LearnsToTellClasses) {
  Head head(32, {Dense{64, Activation::kRelu}, Dense{4, Activation::kSoftmax}}, 1);
  const Data data = MakeData(200, 32, 4, 2);
  Trainer trainer(head, With(Adam{.learning_rate = 1e-3f}), SerialParallel());
  for (int i = 0; i < 100; ++i) trainer.Step(data.features, data.labels);
  EXPECT_GE(trainer.Evaluate(data.features, data.labels).correct, 195u);
}

TEST(Trainer, IsTheSameOnEveryRunAndForAnyThreads) {
  const Data data = MakeData(32, 300, 10, 2);
  const auto train = [&](Parallel& parallel) {
    Head head(300, {Dense{150, Activation::kRelu}, Dense{10, Activation::kSoftmax}}, 1);
    Trainer trainer(head, {}, parallel);
    for (int i = 0; i < 5; ++i) trainer.Step(data.features, data.labels);
    return Weights(head);
  };
  const auto weights = train(SerialParallel());
  EXPECT_EQ(weights, train(SerialParallel()));
  Backwards backwards;
  EXPECT_EQ(weights, train(backwards));
}

TEST(Trainer, RefusesALossThatIsNoNumberAndChangesNothing) {
  Head head(4, {Dense{3, Activation::kRelu}, Dense{2, Activation::kSoftmax}}, 1);
  Data data = MakeData(6, 4, 2, 2);
  data.features[5] = std::numeric_limits<float>::quiet_NaN();
  Trainer trainer(head, {}, SerialParallel());
  const auto before = Weights(head);
  ExpectError(ErrorCode::kDiverged, "learning rate",
              [&] { trainer.Step(data.features, data.labels); });
  EXPECT_EQ(Weights(head), before);
}

TEST(Trainer, RefusesBadOptions) {
  Head head(4, {Dense{2, Activation::kSoftmax}}, 1);
  const auto expect = [&](const std::string& part, const TrainOptions& options) {
    ExpectError(ErrorCode::kInvalidArgument, part,
                [&] { Trainer(head, options, SerialParallel()); });
  };
  expect("learning rate", With(Adam{.learning_rate = -1}));
  expect("learning rate", With(Adam{.learning_rate = 0}));
  expect("learning rate", With(Sgd{.learning_rate = NAN}));
  expect("beta_1", With(Adam{.beta_1 = 1}));
  expect("weight decay", With(Adam{.weight_decay = -1}));
  expect("momentum", With(Sgd{.momentum = 1}));
  expect("Nesterov", With(Sgd{.nesterov = true}));
  TrainOptions options;
  options.label_smoothing = 1;
  expect("label smoothing", options);
  options = {};
  options.class_weights = {1, 2, 3};
  expect("one class weight for each class", options);
  options.class_weights = {1, -2};
  expect("class weight is negative", options);
}

TEST(Trainer, RefusesBadBatches) {
  Head head(4, {Dense{2, Activation::kSoftmax}}, 1);
  Trainer trainer(head, {}, SerialParallel());
  const auto expect = [&](const std::string& part, size_t values, std::vector<int32_t> labels) {
    ExpectError(ErrorCode::kInvalidArgument, part,
                [&] { trainer.Step(std::vector<float>(values), labels); });
  };
  expect("empty", 0, {});
  expect("do not fit", 9, {0, 1});
  expect("not one of", 8, {0, 2});
  expect("not one of", 8, {0, -1});
}

}  // namespace
}  // namespace tabtrain
