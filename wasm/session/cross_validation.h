// How well a head with these options does on images that it has not seen, whichever those are: k
// heads, each trained without one fold of the samples and scored on it.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/parallel.h"
#include "head/head.h"
#include "head/trainer.h"
#include "head/training.h"
#include "session/dataset.h"
#include "session/evaluation.h"
#include "session/model.h"
#include "session/views.h"

namespace tabtrain {

class CrossValidation {
 public:
  // Each fold's training is a new one, from the options' seed. The options' validation split counts
  // only where early stopping or the plateau needs one, and is then taken from the other folds, so
  // that the fold that scores has no say in the training. `dataset`, which must not change
  // meanwhile, and `parallel` must outlive this. Throws kInvalidArgument as Model does, and for a
  // number of folds that makes no sense.
  CrossValidation(Dataset& dataset, const FitOptions& options, size_t folds, Parallel& parallel);

  // Takes a step of a fold's training, or scores the fold; to be called until done(). Throws
  // Error{kDiverged}, which ends the whole.
  void Advance();
  bool done() const { return scores_.size() == folds_; }

  size_t folds() const { return folds_; }
  // All that are trained on, in one fold or another.
  const Samples& samples() const { return all_; }
  // Of the folds that are through.
  const std::vector<Evaluation>& scores() const { return scores_; }
  // Calls of Advance that are behind, and in all; a training that stops early takes its rest at
  // once.
  size_t steps_done() const;
  size_t steps() const { return folds_ * steps_per_fold_; }

 private:
  void BeginFold();

  Dataset& dataset_;
  FitOptions options_;
  size_t folds_;
  Parallel& parallel_;
  size_t feature_size_;
  size_t classes_;
  Samples all_;
  std::vector<size_t> groups_;
  std::vector<size_t> fold_of_;
  size_t steps_per_fold_ = 0;

  // Of the fold at work.
  std::unique_ptr<Head> head_;
  std::unique_ptr<Trainer> trainer_;
  std::unique_ptr<ViewSource> views_;  // of the training samples
  std::unique_ptr<Training> training_;
  Samples scored_;
  size_t fold_steps_ = 0;
  std::vector<Evaluation> scores_;
};

}  // namespace tabtrain
