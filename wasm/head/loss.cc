#include "head/loss.h"

#include <algorithm>
#include <cmath>

namespace tabtrain {
namespace {

double RowLoss(std::span<float> logits, std::span<const float> targets, size_t rows) {
  const float max = *std::max_element(logits.begin(), logits.end());
  double sum = 0, weight = 0, dot = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    const float shifted = logits[i] - max;
    logits[i] = std::exp(shifted);
    sum += logits[i];
    weight += targets[i];
    dot += static_cast<double>(targets[i]) * shifted;
  }
  for (size_t i = 0; i < logits.size(); ++i) {
    const double gradient = logits[i] / sum * weight - targets[i];
    logits[i] = static_cast<float>(gradient / static_cast<double>(rows));
  }
  return weight * std::log(sum) - dot;
}

}  // namespace

double SoftmaxCrossEntropy(std::span<float> logits, std::span<const float> targets, size_t rows) {
  const size_t classes = logits.size() / rows;
  double loss = 0;
  for (size_t first = 0; first < logits.size(); first += classes) {
    loss += RowLoss(logits.subspan(first, classes), targets.subspan(first, classes), rows);
  }
  return loss;
}

size_t ArgMax(std::span<const float> row) {
  return static_cast<size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

size_t CountCorrect(std::span<const float> logits, std::span<const int32_t> labels) {
  const size_t classes = logits.size() / labels.size();
  size_t correct = 0;
  for (size_t row = 0; row < labels.size(); ++row) {
    correct += ArgMax(logits.subspan(row * classes, classes)) == static_cast<size_t>(labels[row]);
  }
  return correct;
}

}  // namespace tabtrain
