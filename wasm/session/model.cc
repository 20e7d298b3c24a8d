#include "session/model.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "core/error.h"
#include "head/adapt.h"
#include "head/calibration.h"
#include "head/epoch.h"
#include "session/evaluation.h"

namespace tabtrain {
namespace {

std::set<size_t> IdsOf(const Samples& samples) {
  return {samples.indices.begin(), samples.indices.end()};
}

// The groups, by sample of `all`, that have one of `samples`.
std::set<size_t> GroupsOf(const Samples& samples, const Samples& all,
                          const std::vector<size_t>& groups) {
  const std::set<size_t> ids = IdsOf(samples);
  std::set<size_t> found;
  for (size_t i = 0; i < all.size(); ++i) {
    if (ids.contains(all.indices[i])) found.insert(groups[i]);
  }
  return found;
}

void Append(const Samples& samples, size_t position, Samples& to) {
  to.indices.push_back(samples.indices[position]);
  to.labels.push_back(samples.labels[position]);
}

}  // namespace

void CheckClasses(const std::vector<ClassInfo>& classes) {
  CheckArgument(classes.size() >= 2, "there are fewer than two classes: add images to another one");
  for (const ClassInfo& each : classes) {
    CheckArgument(each.count > 0, "the class " + each.label + " has no images: add some");
  }
}

std::vector<LayerSpec> AllLayers(const FitOptions& options, size_t classes) {
  std::vector<LayerSpec> layers;
  if (options.standardize) layers.emplace_back(Normalization{});
  layers.insert(layers.end(), options.layers.begin(), options.layers.end());
  layers.emplace_back(Dense{classes, Activation::kSoftmax});
  return layers;
}

TrainOptions TrainOptionsFor(const FitOptions& options, const Samples& training, size_t classes) {
  TrainOptions train = options.train;
  if (options.balance_classes) {
    train.class_weights = BalancedClassWeights(training.labels, classes);
  }
  return train;
}

Model::Model(Dataset& dataset, const FitOptions& options, Parallel& parallel)
    : dataset_(dataset),
      parallel_(parallel),
      layers_(options.layers),
      standardize_(options.standardize) {
  const std::vector<ClassInfo> classes = dataset.Classes();
  CheckClasses(classes);
  for (const ClassInfo& each : classes) labels_.push_back(each.label);
  head_ = std::make_unique<Head>(dataset.feature_size(), AllLayers(options, classes.size()),
                                 options.training.seed);
  trainer_ = std::make_unique<Trainer>(*head_, options.train, parallel);
  SplitSamples(options);
  Adapt(*head_, training_samples_);
  BeginTraining(options);
}

bool Model::Fits(const FitOptions& options) const {
  return options.standardize == standardize_ && options.layers == layers_;
}

void Model::Continue(const FitOptions& options) {
  CheckInvariant(Fits(options), "a training goes on with other layers");
  const std::vector<ClassInfo> classes = dataset_.Classes();
  CheckClasses(classes);
  trainer_->Configure(options.train);
  MatchClasses(classes);
  SplitSamples(options);
  BeginTraining(options);
}

// New classes come before old ones go, so that the head never has fewer than two.
void Model::MatchClasses(const std::vector<ClassInfo>& classes) {
  for (const ClassInfo& each : classes) {
    if (std::ranges::find(labels_, each.label) != labels_.end()) continue;
    trainer_->AddClass();
    labels_.push_back(each.label);
  }
  for (size_t i = labels_.size(); i-- > 0;) {
    if (std::ranges::find(classes, labels_[i], &ClassInfo::label) != classes.end()) continue;
    trainer_->RemoveClass(i);
    labels_.erase(labels_.begin() + static_cast<ptrdiff_t>(i));
  }
}

// What was trained on or held out before stays so, and its look-alikes go with it; only the other
// new samples are drawn for.
void Model::SplitSamples(const FitOptions& options) {
  Samples all = dataset_.All();
  const std::vector<ClassInfo> classes = dataset_.Classes();
  for (int32_t& label : all.labels) label = ClassOf(classes[static_cast<size_t>(label)].label);
  std::vector<size_t> groups(all.size());
  std::iota(groups.begin(), groups.end(), size_t{0});
  if (options.group_look_alikes) groups = dataset_.LookAlikes();

  const std::set<size_t> trained = GroupsOf(training_samples_, all, groups);
  const std::set<size_t> held_out = GroupsOf(validation_samples_, all, groups);
  const std::set<size_t> was_held_out = IdsOf(validation_samples_);
  training_samples_ = {.features = &dataset_};
  validation_samples_ = {.features = &dataset_};
  Samples fresh{.features = &dataset_};
  std::vector<size_t> fresh_groups;
  for (size_t i = 0; i < all.size(); ++i) {
    if (was_held_out.contains(all.indices[i]) ||
        (held_out.contains(groups[i]) && !trained.contains(groups[i]))) {
      Append(all, i, validation_samples_);
    } else if (trained.contains(groups[i])) {
      Append(all, i, training_samples_);
    } else {
      Append(all, i, fresh);
      fresh_groups.push_back(groups[i]);
    }
  }
  const Split split =
      StratifiedSplit(fresh.labels, fresh_groups, options.validation_split, options.training.seed);
  for (const size_t position : split.training) Append(fresh, position, training_samples_);
  for (const size_t position : split.validation) Append(fresh, position, validation_samples_);
}

void Model::BeginTraining(const FitOptions& options) {
  calibrate_ = options.calibrate;
  known_share_ = options.known_share;
  trainer_->Configure(TrainOptionsFor(options, training_samples_, labels_.size()));
  views_ = std::make_unique<ViewSource>(dataset_, options.views.count, options.training.seed);
  Samples training = training_samples_;
  training.features = views_.get();
  training_ = std::make_unique<Training>(*trainer_, std::move(training), validation_samples_,
                                         options.training);
}

void Model::Calibrate() {
  temperature_ = 1;
  distances_.reset();
  if (validation_samples_.size() == 0) return;
  if (calibrate_) {
    temperature_ = FitTemperature(LogitsOf(*head_, validation_samples_, parallel_),
                                  validation_samples_.labels, labels_.size());
  }
  distances_.emplace(training_samples_, head_->input_size(), labels_.size());
  known_distance_ = std::max(Quantile(distances_->Nearest(validation_samples_), known_share_),
                             std::numeric_limits<double>::min());
}

std::vector<Prediction> Model::Predict(std::span<const float> features) const {
  std::vector<float> probabilities(labels_.size());
  head_->Logits(features, /*rows=*/1, probabilities, parallel_);
  tabtrain::Calibrate(probabilities, labels_.size(), temperature_);
  std::vector<double> distances;
  if (distances_) distances = distances_->ToEach(features);
  std::vector<Prediction> predictions;
  predictions.reserve(labels_.size());
  for (size_t i = 0; i < labels_.size(); ++i) {
    predictions.push_back({labels_[i], probabilities[i], std::nullopt});
    if (distances_) predictions.back().distance = distances[i] / known_distance_;
  }
  std::ranges::stable_sort(predictions, std::greater(), &Prediction::probability);
  return predictions;
}

void Model::RenameClass(const std::string& from, const std::string& to) {
  std::ranges::replace(labels_, from, to);
}

int32_t Model::ClassOf(const std::string& label) const {
  const auto found = std::ranges::find(labels_, label);
  CheckArgument(found != labels_.end(), "the trained model has no class " + label);
  return static_cast<int32_t>(found - labels_.begin());
}

}  // namespace tabtrain
