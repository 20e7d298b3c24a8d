#include "head/trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "head/layer.h"
#include "head/loss.h"

namespace tabtrain {
namespace {

// Rows of Evaluate at a time.
constexpr size_t kBlockRows = 256;

size_t FirstTrainable(const Head& head) {
  const auto layers = head.layers();
  const auto trainable = [](const auto& layer) {
    return std::ranges::any_of(layer->variables(), &Variable::trainable);
  };
  return static_cast<size_t>(std::ranges::find_if(layers, trainable) - layers.begin());
}

// [rows, classes], 1 at the label and 0 elsewhere, smoothed as keras.losses does.
void OneHot(std::span<const int32_t> labels, size_t classes, float smoothing,
            std::vector<float>& targets) {
  const float off = smoothing / static_cast<float>(classes);
  targets.assign(labels.size() * classes, off);
  for (size_t row = 0; row < labels.size(); ++row) {
    targets[row * classes + static_cast<size_t>(labels[row])] = 1 - smoothing + off;
  }
}

}  // namespace

BatchResult& BatchResult::operator+=(const BatchResult& other) {
  loss += other.loss;
  correct += other.correct;
  rows += other.rows;
  return *this;
}

Trainer::Trainer(Head& head, TrainOptions options, Parallel& parallel)
    : head_(head),
      options_(std::move(options)),
      parallel_(parallel),
      optimizer_(options_.optimizer),
      rng_(options_.seed),
      first_trainable_(FirstTrainable(head)) {
  CheckArgument(options_.label_smoothing >= 0 && options_.label_smoothing < 1,
                "The label smoothing must be at least 0 and below 1; try 0.1.");
  CheckArgument(options_.class_weights.empty() || options_.class_weights.size() == head.classes(),
                "Give one class weight for each class, or none at all.");
  CheckArgument(std::ranges::all_of(options_.class_weights,
                                    [](float w) { return std::isfinite(w) && w >= 0; }),
                "A class weight is negative or not a number: use 0 or more.");
  for (const Variable* variable : head.variables()) {
    if (variable->trainable) optimizer_.Build(*variable);
  }
}

void Trainer::CheckBatch(std::span<const float> features, std::span<const int32_t> labels) const {
  CheckArgument(!labels.empty(), "The batch is empty: give at least one sample.");
  CheckArgument(features.size() == labels.size() * head_.input_size(),
                "The features do not fit the labels and the head's input size.");
  const auto classes = static_cast<int32_t>(head_.classes());
  CheckArgument(
      std::ranges::all_of(labels, [&](int32_t label) { return label >= 0 && label < classes; }),
      "A label is not one of the head's classes.");
}

BatchResult Trainer::Step(std::span<const float> features, std::span<const int32_t> labels) {
  CheckBatch(features, labels);
  const size_t rows = labels.size();
  Forward(features, rows);
  SetTargets(labels);

  std::vector<float>& logits = gradients_.back();
  logits = outputs_.back();
  BatchResult result{.correct = CountCorrect(logits, labels), .rows = rows};
  result.loss =
      SoftmaxCrossEntropy(logits, targets_, weights_, rows) + Penalty() * static_cast<double>(rows);
  if (!std::isfinite(result.loss)) {
    throw Error(ErrorCode::kDiverged,
                "The loss is no longer a number: try a learning rate ten times smaller.");
  }
  optimizer_.BeginStep();
  Backward(features, rows);
  return result;
}

void Trainer::Forward(std::span<const float> features, size_t rows) {
  const auto layers = head_.layers();
  outputs_.resize(layers.size());
  gradients_.resize(layers.size());
  std::span<const float> x = features;
  for (size_t i = 0; i < layers.size(); ++i) {
    outputs_[i].resize(rows * layers[i]->outputs());
    gradients_[i].resize(outputs_[i].size());
    layers[i]->ForwardTraining(x, rows, outputs_[i], rng_, parallel_);
    x = outputs_[i];
  }
}

void Trainer::SetTargets(std::span<const int32_t> labels) {
  OneHot(labels, head_.classes(), options_.label_smoothing, targets_);
  weights_.assign(labels.size(), 1);
  if (options_.class_weights.empty()) return;
  for (size_t row = 0; row < labels.size(); ++row) {
    weights_[row] = options_.class_weights[static_cast<size_t>(labels[row])];
  }
}

void Trainer::Backward(std::span<const float> features, size_t rows) {
  const auto layers = head_.layers();
  for (size_t i = layers.size(); i-- > first_trainable_;) {
    const std::span<const float> x = i == 0 ? features : std::span<const float>(outputs_[i - 1]);
    const std::span<float> dx = i == first_trainable_ ? std::span<float>() : gradients_[i - 1];
    layers[i]->Backward(x, outputs_[i], gradients_[i], rows, dx, optimizer_, parallel_);
  }
}

double Trainer::Penalty() const {
  double penalty = 0;
  for (const Variable* variable : std::as_const(head_).variables()) {
    if (variable->l2 == 0) continue;
    double squares = 0;
    for (const float value : variable->values) squares += static_cast<double>(value) * value;
    penalty += variable->l2 * squares;
  }
  return penalty;
}

BatchResult Trainer::Evaluate(std::span<const float> features,
                              std::span<const int32_t> labels) const {
  CheckBatch(features, labels);
  BatchResult result;
  std::vector<float> logits, targets;
  for (size_t first = 0; first < labels.size(); first += kBlockRows) {
    const size_t rows = std::min(kBlockRows, labels.size() - first);
    const auto block = labels.subspan(first, rows);
    logits.resize(rows * head_.classes());
    head_.Logits(features.subspan(first * head_.input_size(), rows * head_.input_size()), rows,
                 logits, parallel_);
    OneHot(block, head_.classes(), options_.label_smoothing, targets);
    const size_t correct = CountCorrect(logits, block);
    const std::vector<float> ones(rows, 1);
    result += {SoftmaxCrossEntropy(logits, targets, ones, rows), correct, rows};
  }
  result.loss += Penalty() * static_cast<double>(result.rows);
  return result;
}

}  // namespace tabtrain
