// How good the answers of a classifier are. Labels and answers are classes from 0 on;
// probabilities are [labels, classes], row-major.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tabtrain {

// The mean over the labels of -log softmax(logits)[label], in a form that cannot overflow; `logits`
// is [labels, classes].
double CrossEntropy(std::span<const float> logits, std::span<const int32_t> labels, size_t classes);

// The answer of each row of `probabilities`, or of logits: its largest value.
std::vector<int32_t> Answers(std::span<const float> probabilities, size_t classes);

// [classes, classes]: how often the row's class got the column's answer.
std::vector<size_t> ConfusionMatrix(std::span<const int32_t> labels,
                                    std::span<const int32_t> answers, size_t classes);

// As sklearn.metrics.precision_recall_fscore_support with zero_division=0.
struct ClassScore {
  double precision = 0;  // of the answers that name the class, the part that is right
  double recall = 0;     // of the class's samples, the part that is found
  double f1 = 0;         // their harmonic mean
  size_t support = 0;    // the class's samples
};

std::vector<ClassScore> ClassScores(std::span<const size_t> confusion, size_t classes);

// The part of the samples whose label is among the k likeliest classes; of equal ones the first is
// the likelier. Logits serve as well.
double TopKAccuracy(std::span<const float> probabilities, std::span<const int32_t> labels,
                    size_t classes, size_t k);

// Expected calibration error (Guo et al. 2017): over bins of equal width by the probability of the
// answer, the mean distance of that probability from the part that is right.
double ExpectedCalibrationError(std::span<const float> probabilities,
                                std::span<const int32_t> labels, size_t classes, size_t bins = 15);

}  // namespace tabtrain
