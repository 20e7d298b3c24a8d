#include "head/training.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "core/error.h"
#include "head/reduce.h"

namespace tabtrain {
namespace {

void CheckSamples(const Samples& samples, size_t classes) {
  CheckArgument(samples.indices.size() == samples.labels.size(),
                "Every sample needs one label: give as many labels as indices.");
  CheckArgument(samples.features != nullptr || samples.size() == 0,
                "The samples have no features to read.");
  CheckArgument(std::ranges::all_of(samples.labels,
                                    [&](int32_t label) {
                                      return label >= 0 && static_cast<size_t>(label) < classes;
                                    }),
                "A label is not one of the head's classes.");
}

void CheckNoClassIsEmpty(const Samples& training, size_t classes) {
  for (size_t i = 0; i < classes; ++i) {
    CheckArgument(std::ranges::count(training.labels, static_cast<int32_t>(i)) > 0,
                  "Class " + std::to_string(i + 1) + " of " + std::to_string(classes) +
                      " has no images to train on: add some, or remove the class.");
  }
}

float BaseLearningRate(const Trainer& trainer) {
  return std::visit([](const auto& optimizer) { return optimizer.learning_rate; },
                    trainer.options().optimizer);
}

Score Mean(const BatchResult& sum) {
  if (sum.rows == 0) return {};
  const auto rows = static_cast<double>(sum.rows);
  return {.loss = sum.loss / rows, .accuracy = static_cast<double>(sum.correct) / rows};
}

bool HasFiniteWeights(const Head& head) {
  return std::ranges::all_of(head.variables(), [](const Variable* variable) {
    return std::isfinite(SumOfSquares(variable->values, SerialParallel()));
  });
}

}  // namespace

Training::Training(Trainer& trainer, Samples training, Samples validation,
                   const TrainingOptions& options)
    : trainer_(trainer),
      training_(std::move(training)),
      validation_(std::move(validation)),
      options_(options),
      order_(training_.size(), options.batch_size, options.seed, options.shuffle),
      epoch_(options.initial_epoch),
      learning_rate_(BaseLearningRate(trainer)) {
  CheckArgument(options.epochs > 0, "The number of epochs is 0: train for at least one.");
  CheckArgument(options.initial_epoch < options.epochs,
                "The initial epoch is past the last: ask for more epochs than there were.");
  CheckSchedule(options.schedule);
  CheckSamples(training_, trainer.head().classes());
  CheckSamples(validation_, trainer.head().classes());
  CheckNoClassIsEmpty(training_, trainer.head().classes());
  validation_order_.resize(validation_.size());
  std::iota(validation_order_.begin(), validation_order_.end(), size_t{0});
  if (const auto* plateau = std::get_if<ReduceOnPlateau>(&options.schedule)) {
    plateau_.emplace(*plateau);
  }
  if (options.early_stopping) patience_.emplace(*options.early_stopping);
  trainer.head().CopyWeights(last_good_);
  order_.Begin(epoch_);
}

size_t Training::batches() const {
  const size_t validation = validation_.size() + options_.batch_size - 1;
  return order_.batches() + validation / options_.batch_size;
}

Score Training::running() const { return Mean(training_sum_); }

void Training::Advance() {
  if (done_) return;
  if (batch_ < order_.batches()) {
    Train();
  } else {
    Validate();
  }
  if (++batch_ == batches()) FinishEpoch();
}

float Training::LearningRate() const {
  const auto* cosine = std::get_if<CosineDecay>(&options_.schedule);
  if (cosine == nullptr) return learning_rate_;
  return DecayedLearningRate(*cosine, learning_rate_, epoch_ * order_.batches() + batch_,
                             options_.epochs * order_.batches());
}

void Training::Train() {
  const auto positions = order_.Batch(batch_);
  features_.resize(positions.size() * trainer_.head().input_size());
  labels_.resize(positions.size());
  Gather(training_, positions, features_, labels_);
  trainer_.optimizer().SetLearningRate(LearningRate());
  try {
    training_sum_ += trainer_.Step(features_, labels_);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kDiverged) Diverge();
    throw;
  }
}

void Training::Validate() {
  const size_t first = (batch_ - order_.batches()) * options_.batch_size;
  const size_t count = std::min(options_.batch_size, validation_.size() - first);
  const auto positions = std::span<const size_t>(validation_order_).subspan(first, count);
  features_.resize(positions.size() * trainer_.head().input_size());
  labels_.resize(positions.size());
  Gather(validation_, positions, features_, labels_);
  validation_sum_ += trainer_.Evaluate(features_, labels_);
}

void Training::FinishEpoch() {
  if (!HasFiniteWeights(trainer_.head()) || !std::isfinite(validation_sum_.loss)) Diverge();
  trainer_.head().CopyWeights(last_good_);

  EpochResult result{.epoch = epoch_,
                     .training = Mean(training_sum_),
                     .validation = std::nullopt,
                     .learning_rate = trainer_.optimizer().learning_rate()};
  if (validation_.size() > 0) result.validation = Mean(validation_sum_);
  history_.push_back(result);

  const double loss = result.validation.value_or(result.training).loss;
  if (plateau_) learning_rate_ = plateau_->Next(learning_rate_, loss);
  if (patience_ && patience_->Improves(loss)) best_ = last_good_;

  training_sum_ = validation_sum_ = {};
  batch_ = 0;
  ++epoch_;
  if (epoch_ == options_.epochs || (patience_ && patience_->exhausted())) {
    Stop();
  } else {
    order_.Begin(epoch_);
  }
}

void Training::Stop() {
  if (done_) return;
  done_ = true;
  if (!best_.empty()) trainer_.head().SetWeights(best_);
  last_good_ = best_ = {};  // they may be large
}

void Training::Diverge() {
  done_ = diverged_ = true;
  trainer_.head().SetWeights(last_good_);
  last_good_ = best_ = {};
  trainer_.optimizer().Reset();
  throw Error(ErrorCode::kDiverged,
              "The loss is no longer a number in epoch " + std::to_string(epoch_ + 1) +
                  "; the last good weights are kept. Train again with a learning rate ten times "
                  "smaller.");
}

}  // namespace tabtrain
