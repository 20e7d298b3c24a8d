#include "head/loss.h"

#include <algorithm>
#include <cmath>

namespace tabtrain {
namespace {

double RowLoss(std::span<float> logits, std::span<const float> targets, float scale) {
  const float max = *std::max_element(logits.begin(), logits.end());
  double sum = 0, dot = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    const float shifted = logits[i] - max;
    dot += static_cast<double>(targets[i]) * shifted;
    logits[i] = std::exp(shifted);
    sum += logits[i];
  }
  for (size_t i = 0; i < logits.size(); ++i) {
    logits[i] = (static_cast<float>(logits[i] / sum) - targets[i]) * scale;
  }
  return std::log(sum) - dot;
}

}  // namespace

double SoftmaxCrossEntropy(std::span<float> logits, std::span<const float> targets,
                           std::span<const float> weights, size_t rows) {
  const size_t classes = logits.size() / rows;
  double loss = 0;
  for (size_t row = 0; row < rows; ++row) {
    loss += weights[row] * RowLoss(logits.subspan(row * classes, classes),
                                   targets.subspan(row * classes, classes),
                                   weights[row] / static_cast<float>(rows));
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
