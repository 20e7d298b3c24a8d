#include "session/cross_validation.h"

#include <algorithm>
#include <utility>

#include "head/adapt.h"
#include "head/epoch.h"

namespace tabtrain {
namespace {

bool NeedsValidation(const TrainingOptions& training) {
  return training.early_stopping || std::holds_alternative<ReduceOnPlateau>(training.schedule);
}

std::vector<size_t> At(const std::vector<size_t>& values, const std::vector<size_t>& positions) {
  std::vector<size_t> selected;
  selected.reserve(positions.size());
  for (const size_t position : positions) selected.push_back(values[position]);
  return selected;
}

}  // namespace

CrossValidation::CrossValidation(Dataset& dataset, const FitOptions& options, size_t folds,
                                 Parallel& parallel)
    : dataset_(dataset),
      options_(options),
      folds_(folds),
      parallel_(parallel),
      feature_size_(dataset.feature_size()),
      all_(dataset.All()) {
  const std::vector<ClassInfo> classes = dataset.Classes();
  CheckClasses(classes);
  classes_ = classes.size();
  if (options.group_look_alikes) groups_ = dataset.LookAlikes();
  fold_of_ = StratifiedFolds(all_.labels, groups_, folds, options.training.seed);
  BeginFold();
  steps_per_fold_ = options.training.epochs * training_->batches() + 1;
}

void CrossValidation::BeginFold() {
  const Split fold = HoldOut(fold_of_, scores_.size());
  const Samples others = Select(all_, fold.training);
  scored_ = Select(all_, fold.validation);
  const float fraction = NeedsValidation(options_.training) ? options_.validation_split : 0;
  const Split split =
      StratifiedSplit(others.labels, groups_.empty() ? groups_ : At(groups_, fold.training),
                      fraction, options_.training.seed);
  Samples training = Select(others, split.training);

  training_.reset();
  trainer_.reset();
  head_.reset();  // before the next one: it may be large
  head_ =
      std::make_unique<Head>(feature_size_, AllLayers(options_, classes_), options_.training.seed);
  Adapt(*head_, training);
  trainer_ =
      std::make_unique<Trainer>(*head_, TrainOptionsFor(options_, training, classes_), parallel_);
  views_ = std::make_unique<ViewSource>(dataset_, options_.views.count, options_.training.seed);
  training.features = views_.get();
  training_ = std::make_unique<Training>(*trainer_, std::move(training),
                                         Select(others, split.validation), options_.training);
  fold_steps_ = 0;
}

void CrossValidation::Advance() {
  if (done()) return;
  if (!training_->done()) {
    training_->Advance();
    ++fold_steps_;
    return;
  }
  Evaluator evaluator(*head_, /*temperature=*/1, parallel_);
  evaluator.Add(scored_);
  scores_.push_back(evaluator.Finish());
  fold_steps_ = 0;
  if (!done()) BeginFold();
}

size_t CrossValidation::steps_done() const {
  return scores_.size() * steps_per_fold_ + std::min(fold_steps_, steps_per_fold_ - 1);
}

}  // namespace tabtrain
