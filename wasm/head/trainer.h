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
  uint64_t seed = 0;                 // of all that is random in training
  float label_smoothing = 0;         // targets are 1 - s + s / classes and s / classes
  std::vector<float> class_weights;  // one factor of the loss for each class; none: all 1
};

// Sums over rows, so that those of several batches add up.
struct BatchResult {
  double loss = 0;  // sum; the mean's L2 penalties are counted once a row
  size_t correct = 0;
  size_t rows = 0;

  BatchResult& operator+=(const BatchResult& other);
};

class Trainer {
 public:
  // `head` and `parallel` must outlive the trainer, which keeps the state of the optimizer: to
  // train on, use the same one. Throws Error{kInvalidArgument}.
  Trainer(Head& head, TrainOptions options, Parallel& parallel);

  Head& head() { return head_; }
  Optimizer& optimizer() { return optimizer_; }

  // One step on a mini-batch: `features` is [rows, input_size], `labels` [rows]. Returns loss and
  // correct answers before the step. A loss that is not a finite number is thrown as
  // Error{kDiverged}, and nothing is changed.
  BatchResult Step(std::span<const float> features, std::span<const int32_t> labels);

  // Loss, without class weights as in Keras, and correct answers at inference, of any number of
  // rows.
  BatchResult Evaluate(std::span<const float> features, std::span<const int32_t> labels) const;

 private:
  void CheckBatch(std::span<const float> features, std::span<const int32_t> labels) const;
  void Forward(std::span<const float> features, size_t rows);
  void Backward(std::span<const float> features, size_t rows);
  void SetTargets(std::span<const int32_t> labels);
  double Penalty() const;

  Head& head_;
  TrainOptions options_;
  Parallel& parallel_;
  Optimizer optimizer_;
  Rng rng_;
  size_t first_trainable_;                     // layer
  std::vector<std::vector<float>> outputs_;    // of each layer, [rows, outputs]
  std::vector<std::vector<float>> gradients_;  // of the loss by them
  std::vector<float> targets_;                 // [rows, classes]
  std::vector<float> weights_;                 // [rows]
};

}  // namespace tabtrain
