// A training of several epochs, cut into short calls: what fit is in Keras.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "head/epoch.h"
#include "head/samples.h"
#include "head/schedule.h"
#include "head/trainer.h"

namespace tabtrain {

struct TrainingOptions {
  size_t epochs = 10;
  // As in Keras: the epoch to go on from, after a training of that many.
  size_t initial_epoch = 0;
  size_t batch_size = 32;
  bool shuffle = true;
  uint64_t seed = 0;  // of the order of the samples
  Schedule schedule = Constant{};
  std::optional<EarlyStopping> early_stopping = std::nullopt;
};

struct Score {
  double loss = 0;
  double accuracy = 0;
};

struct EpochResult {
  size_t epoch = 0;                 // the first is 0
  Score training;                   // over the steps, while the weights changed
  std::optional<Score> validation;  // after the last step
  float learning_rate = 0;          // of the last step
};

class Training {
 public:
  // `trainer` and the samples' features must outlive this. Without validation samples, early
  // stopping and the plateau go by the training loss. Throws Error{kInvalidArgument}.
  Training(Trainer& trainer, Samples training, Samples validation, const TrainingOptions& options);

  // Takes one step on a mini-batch, or looks at one mini-batch of the validation samples; to be
  // called until done(). When the loss is no longer a number, puts the weights back to those of the
  // last good epoch and throws Error{kDiverged}.
  void Advance();

  // Ends the training where it is.
  void Stop();

  // Then the head has the best weights, if early stopping was asked for, or else the last ones.
  bool done() const { return done_; }
  // Whether it ended because the loss was no longer a number.
  bool diverged() const { return diverged_; }

  // Where it is: of an epoch's batches(), those of the validation after the others, batch() are
  // done.
  size_t epoch() const { return epoch_; }
  size_t batch() const { return batch_; }
  size_t batches() const;
  // Loss and accuracy of this epoch's steps so far.
  Score running() const;

  // The epochs that are through.
  const std::vector<EpochResult>& history() const { return history_; }

 private:
  void Train();
  void Validate();
  void FinishEpoch();
  [[noreturn]] void Diverge();
  float LearningRate() const;

  Trainer& trainer_;
  Samples training_;
  Samples validation_;
  TrainingOptions options_;
  EpochOrder order_;
  std::vector<size_t> validation_order_;  // as they come
  std::optional<Plateau> plateau_;
  std::optional<Patience> patience_;

  bool done_ = false;
  bool diverged_ = false;
  size_t epoch_;
  size_t batch_ = 0;
  BatchResult training_sum_;
  BatchResult validation_sum_;
  std::vector<EpochResult> history_;
  float learning_rate_;
  Weights last_good_;
  Weights best_;
  std::vector<float> features_;  // of a mini-batch
  std::vector<int32_t> labels_;
};

}  // namespace tabtrain
