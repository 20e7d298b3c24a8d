#include "head/metrics.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "head/loss.h"

namespace tabtrain {
namespace {

double Ratio(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void CheckRows(size_t values, size_t labels, size_t classes) {
  CheckArgument(labels > 0, "There is nothing to score: give at least one sample.");
  CheckArgument(values == labels * classes, "The probabilities do not fit labels and classes.");
}

}  // namespace

double CrossEntropy(std::span<const float> logits, std::span<const int32_t> labels,
                    size_t classes) {
  CheckRows(logits.size(), labels.size(), classes);
  double loss = 0;
  for (size_t row = 0; row < labels.size(); ++row) {
    const auto values = logits.subspan(row * classes, classes);
    const float largest = *std::ranges::max_element(values);
    double sum = 0;
    for (const float logit : values) sum += std::exp(static_cast<double>(logit) - largest);
    loss += std::log(sum) + largest - values[static_cast<size_t>(labels[row])];
  }
  return loss / static_cast<double>(labels.size());
}

std::vector<int32_t> Answers(std::span<const float> probabilities, size_t classes) {
  std::vector<int32_t> answers(probabilities.size() / classes);
  for (size_t row = 0; row < answers.size(); ++row) {
    answers[row] = static_cast<int32_t>(ArgMax(probabilities.subspan(row * classes, classes)));
  }
  return answers;
}

std::vector<size_t> ConfusionMatrix(std::span<const int32_t> labels,
                                    std::span<const int32_t> answers, size_t classes) {
  CheckArgument(labels.size() == answers.size(), "Every label needs one answer.");
  std::vector<size_t> confusion(classes * classes);
  for (size_t i = 0; i < labels.size(); ++i) {
    ++confusion[static_cast<size_t>(labels[i]) * classes + static_cast<size_t>(answers[i])];
  }
  return confusion;
}

std::vector<ClassScore> ClassScores(std::span<const size_t> confusion, size_t classes) {
  std::vector<ClassScore> scores(classes);
  for (size_t i = 0; i < classes; ++i) {
    const size_t right = confusion[i * classes + i];
    size_t answered = 0;
    ClassScore& score = scores[i];
    for (size_t j = 0; j < classes; ++j) {
      score.support += confusion[i * classes + j];
      answered += confusion[j * classes + i];
    }
    score.precision = Ratio(right, answered);
    score.recall = Ratio(right, score.support);
    score.f1 = Ratio(2 * right, score.support + answered);
  }
  return scores;
}

double TopKAccuracy(std::span<const float> probabilities, std::span<const int32_t> labels,
                    size_t classes, size_t k) {
  CheckRows(probabilities.size(), labels.size(), classes);
  size_t found = 0;
  for (size_t row = 0; row < labels.size(); ++row) {
    const auto values = probabilities.subspan(row * classes, classes);
    const auto label = static_cast<size_t>(labels[row]);
    size_t likelier = 0;
    for (size_t i = 0; i < classes; ++i) {
      likelier += values[i] > values[label] || (values[i] == values[label] && i < label);
    }
    found += likelier < k;
  }
  return Ratio(found, labels.size());
}

double ExpectedCalibrationError(std::span<const float> probabilities,
                                std::span<const int32_t> labels, size_t classes, size_t bins) {
  CheckRows(probabilities.size(), labels.size(), classes);
  const std::vector<int32_t> answers = Answers(probabilities, classes);
  // Of each bin the sum of probability - right: its size times the distance of their means.
  std::vector<double> gaps(bins);
  for (size_t row = 0; row < labels.size(); ++row) {
    const double confidence = probabilities[row * classes + static_cast<size_t>(answers[row])];
    const auto last = static_cast<double>(bins - 1);
    const double bin = std::ceil(confidence * static_cast<double>(bins)) - 1;  // (low, high]
    gaps[static_cast<size_t>(std::clamp(bin, 0.0, last))] +=
        confidence - (answers[row] == labels[row] ? 1 : 0);
  }
  double sum = 0;
  for (const double gap : gaps) sum += std::abs(gap);
  return sum / static_cast<double>(labels.size());
}

}  // namespace tabtrain
