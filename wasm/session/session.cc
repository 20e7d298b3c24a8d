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

}  // namespace

Session::Session(size_t threads) : pool_(threads) {}

void Session::BeginWeights() {
  if (dataset_.size() > 0) {
    OutOfOrder("the images' features come from the weights in use: remove the images first");
  }
  loading_ = std::make_unique<Backbone>(pool_);
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
  trained_.reset();
}

const Backbone& Session::backbone() const {
  if (!backbone_) OutOfOrder("the weights are not loaded yet");
  return *backbone_;
}

void Session::LoadImage(std::span<const uint8_t> pixels) {
  input_.resize(kInputFloats);
  ToTensor({kInputSize, kInputSize, {pixels.begin(), pixels.end()}}, input_);
  features_ready_ = false;
}

std::span<const float> Session::Features() {
  if (input_.empty()) OutOfOrder("no image is loaded");
  if (!features_ready_) {
    features_.resize(backbone().feature_size());
    backbone_->Run(input_, /*batch=*/1, features_);
    features_ready_ = true;
  }
  return features_;
}

uint32_t Session::AddSample(const std::string& label) {
  return EditableDataset().Add(label, Features());
}

std::vector<Prediction> Session::Predict() {
  const Head& head = Trained().head();
  std::vector<float> probabilities(head.classes());
  head.Predict(Features(), /*rows=*/1, probabilities, pool_);
  std::vector<Prediction> predictions;
  predictions.reserve(probabilities.size());
  for (size_t i = 0; i < probabilities.size(); ++i) {
    predictions.push_back({model_labels_[i], probabilities[i]});
  }
  std::stable_sort(predictions.begin(), predictions.end(),
                   [](const auto& a, const auto& b) { return a.probability > b.probability; });
  return predictions;
}

void Session::RemoveSample(uint32_t id) { EditableDataset().Remove(id); }

void Session::RenameClass(const std::string& from, const std::string& to) {
  EditableDataset().RenameClass(from, to);
  std::replace(model_labels_.begin(), model_labels_.end(), from, to);
}

void Session::RemoveClass(const std::string& label) { EditableDataset().RemoveClass(label); }

const Fit& Session::BeginFit(const FitOptions& options) {
  if (fit_) OutOfOrder("a training is running: stop it first");
  fit_ = std::make_unique<Fit>(dataset_, options, pool_);
  return *fit_;
}

std::optional<EpochLogs> Session::StepFit() {
  if (!fit_) OutOfOrder("no training is running");
  return fit_->Step();
}

const Fit& Session::fit() const {
  if (!fit_) OutOfOrder("no training is running");
  return *fit_;
}

void Session::EndFit() {
  if (!fit_) OutOfOrder("no training is running");
  if (fit_->step() > 0) {
    trained_ = std::move(fit_);
    model_labels_ = trained_->labels();
  }
  fit_.reset();
}

Evaluation Session::Evaluate() {
  const Fit& trained = Trained();
  Evaluator evaluator(trained.head(), pool_);
  const bool held_out = trained.validation().size() > 0;
  evaluator.Add(StillThere(held_out ? trained.validation() : trained.training()));
  return evaluator.Finish();
}

void Session::BeginEvaluation() { evaluator_.emplace(Trained().head(), pool_); }

void Session::AddToEvaluation(const std::string& label) {
  if (!evaluator_) OutOfOrder("no evaluation is in progress");
  const auto found = std::find(model_labels_.begin(), model_labels_.end(), label);
  CheckArgument(found != model_labels_.end(), "the trained model has no class " + label);
  const auto position = static_cast<int32_t>(found - model_labels_.begin());
  evaluator_->Add(Features(), {&position, 1});
}

Evaluation Session::FinishEvaluation() {
  if (!evaluator_) OutOfOrder("no evaluation is in progress");
  const Evaluation evaluation = evaluator_->Finish();
  evaluator_.reset();
  return evaluation;
}

const Fit& Session::Trained() const {
  if (!trained_) OutOfOrder("nothing is trained yet: train first");
  return *trained_;
}

Dataset& Session::EditableDataset() {
  if (fit_) OutOfOrder("a training is running: stop it before you change the images");
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
