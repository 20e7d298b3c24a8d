#include "session/fit.h"

#include <cmath>

#include "core/error.h"
#include "session/evaluation.h"

namespace tabtrain {
namespace {

void CheckOptions(const FitOptions& options) {
  CheckArgument(options.epochs >= 1, "epochs is below 1: train for at least one");
  CheckArgument(options.batch_size >= 1, "batchSize is below 1: use 32, or any number above 0");
  CheckArgument(options.learning_rate > 0 && std::isfinite(options.learning_rate),
                "learningRate must be above 0: use 0.0001, or somewhat more or less");
  CheckArgument(options.validation_split >= 0 && options.validation_split < 1,
                "validationSplit must be at least 0 and below 1: use 0.2, or 0 for none");
  for (const int units : options.units) {
    CheckArgument(units >= 1, "a Dense layer of the head has no units: use 1024, or 1 at least");
  }
}

void CheckClasses(const std::vector<ClassInfo>& classes) {
  CheckArgument(classes.size() >= 2, "there are fewer than two classes: add images to another one");
  for (const ClassInfo& each : classes) {
    CheckArgument(each.count > 0, "the class " + each.label + " has no images: add some");
  }
}

std::vector<LayerSpec> Layers(const FitOptions& options, size_t classes) {
  std::vector<LayerSpec> layers;
  for (const int units : options.units) {
    layers.emplace_back(Dense{static_cast<size_t>(units), Activation::kRelu});
  }
  layers.emplace_back(Dense{classes, Activation::kSoftmax});
  return layers;
}

}  // namespace

Fit::Fit(Dataset& dataset, const FitOptions& options, Parallel& parallel)
    : options_(options), parallel_(parallel) {
  CheckOptions(options);
  const std::vector<ClassInfo> classes = dataset.Classes();
  CheckClasses(classes);
  for (const ClassInfo& each : classes) labels_.push_back(each.label);

  const Samples all = dataset.All();
  const Split split = StratifiedSplit(all.labels, options.validation_split, options.seed);
  training_ = Select(all, split.training);
  validation_ = Select(all, split.validation);
  head_ =
      std::make_unique<Head>(dataset.feature_size(), Layers(options, classes.size()), options.seed);
  trainer_ = std::make_unique<Trainer>(
      *head_,
      TrainOptions{.optimizer = Adam{.learning_rate = options.learning_rate}, .seed = options.seed},
      parallel_);
  order_.emplace(training_.size(), static_cast<size_t>(options.batch_size), options.seed);
}

std::optional<EpochLogs> Fit::Step() {
  if (done()) throw Error(ErrorCode::kInvalidState, "the training has ended");
  const std::span<const size_t> positions = order_->Batch(batch_);
  rows_.resize(positions.size() * head_->input_size());
  row_labels_.resize(positions.size());
  Gather(training_, positions, rows_, row_labels_);
  epoch_result_ += trainer_->Step(rows_, row_labels_);
  ++step_;
  if (++batch_ < order_->batches()) return std::nullopt;
  return FinishEpoch();
}

EpochLogs Fit::FinishEpoch() {
  const auto rows = static_cast<double>(epoch_result_.rows);
  EpochLogs logs{.epoch = epoch_,
                 .loss = epoch_result_.loss / rows,
                 .accuracy = static_cast<double>(epoch_result_.correct) / rows};
  if (validation_.size() > 0) {
    Evaluator evaluator(*head_, parallel_);
    evaluator.Add(validation_);
    const Evaluation evaluation = evaluator.Finish();
    logs.validation_loss = evaluation.loss;
    logs.validation_accuracy = evaluation.accuracy;
  }
  epoch_result_ = {};
  batch_ = 0;
  order_->Begin(static_cast<uint64_t>(++epoch_));
  return logs;
}

}  // namespace tabtrain
