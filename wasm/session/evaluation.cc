#include "session/evaluation.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "head/calibration.h"

namespace tabtrain {
namespace {

// A block of samples takes 16 MB at most, unless one of them takes more.
constexpr size_t kBlockRows = 256;
constexpr size_t kBlockValues = size_t{4} << 20;
constexpr size_t kMostTop = 5;

}  // namespace

std::vector<float> LogitsOf(const Head& head, const Samples& samples, Parallel& parallel) {
  std::vector<float> logits(samples.size() * head.classes());
  std::vector<size_t> positions;
  std::vector<float> rows;
  std::vector<int32_t> labels;
  const size_t block = std::clamp<size_t>(kBlockValues / head.input_size(), 1, kBlockRows);
  for (size_t begin = 0; begin < samples.size(); begin += block) {
    positions.resize(std::min(block, samples.size() - begin));
    std::iota(positions.begin(), positions.end(), begin);
    rows.resize(positions.size() * head.input_size());
    labels.resize(positions.size());
    Gather(samples, positions, rows, labels);
    head.Logits(
        rows, positions.size(),
        std::span(logits).subspan(begin * head.classes(), positions.size() * head.classes()),
        parallel);
  }
  return logits;
}

Evaluator::Evaluator(const Head& head, float temperature, Parallel& parallel)
    : head_(head), temperature_(temperature), parallel_(parallel) {}

void Evaluator::Add(std::span<const float> features, int32_t label) {
  const size_t classes = head_.classes();
  logits_.resize(logits_.size() + classes);
  head_.Logits(features, /*rows=*/1, std::span(logits_).last(classes), parallel_);
  labels_.push_back(label);
}

void Evaluator::Add(const Samples& samples) {
  const std::vector<float> logits = LogitsOf(head_, samples, parallel_);
  logits_.insert(logits_.end(), logits.begin(), logits.end());
  labels_.insert(labels_.end(), samples.labels.begin(), samples.labels.end());
}

Evaluation Evaluator::Finish() const {
  CheckArgument(!labels_.empty(), "there is nothing to evaluate: give at least one image");
  const size_t classes = head_.classes();
  Evaluation evaluation{.loss = CrossEntropy(logits_, labels_, classes)};
  std::vector<float> probabilities = logits_;
  Calibrate(probabilities, classes, temperature_);
  for (size_t k = 1; k <= std::min(kMostTop, classes); ++k) {
    evaluation.top_accuracy.push_back(TopKAccuracy(logits_, labels_, classes, k));
  }
  evaluation.accuracy = evaluation.top_accuracy[0];
  evaluation.calibration_error = ExpectedCalibrationError(probabilities, labels_, classes);
  evaluation.confusion = ConfusionMatrix(labels_, Answers(logits_, classes), classes);
  evaluation.per_class = ClassScores(evaluation.confusion, classes);
  return evaluation;
}

}  // namespace tabtrain
