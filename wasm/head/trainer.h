// Trains a head one mini-batch a call: what compile and train_on_batch are in Keras.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "core/rng.h"
#include "head/head.h"
#include "head/optimizer.h"

namespace tabtrain {

struct TrainOptions {
  OptimizerSpec optimizer = Adam{};
  // Of all that is random in training; counts when the trainer is made.
  uint64_t seed = 0;
  // Targets are 1 - s + s / classes for the label and s / classes for the others.
  float label_smoothing = 0;
  // Samples are mixed in pairs, with a share of Beta(mixup, mixup); 0: not at all; 0.2 is usual.
  float mixup = 0;
  // A factor of the loss of each class's samples; none: all 1.
  std::vector<float> class_weights;
};

// For each class samples / (classes * samples of the class), so that all count the same; 0 for one
// without samples. `labels` are in [0, classes).
std::vector<float> BalancedClassWeights(std::span<const int32_t> labels, size_t classes);

// Sums over rows, so that those of several batches add up.
struct BatchResult {
  double loss = 0;  // of the rows; L2 penalties count once a row, so that loss / rows is the mean
  size_t correct = 0;
  size_t rows = 0;

  BatchResult& operator+=(const BatchResult& other);
};

class Trainer {
 public:
  // `head` and `parallel` must outlive the trainer. It keeps the state of the optimizer: to train
  // on, use the same one. Throws Error{kInvalidArgument}.
  Trainer(Head& head, const TrainOptions& options, Parallel& parallel);

  // Other options for the steps to come. The state of the optimizer is kept unless its kind
  // changes.
  void Configure(const TrainOptions& options);

  Head& head() { return head_; }
  const Head& head() const { return head_; }
  Optimizer& optimizer() { return optimizer_; }
  const TrainOptions& options() const { return options_; }

  // One step on a mini-batch: `features` is [rows, input_size], `labels` [rows]. Returns loss and
  // correct answers before the step; an answer to a mixture counts for the larger share. A loss
  // that is not a finite number is thrown as Error{kDiverged}, and nothing is changed.
  BatchResult Step(std::span<const float> features, std::span<const int32_t> labels);

  // Loss and correct answers at inference, of any number of rows; as in Keras, without class
  // weights.
  BatchResult Evaluate(std::span<const float> features, std::span<const int32_t> labels) const;

  // Head::AddClass and RemoveClass, with the state of the optimizer and the class weights.
  void AddClass();
  void RemoveClass(size_t index);

 private:
  void CheckBatch(std::span<const float> features, std::span<const int32_t> labels) const;
  BatchResult StepOn(std::span<const float> features, std::span<const int32_t> labels);
  void SetTargets(std::span<const int32_t> labels);
  void MixBatch(std::span<const float> features, std::vector<int32_t>& labels);
  void Forward(std::span<const float> features, size_t rows);
  void Backward(std::span<const float> features, size_t rows);
  double Penalty() const;

  Head& head_;
  TrainOptions options_;
  Optimizer optimizer_;
  Rng rng_;
  Parallel& parallel_;
  size_t first_trainable_;                     // layer
  std::vector<float> mixed_;                   // features, [rows, input_size]
  std::vector<float> targets_;                 // [rows, classes], times the class weights
  std::vector<std::vector<float>> outputs_;    // of each layer, [rows, outputs]
  std::vector<std::vector<float>> gradients_;  // of the loss by them
};

}  // namespace tabtrain
