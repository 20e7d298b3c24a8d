#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "head/adapt.h"
#include "head/dropout.h"
#include "head/memory_source.h"
#include "head/mixup.h"
#include "head/test_util.h"

namespace tabtrain {
namespace {

class NoVariables : public GradientSink {
 public:
  void Accept(Variable& variable, size_t, std::span<const float>) override {
    ADD_FAILURE() << variable.name;
  }
};

TEST(Dropout, DropsAndScalesInTrainingAlone) {
  constexpr size_t kInputs = 1000, kRows = 20, kSize = kInputs * kRows;
  DropoutLayer layer(kInputs, Dropout{0.3f});
  const std::vector<float> x(kSize, 2), dy(kSize, 3);
  std::vector<float> y(kSize), dx(kSize), again(kSize);
  layer.Forward(x, kRows, y, SerialParallel());
  EXPECT_EQ(y, x);

  Rng rng(1);
  layer.ForwardTraining(x, kRows, y, rng, SerialParallel());
  const auto dropped = static_cast<double>(std::ranges::count(y, 0.0f));
  // 5 standard deviations of a binomial.
  EXPECT_NEAR(dropped, 0.3 * kSize, 5 * std::sqrt(kSize * 0.3 * 0.7));
  NoVariables sink;
  std::vector<float> gradient = dy;
  layer.Backward(x, y, gradient, kRows, dx, sink, SerialParallel());
  for (size_t i = 0; i < kSize; ++i) {
    ASSERT_FLOAT_EQ(y[i], y[i] == 0 ? 0 : 2 / 0.7f);
    ASSERT_FLOAT_EQ(dx[i], y[i] == 0 ? 0 : 3 / 0.7f);
  }
  layer.ForwardTraining(x, kRows, again, rng, SerialParallel());
  EXPECT_NE(again, y);
}

TEST(Adapt, LearnsMeanAndVarianceOfTheTrainingSamples) {
  Data data = MakeData(50, 6, 2, 3);
  for (size_t row = 0; row < 50; ++row) {
    data.features[row * 6 + 1] = data.features[row * 6 + 1] / 100 + 1000;  // far from 0
    data.features[row * 6 + 2] = 4;                                        // always
  }
  MemorySource source(data);
  Head head(6, {Normalization{}, Dense{2, Activation::kSoftmax}}, 1);
  Adapt(head, source.Range(10, 50));
  for (size_t i = 0; i < 6; ++i) {
    double mean = 0, variance = 0;
    for (size_t row = 10; row < 50; ++row) mean += data.features[row * 6 + i] / 40.0;
    for (size_t row = 10; row < 50; ++row) {
      variance += std::pow(data.features[row * 6 + i] - mean, 2) / 40;
    }
    EXPECT_FLOAT_EQ(head.variables()[0]->values[i], static_cast<float>(mean));
    EXPECT_FLOAT_EQ(head.variables()[1]->values[i], i == 2 ? 1 : static_cast<float>(variance));
  }
}

// The largest difference of the probabilities of both heads.
float Difference(const Head& a, const Head& b, const std::vector<float>& x, size_t rows) {
  std::vector<float> p(rows * a.classes()), q(p.size());
  a.Predict(x, rows, p);
  b.Predict(x, rows, q);
  float difference = 0;
  for (size_t i = 0; i < p.size(); ++i) difference = std::max(difference, std::abs(p[i] - q[i]));
  return difference;
}

TEST(Folded, PredictsTheSameWithoutTheLayer) {
  const Data data = MakeData(20, 6, 3, 3);
  MemorySource source(data);
  const Dense softmax{3, Activation::kSoftmax};
  for (const auto& specs : std::vector<std::vector<LayerSpec>>{
           {Normalization{}, Dropout{0.5f}, Dense{5, Activation::kRelu}, softmax},
           {Normalization{}, BatchNormalization{}, softmax},
           {softmax}}) {
    Head head(6, specs, 1);
    Adapt(head, source.Range(0, 8));
    const Head folded = Folded(head);
    EXPECT_EQ(folded.specs().size(), specs.size() - (specs.size() == 4));
    EXPECT_LT(Difference(head, folded, data.features, 20), 1e-6);
  }
}

TEST(Mixup, DrawsSharesOfBeta) {
  constexpr int kDraws = 20000;
  for (const float alpha : {0.05f, 0.4f, 1.0f, 3.0f}) {
    Rng rng(1);
    double sum = 0, squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double share = DrawMix(alpha, 2, rng).share;
      ASSERT_TRUE(share >= 0 && share <= 1) << share;
      sum += share - 0.5;
      squares += (share - 0.5) * (share - 0.5);
    }
    const double variance = 1 / (4 * (2 * alpha + 1));
    EXPECT_NEAR(sum / kDraws, 0, 5 * std::sqrt(variance / kDraws)) << alpha;
    EXPECT_NEAR(squares / kDraws, variance, 0.04 * variance) << alpha;
  }
}

TEST(Mixup, GivesEveryRowAPartner) {
  Rng rng(1);
  std::vector<size_t> partners = DrawMix(0.2f, 9, rng).partners;
  EXPECT_FALSE(std::ranges::is_sorted(partners));
  std::ranges::sort(partners);
  for (size_t i = 0; i < 9; ++i) EXPECT_EQ(partners[i], i);
}

}  // namespace
}  // namespace tabtrain
