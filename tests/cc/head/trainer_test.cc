#include "head/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "head/mixup.h"
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
  const auto before = head.GetWeights();
  options.optimizer = Sgd{.learning_rate = 1};
  Trainer(head, options, SerialParallel()).Step(data.features, data.labels);
  const auto after = head.GetWeights();
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
    if (!head.variables()[i]->trainable) continue;
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

TEST(Trainer, GradientOfBatchNormalization) {
  ExpectGradients({BatchNormalization{}, Dense{13, Activation::kSigmoid}, BatchNormalization{},
                   Dense{7, Activation::kRelu}, Dense{4, Activation::kSoftmax}},
                  {});
}

TEST(Trainer, GradientBehindLayersWithoutAny) {
  const std::vector<LayerSpec> tail{Dense{13, Activation::kRelu}, Dropout{0},
                                    Dense{4, Activation::kSoftmax}};
  for (const LayerSpec& first : {LayerSpec(Normalization{}), LayerSpec(Dropout{0})}) {
    std::vector<LayerSpec> specs{first};
    specs.insert(specs.end(), tail.begin(), tail.end());
    ExpectGradients(specs, {});
  }
}

TEST(Trainer, MixesFeaturesAndLosses) {
  constexpr uint64_t kSeed = 5;
  constexpr size_t kRows = 12;
  Head head(8, {Dense{6, Activation::kRelu}, Dense{3, Activation::kSoftmax}}, 1);
  const Data data = MakeData(kRows, 8, 3, 2);
  TrainOptions options;
  options.mixup = 0.4f;
  options.seed = kSeed;
  options.class_weights = {1, 2, 0.5};

  Rng rng(kSeed);
  const Mix mix = DrawMix(options.mixup, kRows, rng);
  std::vector<float> features(data.features.size());
  std::vector<int32_t> partners;
  for (size_t row = 0; row < kRows; ++row) {
    partners.push_back(data.labels[mix.partners[row]]);
    for (size_t i = 0; i < 8; ++i) {
      features[row * 8 + i] = mix.share * data.features[row * 8 + i] +
                              (1 - mix.share) * data.features[mix.partners[row] * 8 + i];
    }
  }
  const auto loss = [&](const std::vector<int32_t>& labels) {
    return kRows * reference::Loss(head, reference::ValuesOf(head), features, labels,
                                   {0, options.class_weights});
  };
  const double expected = mix.share * loss(data.labels) + (1 - mix.share) * loss(partners);
  Trainer trainer(head, options, SerialParallel());
  EXPECT_NEAR(trainer.Step(data.features, data.labels).loss, expected, 1e-4);
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
  TrainOptions options;
  options.mixup = 0.2f;
  const auto train = [&](Parallel& parallel) {
    Head head(300,
              {Dropout{0.2f}, Dense{150, Activation::kRelu, 0.01f}, BatchNormalization{},
               Dense{10, Activation::kSoftmax}},
              1);
    Trainer trainer(head, options, parallel);
    for (int i = 0; i < 5; ++i) trainer.Step(data.features, data.labels);
    return head.GetWeights();
  };
  const auto weights = train(SerialParallel());
  EXPECT_EQ(weights, train(SerialParallel()));
  Backwards backwards;
  EXPECT_EQ(weights, train(backwards));
}

TEST(Trainer, KeepsTheStateOfTheOptimizerForNewRates) {
  const Data data = MakeData(32, 8, 3, 2);
  Head head(8, {Dense{3, Activation::kSoftmax}}, 1);
  Trainer trainer(head, {}, SerialParallel());
  trainer.Step(data.features, data.labels);
  trainer.Configure(With(Adam{.learning_rate = 1e-2f}));
  EXPECT_EQ(trainer.optimizer().iterations(), 1);
  EXPECT_EQ(trainer.optimizer().learning_rate(), 1e-2f);
  trainer.Configure(With(Sgd{}));
  EXPECT_EQ(trainer.optimizer().iterations(), 0);
  trainer.Step(data.features, data.labels);
  trainer.Configure(With(Sgd{.momentum = 0.9f}));
  trainer.Step(data.features, data.labels);
}

// Adam moves by less than the learning rate a step when its state is of use: what was learned
// stays.
TEST(Trainer, GoesOnWithAClassMoreOrLess) {
  Data data = MakeData(120, 16, 3, 2);
  std::vector<int32_t> two_labels;
  std::vector<float> two_features;
  for (size_t row = 0; row < 120; ++row) {
    if (data.labels[row] == 2) continue;
    two_labels.push_back(data.labels[row]);
    const auto begin = data.features.begin() + static_cast<ptrdiff_t>(row * 16);
    two_features.insert(two_features.end(), begin, begin + 16);
  }
  Head head(16, {Dense{8, Activation::kRelu}, Dense{2, Activation::kSoftmax}}, 1);
  TrainOptions options = With(Adam{.learning_rate = 1e-2f});
  options.class_weights = {1, 2};
  Trainer trainer(head, options, SerialParallel());
  for (int i = 0; i < 100; ++i) trainer.Step(two_features, two_labels);

  trainer.AddClass();
  EXPECT_EQ(trainer.options().class_weights, (std::vector<float>{1, 2, 1}));
  EXPECT_GE(trainer.Evaluate(two_features, two_labels).correct, 78u);
  for (int i = 0; i < 100; ++i) trainer.Step(data.features, data.labels);
  EXPECT_EQ(trainer.optimizer().iterations(), 200);
  EXPECT_GE(trainer.Evaluate(data.features, data.labels).correct, 115u);

  trainer.RemoveClass(2);
  EXPECT_GE(trainer.Evaluate(two_features, two_labels).correct, 78u);
  trainer.Step(two_features, two_labels);
}

// The state of the other classes must stay with them: a new class that no sample has and whose
// probability is next to nothing changes the steps of the others by next to nothing.
TEST(Trainer, KeepsTheStateOfTheOtherClasses) {
  const Data data = MakeData(40, 16, 3, 2);
  const auto train = [&](bool add) {
    Head head(16, {Dense{3, Activation::kSoftmax}}, 1);
    Trainer trainer(head, With(Adam{.learning_rate = 1e-2f}), SerialParallel());
    for (int i = 0; i < 20; ++i) trainer.Step(data.features, data.labels);
    if (add) {
      trainer.AddClass();
      head.variables()[1]->values[3] = -50;
    }
    for (int i = 0; i < 5; ++i) trainer.Step(data.features, data.labels);
    if (add) head.RemoveClass(3);
    return head.GetWeights();
  };
  const Weights expected = train(false), weights = train(true);
  for (size_t i = 0; i < expected.size(); ++i) {
    for (size_t j = 0; j < expected[i].size(); ++j) {
      EXPECT_NEAR(weights[i][j], expected[i][j], 1e-6);
    }
  }
}

TEST(BalancedClassWeights, CountEveryClassTheSame) {
  // As sklearn.utils.class_weight.compute_class_weight("balanced") of these labels.
  EXPECT_EQ(BalancedClassWeights(std::vector<int32_t>{0, 0, 0, 1, 2, 2}, 3),
            (std::vector<float>{2.0f / 3, 2, 1}));
  EXPECT_EQ(BalancedClassWeights(std::vector<int32_t>{0, 0}, 2), (std::vector<float>{0.5, 0}));
}

TEST(Trainer, RefusesALossThatIsNoNumberAndChangesNothing) {
  Head head(4, {Dense{3, Activation::kRelu}, BatchNormalization{}, Dense{2, Activation::kSoftmax}},
            1);
  Data data = MakeData(6, 4, 2, 2);
  data.features[5] = std::numeric_limits<float>::quiet_NaN();
  Trainer trainer(head, {}, SerialParallel());
  const auto before = head.GetWeights();
  ExpectError(ErrorCode::kDiverged, "learning rate",
              [&] { trainer.Step(data.features, data.labels); });
  EXPECT_EQ(head.GetWeights(), before);
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
  options.mixup = -1;
  expect("mixup", options);
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
