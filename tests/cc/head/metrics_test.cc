#include "head/metrics.h"

#include <gtest/gtest.h>

#include <vector>

#include "head/test_util.h"

namespace tabtrain {
namespace {

// What scikit-learn 1.9 says of the same answers (confusion_matrix,
// precision_recall_fscore_support, top_k_accuracy_score); the calibration error by the definition
// in NumPy.
const std::vector<int32_t> kLabels{0, 0, 0, 1, 1, 2, 2, 2, 2, 0};
const std::vector<int32_t> kAnswers{0, 1, 0, 1, 1, 2, 0, 1, 2, 0};
const std::vector<float> kProbabilities{.7f,  .2f,  .1f,  .1f,  .52f, .38f, .28f, .30f, .42f,
                                        .05f, .14f, .81f, .61f, .29f, .1f,  .2f,  .45f, .35f};
const std::vector<int32_t> kProbabilityLabels{0, 2, 1, 2, 2, 1};

TEST(Metrics, AnswersAreTheLargest) {
  EXPECT_EQ(Answers(kProbabilities, 3), (std::vector<int32_t>{0, 1, 2, 2, 0, 1}));
  EXPECT_EQ(Answers(std::vector<float>{.5, .5}, 2), std::vector<int32_t>{0});
}

TEST(Metrics, ConfusionAsScikitLearn) {
  EXPECT_EQ(ConfusionMatrix(kLabels, kAnswers, 4),
            (std::vector<size_t>{3, 1, 0, 0, 0, 2, 0, 0, 1, 1, 2, 0, 0, 0, 0, 0}));
}

TEST(Metrics, ClassScoresAsScikitLearn) {
  const auto scores = ClassScores(ConfusionMatrix(kLabels, kAnswers, 4), 4);
  const std::vector<ClassScore> expected{
      {.75, .75, .75, 4}, {.5, 1, 2.0 / 3, 2}, {1, .5, 2.0 / 3, 4}, {0, 0, 0, 0}};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_DOUBLE_EQ(scores[i].precision, expected[i].precision);
    EXPECT_DOUBLE_EQ(scores[i].recall, expected[i].recall);
    EXPECT_DOUBLE_EQ(scores[i].f1, expected[i].f1);
    EXPECT_EQ(scores[i].support, expected[i].support);
  }
}

TEST(Metrics, TopKAsScikitLearn) {
  EXPECT_DOUBLE_EQ(TopKAccuracy(kProbabilities, kProbabilityLabels, 3, 1), 0.5);
  EXPECT_DOUBLE_EQ(TopKAccuracy(kProbabilities, kProbabilityLabels, 3, 2), 5 / 6.0);
  EXPECT_DOUBLE_EQ(TopKAccuracy(kProbabilities, kProbabilityLabels, 3, 3), 1);
}

TEST(Metrics, CalibrationErrorByItsDefinition) {
  EXPECT_NEAR(ExpectedCalibrationError(kProbabilities, kProbabilityLabels, 3, 2),
              0.12833333333333335, 1e-7);
  EXPECT_NEAR(ExpectedCalibrationError(kProbabilities, kProbabilityLabels, 3, 5),
              0.14833333333333332, 1e-7);
  EXPECT_NEAR(ExpectedCalibrationError(kProbabilities, kProbabilityLabels, 3), 0.2916666666666667,
              1e-7);
  // Sure and right, sure and wrong: the edges of the last bin and the first.
  EXPECT_DOUBLE_EQ(ExpectedCalibrationError(std::vector<float>{1, 0}, std::vector<int32_t>{0}, 2),
                   0);
  EXPECT_DOUBLE_EQ(ExpectedCalibrationError(std::vector<float>{1, 0}, std::vector<int32_t>{1}, 2),
                   1);
}

TEST(Metrics, RefuseWhatDoesNotFit) {
  ExpectError(ErrorCode::kInvalidArgument, "nothing to score", [] { TopKAccuracy({}, {}, 3, 1); });
  ExpectError(ErrorCode::kInvalidArgument, "do not fit",
              [] { ExpectedCalibrationError(kProbabilities, kProbabilityLabels, 4); });
  ExpectError(ErrorCode::kInvalidArgument, "one answer",
              [] { ConfusionMatrix(kLabels, kProbabilityLabels, 4); });
}

}  // namespace
}  // namespace tabtrain
