#include "head/head.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "head/reference.h"
#include "head/test_util.h"

namespace tabtrain {
namespace {

constexpr size_t kInputs = 37;

std::vector<LayerSpec> AllActivations() {
  return {Dense{19, Activation::kRelu}, Dense{11, Activation::kSigmoid},
          Dense{7, Activation::kLinear}, Dense{6, Activation::kSoftmax},
          Dense{5, Activation::kSoftmax}};
}

TEST(Head, PredictsAsTheReference) {
  const Head head(kInputs, AllActivations(), 1);
  const Data data = MakeData(300, kInputs, 5, 2);  // more than one block of rows
  std::vector<float> probabilities(size_t{300} * 5);
  head.Predict(data.features, 300, probabilities);
  const auto expected = reference::Predict(head, reference::ValuesOf(head), data.features);
  for (size_t i = 0; i < probabilities.size(); ++i) {
    ASSERT_NEAR(probabilities[i], expected[i / 5][i % 5], 1e-6) << i;
  }
}

TEST(Head, NamesAndShapesItsVariablesAsKeras) {
  const Head head(kInputs, {Dense{19, Activation::kRelu}, Dense{5, Activation::kSoftmax}}, 1);
  const auto variables = head.variables();
  ASSERT_EQ(variables.size(), 4u);
  EXPECT_EQ(variables[0]->name, "dense/kernel");
  EXPECT_EQ(variables[0]->shape, (std::vector<size_t>{kInputs, 19}));
  EXPECT_EQ(variables[1]->name, "dense/bias");
  EXPECT_EQ(variables[1]->shape, (std::vector<size_t>{19}));
  EXPECT_EQ(variables[2]->name, "dense_1/kernel");
  EXPECT_EQ(variables[3]->name, "dense_1/bias");
}

TEST(Head, DrawsGlorotUniformFromTheSeed) {
  const Head head(100, {Dense{50, Activation::kSoftmax}}, 1);
  const double limit = std::sqrt(6.0 / 150);
  double squares = 0;
  for (const float value : head.variables()[0]->values) {
    EXPECT_LE(std::abs(value), limit);
    squares += static_cast<double>(value) * value;
  }
  EXPECT_NEAR(squares / 5000, limit * limit / 3, 0.05 * limit * limit);
  EXPECT_EQ(head.GetWeights(), Head(100, {Dense{50, Activation::kSoftmax}}, 1).GetWeights());
  EXPECT_NE(head.GetWeights(), Head(100, {Dense{50, Activation::kSoftmax}}, 2).GetWeights());
}

TEST(Head, RefusesLayersThatMakeNoClassifier) {
  const auto expect = [](const std::string& part, std::vector<LayerSpec> specs) {
    ExpectError(ErrorCode::kInvalidArgument, part, [&] { Head(kInputs, specs, 1); });
  };
  expect("no layers", {});
  expect("no classes", {Dense{0, Activation::kSoftmax}});
  expect("one class only", {Dense{1, Activation::kSoftmax}});
  expect("softmax", {Dense{4, Activation::kRelu}});
  expect("no units", {Dense{0, Activation::kRelu}, Dense{4, Activation::kSoftmax}});
  expect("l2", {Dense{4, Activation::kSoftmax, -1}});
  expect("l2", {Dense{4, Activation::kSoftmax, NAN}});
  expect("rate of a dropout", {Dropout{1}, Dense{4, Activation::kSoftmax}});
  expect("rate of a dropout", {Dropout{-0.1f}, Dense{4, Activation::kSoftmax}});
  expect("momentum", {BatchNormalization{.momentum = 1}, Dense{4, Activation::kSoftmax}});
  expect("epsilon", {BatchNormalization{.epsilon = 0}, Dense{4, Activation::kSoftmax}});
  expect("first layer", {Dropout{}, Normalization{}, Dense{4, Activation::kSoftmax}});
  expect("last layer", {Dense{4, Activation::kSoftmax}, Dropout{}});
  ExpectError(ErrorCode::kInvalidArgument, "no inputs",
              [] { Head(0, {Dense{4, Activation::kSoftmax}}, 1); });
}

TEST(Head, TakesBackItsWeights) {
  Head head(kInputs, AllActivations(), 1);
  const Head other(kInputs, AllActivations(), 2);
  head.SetWeights(other.GetWeights());
  EXPECT_EQ(head.GetWeights(), other.GetWeights());
  Weights weights = other.GetWeights();
  weights[2].pop_back();
  ExpectError(ErrorCode::kInvalidArgument, "dense_1/kernel", [&] { head.SetWeights(weights); });
  weights.pop_back();
  ExpectError(ErrorCode::kInvalidArgument, "other layers", [&] { head.SetWeights(weights); });
}

// Of one row.
std::vector<float> Predict(const Head& head, const std::vector<float>& row) {
  std::vector<float> probabilities(head.classes());
  head.Predict(row, 1, probabilities);
  return probabilities;
}

TEST(Head, AClassThatIsAddedLeavesTheProportionsOfTheOthers) {
  Head head(kInputs, AllActivations(), 1);
  const std::vector<float> row(MakeData(1, kInputs, 5, 2).features);
  const auto before = Predict(head, row);
  head.AddClass();
  EXPECT_EQ(head.classes(), 6u);
  EXPECT_EQ(head.variables().back()->shape, (std::vector<size_t>{6}));
  const auto after = Predict(head, row);
  for (size_t i = 1; i < 5; ++i) EXPECT_NEAR(after[i] / after[0], before[i] / before[0], 1e-5);

  head.RemoveClass(5);
  EXPECT_EQ(Predict(head, row), before);
  head.RemoveClass(1);
  const auto fewer = Predict(head, row);
  EXPECT_NEAR(fewer[1] / fewer[0], before[2] / before[0], 1e-5);
  EXPECT_NEAR(fewer[3] / fewer[0], before[4] / before[0], 1e-5);
}

TEST(Head, KeepsTwoClassesAtLeast) {
  Head head(kInputs, {Dense{2, Activation::kSoftmax}}, 1);
  ExpectError(ErrorCode::kInvalidArgument, "Two classes", [&] { head.RemoveClass(0); });
  head.AddClass();
  ExpectError(ErrorCode::kInvalidArgument, "no such class", [&] { head.RemoveClass(3); });
}

TEST(Head, RefusesFeaturesOfAnotherSize) {
  const Head head(kInputs, AllActivations(), 1);
  std::vector<float> x(kInputs * 2), y(size_t{5} * 3);
  ExpectError(ErrorCode::kInvalidArgument, "input size", [&] { head.Predict(x, 3, y); });
}

}  // namespace
}  // namespace tabtrain
