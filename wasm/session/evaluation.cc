#include "session/evaluation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "head/loss.h"

namespace tabtrain {
namespace {

constexpr size_t kBlockRows = 256;

// -log softmax(logits)[label], in a form that cannot overflow.
double CrossEntropy(std::span<const float> logits, int32_t label) {
  const float largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
  return std::log(sum) + largest - logits[static_cast<size_t>(label)];
}

double Ratio(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

Evaluator::Evaluator(const Head& head, Parallel& parallel)
    : head_(head),
      parallel_(parallel),
      confusion_(head.classes(), std::vector<size_t>(head.classes())) {}

void Evaluator::Add(std::span<const float> features, std::span<const int32_t> labels) {
  const size_t classes = head_.classes();
  std::vector<float> logits(labels.size() * classes);
  head_.Logits(features, labels.size(), logits, parallel_);
  for (size_t row = 0; row < labels.size(); ++row) {
    const std::span<const float> one = std::span(logits).subspan(row * classes, classes);
    loss_ += CrossEntropy(one, labels[row]);
    ++confusion_[static_cast<size_t>(labels[row])][ArgMax(one)];
  }
  rows_ += labels.size();
}

void Evaluator::Add(const Samples& samples) {
  std::vector<size_t> positions;
  std::vector<float> rows;
  std::vector<int32_t> labels;
  for (size_t begin = 0; begin < samples.size(); begin += kBlockRows) {
    positions.resize(std::min(kBlockRows, samples.size() - begin));
    std::iota(positions.begin(), positions.end(), begin);
    rows.resize(positions.size() * head_.input_size());
    labels.resize(positions.size());
    Gather(samples, positions, rows, labels);
    Add(rows, labels);
  }
}

Evaluation Evaluator::Finish() const {
  CheckArgument(rows_ > 0, "there is nothing to evaluate: give at least one image");
  const size_t classes = confusion_.size();
  size_t correct = 0;
  for (size_t c = 0; c < classes; ++c) correct += confusion_[c][c];
  Evaluation evaluation{.loss = loss_ / static_cast<double>(rows_),
                        .accuracy = Ratio(correct, rows_),
                        .confusion = confusion_};
  for (size_t c = 0; c < classes; ++c) {
    const size_t hits = confusion_[c][c];
    size_t predicted = 0;
    for (const auto& row : confusion_) predicted += row[c];
    const size_t support = std::accumulate(confusion_[c].begin(), confusion_[c].end(), size_t{0});
    evaluation.per_class.push_back({.precision = Ratio(hits, predicted),
                                    .recall = Ratio(hits, support),
                                    .f1 = Ratio(2 * hits, predicted + support),
                                    .support = support});
  }
  return evaluation;
}

}  // namespace tabtrain
