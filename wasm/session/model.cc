#include "session/model.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "head/adapt.h"

namespace tabtrain {
namespace {

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

std::set<size_t> IdsOf(const Samples& samples) {
  return {samples.indices.begin(), samples.indices.end()};
}

void Append(const Samples& samples, size_t position, Samples& to) {
  to.indices.push_back(samples.indices[position]);
  to.labels.push_back(samples.labels[position]);
}

}  // namespace

Model::Model(Dataset& dataset, const FitOptions& options, Parallel& parallel)
    : dataset_(dataset), layers_(options.layers), standardize_(options.standardize) {
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

// What was trained on or held out before stays so; only new samples are drawn for.
void Model::SplitSamples(const FitOptions& options) {
  Samples all = dataset_.All();
  const std::vector<ClassInfo> classes = dataset_.Classes();
  for (int32_t& label : all.labels) label = ClassOf(classes[static_cast<size_t>(label)].label);

  const std::set<size_t> trained = IdsOf(training_samples_), held_out = IdsOf(validation_samples_);
  training_samples_ = {.features = &dataset_};
  validation_samples_ = {.features = &dataset_};
  Samples fresh{.features = &dataset_};
  for (size_t i = 0; i < all.size(); ++i) {
    const size_t id = all.indices[i];
    Append(all, i,
           trained.contains(id)    ? training_samples_
           : held_out.contains(id) ? validation_samples_
                                   : fresh);
  }
  const Split split =
      StratifiedSplit(fresh.labels, options.validation_split, options.training.seed);
  for (const size_t position : split.training) Append(fresh, position, training_samples_);
  for (const size_t position : split.validation) Append(fresh, position, validation_samples_);
}

void Model::BeginTraining(const FitOptions& options) {
  TrainOptions train = options.train;
  if (options.balance_classes) {
    train.class_weights = BalancedClassWeights(training_samples_.labels, labels_.size());
  }
  trainer_->Configure(train);
  training_ = std::make_unique<Training>(*trainer_, training_samples_, validation_samples_,
                                         options.training);
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
