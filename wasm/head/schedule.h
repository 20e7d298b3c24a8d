// How the learning rate changes during a training.
#pragma once

#include <cstddef>
#include <limits>
#include <variant>

namespace tabtrain {

struct Constant {};

// keras.optimizers.schedules.CosineDecay over all steps of the training: from the learning rate
// down to `alpha` times it, along half a cosine.
struct CosineDecay {
  float alpha = 0;
};

// keras.callbacks.ReduceLROnPlateau: multiplies the learning rate by `factor` when the loss has not
// come down by more than `min_delta` for `patience` epochs, but for `cooldown` epochs after a
// reduction; never below `min_learning_rate`.
struct ReduceOnPlateau {
  float factor = 0.1f;
  size_t patience = 10;
  float min_delta = 1e-4f;
  size_t cooldown = 0;
  float min_learning_rate = 0;
};

using Schedule = std::variant<Constant, CosineDecay, ReduceOnPlateau>;

// Throws Error{kInvalidArgument}.
void CheckSchedule(const Schedule& schedule);

// The learning rate of the step 0 <= step < steps.
float DecayedLearningRate(const CosineDecay& decay, float learning_rate, size_t step, size_t steps);

// Follows the loss from epoch to epoch.
class Plateau {
 public:
  explicit Plateau(const ReduceOnPlateau& options) : options_(options) {}

  // The learning rate for the next epoch, from the one and the loss of the last.
  float Next(float learning_rate, double loss);

 private:
  ReduceOnPlateau options_;
  double best_ = std::numeric_limits<double>::infinity();
  size_t wait_ = 0;
  size_t cooldown_left_ = 0;
};

// keras.callbacks.EarlyStopping with restore_best_weights: training ends when the loss has not come
// down by more than `min_delta` for `patience` epochs.
struct EarlyStopping {
  size_t patience = 0;
  float min_delta = 0;
};

// Follows the loss from epoch to epoch.
class Patience {
 public:
  explicit Patience(const EarlyStopping& options) : options_(options) {}

  // Takes the loss of an epoch; whether it is the best so far.
  bool Improves(double loss);
  // Whether there was no better one for too long.
  bool exhausted() const { return wait_ > 0 && wait_ >= options_.patience; }

 private:
  EarlyStopping options_;
  double best_ = std::numeric_limits<double>::infinity();
  size_t wait_ = 0;
};

}  // namespace tabtrain
