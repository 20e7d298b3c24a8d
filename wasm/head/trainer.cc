#include "head/trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "head/layer.h"
#include "head/loss.h"
#include "head/mixup.h"

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

std::vector<float> BalancedClassWeights(std::span<const int32_t> labels, size_t classes) {
  std::vector<size_t> counts(classes);
  for (const int32_t label : labels) ++counts[static_cast<size_t>(label)];
  std::vector<float> weights(classes);
  for (size_t i = 0; i < classes; ++i) {
    if (counts[i] == 0) continue;
    weights[i] = static_cast<float>(labels.size()) / static_cast<float>(classes * counts[i]);
  }
  return weights;
}

Trainer::Trainer(Head& head, const TrainOptions& options, Parallel& parallel)
    : head_(head),
      optimizer_(options.optimizer),
      rng_(options.seed),
      parallel_(parallel),
      first_trainable_(FirstTrainable(head)) {
  Configure(options);
}

void Trainer::Configure(const TrainOptions& options) {
  CheckArgument(options.label_smoothing >= 0 && options.label_smoothing < 1,
                "The label smoothing must be at least 0 and below 1; try 0.1.");
  CheckArgument(std::isfinite(options.mixup) && options.mixup >= 0,
                "The mixup is negative or not a number: use 0 for none, or try 0.2.");
  CheckArgument(options.class_weights.empty() || options.class_weights.size() == head_.classes(),
                "Give one class weight for each class, or none at all.");
  CheckArgument(std::ranges::all_of(options.class_weights,
                                    [](float w) { return std::isfinite(w) && w >= 0; }),
                "A class weight is negative or not a number: use 0 or more.");
  optimizer_.Configure(options.optimizer);
  options_ = options;
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
  SetTargets(labels);
  if (options_.mixup == 0) return StepOn(features, labels);
  std::vector<int32_t> main_labels(labels.begin(), labels.end());
  MixBatch(features, main_labels);
  return StepOn(mixed_, main_labels);
}

BatchResult Trainer::StepOn(std::span<const float> features, std::span<const int32_t> labels) {
  const size_t rows = labels.size();
  Forward(features, rows);
  std::vector<float>& logits = gradients_.back();
  logits = outputs_.back();
  BatchResult result{.correct = CountCorrect(logits, labels), .rows = rows};
  result.loss = SoftmaxCrossEntropy(logits, targets_, rows) + Penalty() * static_cast<double>(rows);
  if (!std::isfinite(result.loss)) {
    throw Error(ErrorCode::kDiverged,
                "The loss is no longer a number: try a learning rate ten times smaller.");
  }
  Backward(features, rows);
  return result;
}

void Trainer::SetTargets(std::span<const int32_t> labels) {
  const size_t classes = head_.classes();
  OneHot(labels, classes, options_.label_smoothing, targets_);
  if (options_.class_weights.empty()) return;
  for (size_t i = 0; i < targets_.size(); ++i) {
    targets_[i] *= options_.class_weights[static_cast<size_t>(labels[i / classes])];
  }
}

// Features to mixed_, targets in place, and for each row the label of the larger share.
void Trainer::MixBatch(std::span<const float> features, std::vector<int32_t>& labels) {
  const Mix mix = DrawMix(options_.mixup, labels.size(), rng_);
  mixed_.resize(features.size());
  MixRows(mix, features, mixed_);
  MixRows(mix, std::vector<float>(targets_), targets_);
  if (mix.share >= 0.5f) return;
  const std::vector<int32_t> own = labels;
  for (size_t row = 0; row < labels.size(); ++row) labels[row] = own[mix.partners[row]];
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

void Trainer::Backward(std::span<const float> features, size_t rows) {
  std::vector<Variable*> trainable = head_.variables();
  std::erase_if(trainable, [](const Variable* variable) { return !variable->trainable; });
  optimizer_.BeginStep(trainable);
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
    result += {SoftmaxCrossEntropy(logits, targets, rows), correct, rows};
  }
  result.loss += Penalty() * static_cast<double>(result.rows);
  return result;
}

void Trainer::AddClass() {
  head_.AddClass();
  for (const Variable& variable : head_.layers().back()->variables()) {
    optimizer_.AppendColumnOf(variable);
  }
  if (!options_.class_weights.empty()) options_.class_weights.push_back(1);
}

void Trainer::RemoveClass(size_t index) {
  head_.RemoveClass(index);
  for (const Variable& variable : head_.layers().back()->variables()) {
    optimizer_.EraseColumnOf(variable, index);
  }
  if (!options_.class_weights.empty()) {
    options_.class_weights.erase(options_.class_weights.begin() + static_cast<ptrdiff_t>(index));
  }
}

}  // namespace tabtrain
