#include "head/calibration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/rng.h"
#include "head/test_util.h"

namespace tabtrain {
namespace {

constexpr size_t kClasses = 4;

struct Answered {
  std::vector<float> logits;
  std::vector<int32_t> labels;
};

// Logits `scale` times as large as those that the labels are drawn by.
Answered Draw(size_t rows, double scale) {
  Rng rng(1);
  Answered answered;
  for (size_t row = 0; row < rows; ++row) {
    double sum = 0;
    std::vector<double> weights;
    for (size_t i = 0; i < kClasses; ++i) {
      const double logit = 2 * rng.Normal();
      answered.logits.push_back(static_cast<float>(logit * scale));
      weights.push_back(std::exp(logit));
      sum += weights.back();
    }
    double rest = rng.Uniform() * sum;
    size_t label = 0;
    while (label + 1 < kClasses && rest >= weights[label]) rest -= weights[label++];
    answered.labels.push_back(static_cast<int32_t>(label));
  }
  return answered;
}

// By the definition, with the softened targets.
double CrossEntropy(const Answered& answered, double temperature) {
  const size_t rows = answered.labels.size();
  const double softening = kClasses / static_cast<double>(rows + kClasses);
  double loss = 0;
  for (size_t row = 0; row < rows; ++row) {
    double sum = 0;
    for (size_t i = 0; i < kClasses; ++i) {
      sum += std::exp(answered.logits[row * kClasses + i] / temperature);
    }
    for (size_t i = 0; i < kClasses; ++i) {
      const double own = static_cast<size_t>(answered.labels[row]) == i ? 1 - softening : 0;
      loss -= (own + softening / kClasses) *
              (answered.logits[row * kClasses + i] / temperature - std::log(sum));
    }
  }
  return loss;
}

TEST(FitTemperature, HasTheLeastCrossEntropy) {
  for (const double scale : {0.3, 1.0, 3.0}) {
    const Answered answered = Draw(500, scale);
    const double temperature = FitTemperature(answered.logits, answered.labels, kClasses);
    const double least = CrossEntropy(answered, temperature);
    for (double other = 0.1; other < 10; other *= 1.01) {
      ASSERT_GE(CrossEntropy(answered, other), least - 1e-6) << other;
    }
    EXPECT_NEAR(temperature / scale, 1, 0.15);
  }
}

TEST(FitTemperature, IsNotSurerThanItsSamplesAllow) {
  // Three samples, all right by far: more than a part of 1 / (3 + 4) may well be wrong.
  std::vector<float> logits{20, 0, 0, 0, 0, 20, 0, 0, 0, 0, 20, 0};
  const float temperature = FitTemperature(logits, std::vector<int32_t>{0, 1, 2}, kClasses);
  Calibrate(logits, kClasses, temperature);
  EXPECT_NEAR(logits[0], 4 / 7.0, 1e-3);
}

TEST(FitTemperature, StaysInItsRange) {
  const std::vector<float> same(8, 1), wrong{9, 0, 0, 0, 0, 9, 0, 0};
  const std::vector<int32_t> labels{1, 0};
  EXPECT_TRUE(std::isfinite(FitTemperature(same, labels, kClasses)));
  EXPECT_NEAR(FitTemperature(wrong, labels, kClasses), 20, 1e-3);
}

TEST(FitTemperature, RefusesWhatDoesNotFit) {
  ExpectError(ErrorCode::kInvalidArgument, "nothing to calibrate",
              [] { FitTemperature({}, {}, kClasses); });
  ExpectError(ErrorCode::kInvalidArgument, "do not fit",
              [] { FitTemperature(std::vector<float>(5), std::vector<int32_t>{0}, kClasses); });
}

}  // namespace
}  // namespace tabtrain
