#include "session/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "session/dataset.h"

namespace tabtrain {
namespace {

// A head whose logits are its input: the identity kernel, no bias.
Head IdentityHead(size_t classes) {
  Head head(classes, {Dense{classes, Activation::kSoftmax}}, /*seed=*/0);
  for (Variable* variable : head.variables()) {
    std::fill(variable->values.begin(), variable->values.end(), 0.0f);
    if (variable->shape.size() != 2) continue;
    for (size_t i = 0; i < classes; ++i) variable->values[i * classes + i] = 1;
  }
  return head;
}

// Five rows over three classes, checked by hand: true 0 0 1 1 2, predicted 0 1 1 1 0.
TEST(Evaluation, MatchesHandComputedScores) {
  const Head head = IdentityHead(3);
  Evaluator evaluator(head, /*temperature=*/2, SerialParallel());
  const std::vector<float> rows = {3, 1, 0, 0, 2, 1, 0, 4, 0, 1, 2, 0, 2, 0, 1};
  const std::vector<int32_t> labels = {0, 0, 1, 1, 2};
  for (size_t i = 0; i < 2; ++i) evaluator.Add(std::span(rows).subspan(3 * i, 3), labels[i]);
  Dataset dataset;
  for (size_t i = 2; i < 5; ++i) {
    dataset.Add("class " + std::to_string(labels[i]), std::span(rows).subspan(3 * i, 3));
  }
  Samples others = dataset.All();
  others.labels = {1, 1, 2};
  evaluator.Add(others);
  const Evaluation evaluation = evaluator.Finish();

  EXPECT_DOUBLE_EQ(evaluation.accuracy, 3.0 / 5);
  ASSERT_EQ(evaluation.top_accuracy.size(), 3u);
  EXPECT_DOUBLE_EQ(evaluation.top_accuracy[0], 3.0 / 5);
  EXPECT_DOUBLE_EQ(evaluation.top_accuracy[1], 4.0 / 5);  // row 1 has its class third
  EXPECT_DOUBLE_EQ(evaluation.top_accuracy[2], 1);
  EXPECT_EQ(evaluation.confusion, (std::vector<size_t>{1, 1, 0, 0, 2, 0, 1, 0, 0}));
  EXPECT_DOUBLE_EQ(evaluation.per_class[0].precision, 0.5);
  EXPECT_DOUBLE_EQ(evaluation.per_class[0].recall, 0.5);
  EXPECT_DOUBLE_EQ(evaluation.per_class[1].precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(evaluation.per_class[1].f1, 0.8);
  EXPECT_DOUBLE_EQ(evaluation.per_class[2].precision, 0);  // never predicted: 0, not a NaN
  EXPECT_EQ(evaluation.per_class[2].support, 1u);

  double loss = 0;
  for (size_t row = 0; row < 5; ++row) {
    double sum = 0;
    for (size_t c = 0; c < 3; ++c) sum += std::exp(rows[row * 3 + c]);
    loss -= std::log(std::exp(rows[row * 3 + static_cast<size_t>(labels[row])]) / sum);
  }
  EXPECT_NEAR(evaluation.loss, loss / 5, 1e-6);

  // The answers' probabilities at half the logits; those of rows 1, 3 and 4 share a bin.
  const double p0 = 1 / (1 + std::exp(-1.0) + std::exp(-1.5));
  const double p1 = 1 / (1 + std::exp(-0.5) + std::exp(-1.0));
  const double p2 = 1 / (1 + 2 * std::exp(-2.0));
  EXPECT_NEAR(evaluation.calibration_error,
              (std::abs(p0 - 1) + std::abs(3 * p1 - 1) + std::abs(p2 - 1)) / 5, 1e-6);
}

TEST(Evaluation, RefusesNothing) {
  const Head head = IdentityHead(2);
  const Evaluator evaluator(head, 1, SerialParallel());
  EXPECT_THROW(evaluator.Finish(), Error);
}

}  // namespace
}  // namespace tabtrain
