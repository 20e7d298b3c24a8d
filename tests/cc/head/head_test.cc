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
  EXPECT_EQ(Weights(head), Weights(Head(100, {Dense{50, Activation::kSoftmax}}, 1)));
  EXPECT_NE(Weights(head), Weights(Head(100, {Dense{50, Activation::kSoftmax}}, 2)));
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
  ExpectError(ErrorCode::kInvalidArgument, "no inputs",
              [] { Head(0, {Dense{4, Activation::kSoftmax}}, 1); });
}

TEST(Head, RefusesFeaturesOfAnotherSize) {
  const Head head(kInputs, AllActivations(), 1);
  std::vector<float> x(kInputs * 2), y(size_t{5} * 3);
  ExpectError(ErrorCode::kInvalidArgument, "input size", [&] { head.Predict(x, 3, y); });
}

}  // namespace
}  // namespace tabtrain
