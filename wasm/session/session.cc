#include "session/session.h"

#include <algorithm>

#include "core/error.h"
#include "core/input.h"
#include "image/preprocess.h"

namespace tabtrain {
namespace {

[[noreturn]] void OutOfOrder(const char* message) {
  throw Error(ErrorCode::kInvalidState, message);
}

FeatureType FeatureTypeFor(Pooling pooling) {
  return pooling == Pooling::kNone ? FeatureType::kFloat16 : FeatureType::kFloat32;
}

std::string Megabytes(size_t bytes) { return std::to_string((bytes + 999999) / 1000000) + " MB"; }

}  // namespace

Session::Session(size_t threads, Pooling pooling, FreeMemory free_memory)
    : pooling_(pooling),
      free_memory_(std::move(free_memory)),
      pool_(threads),
      dataset_(FeatureTypeFor(pooling)) {}

void Session::BeginWeights(std::optional<Precision> precision) {
  if (dataset_.size() > 0) {
    OutOfOrder("the images' features come from the weights in use: remove the images first");
  }
  loading_ = std::make_unique<Backbone>(
      pool_, BackboneOptions{.precision = precision, .feature_layers = FeatureLayersFor(pooling_)});
}

void Session::PushWeights(std::span<const uint8_t> bytes) {
  if (!loading_) OutOfOrder("no weights are being loaded");
  loading_->PushWeights(bytes);
}

void Session::FinishWeights() {
  if (!loading_) OutOfOrder("no weights are being loaded");
  loading_->FinishWeights();
  backbone_ = std::move(loading_);
  features_ready_ = false;
  model_.reset();
}

const Backbone& Session::backbone() const {
  if (!backbone_) OutOfOrder("the weights are not loaded yet");
  return *backbone_;
}

void Session::LoadImage(std::span<const uint8_t> pixels) {
  Image image{kInputSize, kInputSize, {pixels.begin(), pixels.end()}};
  input_.resize(kInputFloats);
  ToTensor(image, input_);
  image_ = std::move(image);
  features_ready_ = false;
}

std::span<const float> Session::Features() {
  if (image_.rgb.empty()) OutOfOrder("no image is loaded");
  if (!features_ready_) {
    features_.resize(feature_size());
    ExtractFeatures(*backbone_, pooling_, input_, features_);
    features_ready_ = true;
  }
  return features_;
}

uint32_t Session::AddSample(const std::string& label) {
  Dataset& dataset = EditableDataset();
  return dataset.Add(label, Features(), FingerprintOf(image_));
}

std::vector<Prediction> Session::Predict() { return model().Predict(Features()); }

void Session::RemoveSample(uint32_t id) { EditableDataset().Remove(id); }

void Session::RenameClass(const std::string& from, const std::string& to) {
  EditableDataset().RenameClass(from, to);
  if (model_) model_->RenameClass(from, to);
}

void Session::RemoveClass(const std::string& label) { EditableDataset().RemoveClass(label); }

MemoryCost Session::CostOf(const FitOptions& options, size_t images, size_t classes) const {
  const size_t value_bytes = FeatureTypeFor(pooling_) == FeatureType::kFloat16 ? 2 : 4;
  return CostOfFit(options, feature_size(), value_bytes, images, classes);
}

void Session::CheckMemory(const FitOptions& options) const {
  if (!free_memory_) return;
  const size_t needed = CostOf(options, dataset_.size(), dataset_.Classes().size()).fit();
  const size_t left = free_memory_();
  if (needed <= left) return;
  throw Error(ErrorCode::kOutOfMemory, "this training takes " + Megabytes(needed) +
                                           " of memory, and " + Megabytes(left) +
                                           " are left: take fewer units, or pooled features");
}

const Model& Session::BeginFit(const FitOptions& options, bool fresh) {
  if (running_ != nullptr || cross_validation_) {
    OutOfOrder("a training is running: stop it first");
  }
  if (model_ && !fresh && model_->Fits(options)) {
    model_->Continue(options);
    running_ = model_.get();
  } else {
    CheckMemory(options);
    next_model_ = std::make_unique<Model>(dataset_, options, pool_);
    running_ = next_model_.get();
  }
  return *running_;
}

const Training& Session::StepFit() {
  if (running_ == nullptr) OutOfOrder("no training is running");
  running_->training().Advance();
  return running_->training();
}

void Session::EndFit() {
  if (running_ == nullptr) OutOfOrder("no training is running");
  if (!running_->training().done()) running_->training().Stop();
  running_ = nullptr;
  if (next_model_ && IsWorthMore(next_model_->training())) model_ = std::move(next_model_);
  next_model_.reset();
  if (model_) model_->Calibrate();
}

bool Session::IsWorthMore(const Training& fresh) const {
  if (!fresh.history().empty()) return !model_ || !fresh.diverged();
  return !model_ && !fresh.diverged() && fresh.batch() > 0;
}

const CrossValidation& Session::BeginCrossValidation(const FitOptions& options, size_t folds) {
  if (running_ != nullptr || cross_validation_) {
    OutOfOrder("a training is running: stop it first");
  }
  CheckMemory(options);
  return cross_validation_.emplace(dataset_, options, folds, pool_);
}

const CrossValidation& Session::StepCrossValidation() {
  if (!cross_validation_) OutOfOrder("no cross-validation is running");
  cross_validation_->Advance();
  return *cross_validation_;
}

void Session::EndCrossValidation() {
  if (!cross_validation_) OutOfOrder("no cross-validation is running");
  cross_validation_.reset();
}

const Model& Session::model() const {
  if (!model_) OutOfOrder("nothing is trained yet: train first");
  return *model_;
}

Evaluation Session::Evaluate() {
  Evaluator evaluator(model().head(), model().temperature(), pool_);
  const bool held_out = model_->validation_samples().size() > 0;
  evaluator.Add(StillThere(held_out ? model_->validation_samples() : model_->training_samples()));
  return evaluator.Finish();
}

void Session::BeginEvaluation() {
  evaluator_.emplace(model().head(), model().temperature(), pool_);
}

void Session::AddToEvaluation(const std::string& label) {
  if (!evaluator_) OutOfOrder("no evaluation is in progress");
  const int32_t position = model().ClassOf(label);
  evaluator_->Add(Features(), position);
}

Evaluation Session::FinishEvaluation() {
  if (!evaluator_) OutOfOrder("no evaluation is in progress");
  const Evaluation evaluation = evaluator_->Finish();
  evaluator_.reset();
  return evaluation;
}

Dataset& Session::EditableDataset() {
  if (running_ != nullptr || cross_validation_) {
    OutOfOrder("a training is running: stop it before you change the images");
  }
  return dataset_;
}

Samples Session::StillThere(const Samples& samples) const {
  std::vector<size_t> positions;
  for (size_t i = 0; i < samples.size(); ++i) {
    if (dataset_.Contains(samples.indices[i])) positions.push_back(i);
  }
  return Select(samples, positions);
}

}  // namespace tabtrain
