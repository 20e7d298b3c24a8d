#include "session/session.h"

#include <algorithm>
#include <chrono>

#include "core/error.h"
#include "core/input.h"
#include "head/epoch.h"
#include "image/preprocess.h"

namespace tabtrain {
namespace {

[[noreturn]] void OutOfOrder(const char* message) {
  throw Error(ErrorCode::kInvalidState, message);
}

FeatureType FeatureTypeFor(Pooling pooling) {
  return pooling == Pooling::kNone ? FeatureType::kFloat16 : FeatureType::kFloat32;
}

void CheckImage(const Image& image) {
  if (image.rgb.empty()) OutOfOrder("no image is loaded");
}

// Images to tune int8 to at least: where it is not asked for, it takes more to trust it.
constexpr size_t kFewestToTune = 8, kFewestWhereAsked = 1;

// Weight of the newest image in the running mean of seconds.
constexpr double kNewest = 0.2;

}  // namespace

Session::Session(size_t threads, Pooling pooling, FreeMemory free_memory,
                 std::unique_ptr<ByteFile> file)
    : pooling_(pooling),
      free_memory_(std::move(free_memory)),
      pool_(threads),
      dataset_(FeatureStore(FeatureTypeFor(pooling), std::move(file), free_memory_)) {}

void Session::BeginWeights(std::optional<Precision> precision,
                           const std::optional<Int8Calibration>& calibration) {
  if (dataset_.size() > 0) {
    OutOfOrder("the images' features come from the weights in use: remove the images first");
  }
  BackboneOptions options{.precision = precision, .feature_layers = FeatureLayersFor(pooling_)};
  if (calibration) {
    options.ranges = calibration->ranges;
    options.int8_cosine = calibration->cosine;
  }
  loading_ = std::make_unique<Backbone>(pool_, std::move(options));
  tuning_ = {};
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
  seconds_per_image_ = 0;
  model_.reset();
}

const Backbone& Session::backbone() const {
  if (!backbone_) OutOfOrder("the weights are not loaded yet");
  return *backbone_;
}

TuningState Session::tuning_state() const {
  const bool is_fixed = model_ || running_ != nullptr || cross_validation_;
  if (is_fixed || !backbone_ || !backbone_->lacks_ranges()) return TuningState::kNone;
  if (dataset_.size() == 0) return TuningState::kTooFew;
  return tuning_.StateFor(backbone_->options().precision ? kFewestWhereAsked : kFewestToTune);
}

void Session::BeginTuning() {
  const TuningState state = tuning_state();
  if (state != TuningState::kEnough && state != TuningState::kDue) {
    OutOfOrder("there is nothing to tune int8 to");
  }
  before_tuning_ = backbone_->options().precision;
  tuning_.ForgetComparisons();
  Reload({.precision = Precision::kInt8, .ranges = tuning_.Ranges()});
}

void Session::UndoTuning(bool again) {
  tuning_.ForgetComparisons();
  Reload({.precision = again ? before_tuning_ : Precision::kFloat32});
}

// Two backbones at a time may not fit into the memory.
void Session::Reload(BackboneOptions options) {
  options.feature_layers = FeatureLayersFor(pooling_);
  backbone_.reset();
  loading_.reset();
  loading_ = std::make_unique<Backbone>(pool_, std::move(options));
}

void Session::TuneSample(uint32_t id) {
  std::vector<float> before(feature_size());
  dataset_.Read(id, before);
  tuning_.Compare(id, before, Features());
}

Session::Tuned Session::EndTuning() {
  if (tuning_.features().size() < dataset_.size()) OutOfOrder("some images have not been tuned to");
  const Tuned tuned{
      .taken = Backbone::Choose(before_tuning_, tuning_.MeanCosine()) == Precision::kInt8,
      .calibration = {tuning_.Ranges(), tuning_.MeanCosine()}};
  if (!tuned.taken) return tuned;
  for (const auto& [id, features] : tuning_.features()) dataset_.Replace(id, features);
  dataset_.RemoveViews();  // they were made in float32
  tuning_ = {};
  return tuned;
}

void Session::LoadImage(std::span<const uint8_t> pixels) {
  Image image{kInputSize, kInputSize, {pixels.begin(), pixels.end()}};
  input_.resize(kInputFloats);
  ToTensor(image, input_);
  image_ = std::move(image);
  features_ready_ = false;
}

std::span<const float> Session::Features() {
  CheckImage(image_);
  if (!features_ready_) {
    features_.resize(feature_size());
    Extract(input_, features_);
    features_ready_ = true;
  }
  return features_;
}

std::span<const float> Session::CountedFeatures() {
  CheckImage(image_);
  features_.resize(feature_size());
  Extract(input_, features_, &tuning_.calibration());
  features_ready_ = true;
  tuning_.CountImage();
  return features_;
}

void Session::Extract(std::span<const float> input, std::span<float> features,
                      Calibration* calibration) {
  const auto start = std::chrono::steady_clock::now();
  ExtractFeatures(*backbone_, pooling_, input, features, calibration);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  const double newest = seconds_per_image_ == 0 ? 1 : kNewest;
  seconds_per_image_ += newest * (taken.count() - seconds_per_image_);
}

void Session::CheckRoomFor(size_t images) const {
  const FeatureStore& store = dataset_.store();
  const uint64_t needed = uint64_t{images} * feature_size() * store.value_bytes();
  const uint64_t disk = store.DiskLeft(), memory = store.MemoryLeft();
  if (needed <= disk || needed - disk <= memory) return;
  throw Error(ErrorCode::kOutOfMemory,
              "the features of these images take " + Megabytes(needed) +
                  ", and there is room for " + Megabytes(disk) + " on the disk and for " +
                  Megabytes(memory) +
                  " in memory: add fewer images, free space on this device, or take pooled "
                  "features");
}

uint32_t Session::AddSample(const std::string& label) {
  Dataset& dataset = EditableDataset();
  const TuningState state = tuning_state();
  const bool counts = state == TuningState::kTooFew || state == TuningState::kEnough;
  const std::span<const float> features = counts ? CountedFeatures() : Features();
  return dataset.Add(label, features, FingerprintOf(image_));
}

std::vector<Prediction> Session::Predict() { return model().Predict(Features()); }

void Session::RemoveSample(uint32_t id) { EditableDataset().Remove(id); }

void Session::RenameClass(const std::string& from, const std::string& to) {
  EditableDataset().RenameClass(from, to);
  if (model_) model_->RenameClass(from, to);
}

void Session::RemoveClass(const std::string& label) { EditableDataset().RemoveClass(label); }

MemoryCost Session::CostOf(const FitOptions& options, size_t images, size_t classes) const {
  const FeatureStore& store = dataset_.store();
  MemoryCost cost = CostOfFit(options, feature_size(), store.value_bytes(), images, classes);
  cost.disk = std::min(cost.features, dataset_.BytesOnDisk() + store.DiskLeft());
  return cost;
}

std::optional<std::string> Session::WhyNoRoomFor(const MemoryCost& cost) const {
  if (!free_memory_) return std::nullopt;
  return WhyNoRoom(cost, dataset_.BytesInMemory(), free_memory_());
}

void Session::CheckMemory(const FitOptions& options) const {
  const auto why = WhyNoRoomFor(CostOf(options, dataset_.size(), dataset_.Classes().size()));
  if (why) throw Error(ErrorCode::kOutOfMemory, *why);
}

const Model& Session::BeginFit(const FitOptions& options, bool fresh) {
  if (running_ != nullptr || cross_validation_) {
    OutOfOrder("a training is running: stop it first");
  }
  const bool goes_on = model_ && !fresh && model_->Fits(options);
  if (goes_on) {
    model_->Continue(options);
  } else {
    CheckMemory(options);
    next_model_ = std::make_unique<Model>(dataset_, options, pool_);
  }
  Model& model = goes_on ? *model_ : *next_model_;
  PrepareViews(options, model.training_samples());
  running_ = &model;
  return model;
}

Image Session::PreviewView(const ViewOptions& options, uint32_t id, size_t number) const {
  CheckViewOptions(options);
  CheckImage(image_);
  std::vector<float> tensor(kInputFloats);
  Augment(image_, DrawView(options, id, number), options.transforms, tensor);
  return FromTensor(tensor);
}

ViewCost Session::CostOfViews(const FitOptions& options) {
  CheckViewOptions(options.views);
  const Samples all = dataset_.All();
  std::vector<size_t> groups;
  if (options.group_look_alikes) groups = dataset_.LookAlikes();
  const Split split =
      StratifiedSplit(all.labels, groups, options.validation_split, options.training.seed);
  return CostOfViews(options.views, Select(all, split.training));
}

ViewCost Session::CostOfViews(const ViewOptions& views, const Samples& samples) const {
  const bool matches = views.Matches(views_);
  ViewCost cost;
  for (const size_t id : samples.indices) {
    const size_t there = matches ? dataset_.Views(id) : 0;
    cost.kept += std::min(there, views.count);
    cost.missing += views.count - std::min(there, views.count);
  }
  cost.dropped = matches ? 0 : dataset_.CountViews();
  cost.bytes = uint64_t{cost.missing} * dataset_.view_bytes();
  cost.seconds = static_cast<double>(cost.missing) * seconds_per_image_;
  return cost;
}

void Session::PrepareViews(const FitOptions& options, const Samples& samples) {
  CheckViewOptions(options.views);
  if (options.views.count == 0) {
    views_.count = 0;  // those that are there may be wanted again
    return;
  }
  const ViewCost cost = CostOfViews(options.views, samples);
  CheckViewMemory(options, cost);
  if (cost.dropped > 0) dataset_.RemoveViews();
  views_ = options.views;
}

void Session::CheckViewMemory(const FitOptions& options, const ViewCost& cost) const {
  if (!free_memory_) return;
  const size_t fit = CostOf(options, dataset_.size(), dataset_.Classes().size()).fit();
  const size_t left = free_memory_() + cost.dropped * dataset_.view_bytes();
  const uint64_t in_memory = cost.bytes - std::min(cost.bytes, dataset_.store().DiskLeft());
  if (in_memory + fit <= left) return;
  throw Error(ErrorCode::kOutOfMemory, std::to_string(cost.missing) + " views take " +
                                           Megabytes(in_memory) + " of memory, the training " +
                                           Megabytes(fit) + ", and " + Megabytes(left) +
                                           " are left: take fewer views of each image");
}

std::vector<uint32_t> Session::SamplesWithoutViews() const {
  const Samples* samples = nullptr;
  if (cross_validation_) samples = &cross_validation_->samples();
  if (running_ != nullptr) samples = &running_->training_samples();
  if (samples == nullptr) OutOfOrder("no training is running");
  std::vector<uint32_t> ids;
  for (const size_t id : samples->indices) {
    if (dataset_.Views(id) < views_.count) ids.push_back(static_cast<uint32_t>(id));
  }
  Rng(views_.seed).Shuffle(std::span(ids));
  return ids;
}

size_t Session::AddView(uint32_t id) {
  CheckImage(image_);
  const size_t number = dataset_.Views(id);
  if (number >= views_.count) OutOfOrder("the image has all its views");
  std::vector<float> tensor(kInputFloats), features(feature_size());
  Augment(image_, DrawView(views_, id, number), views_.transforms, tensor);
  Extract(tensor, features);
  dataset_.AddView(id, features);
  return views_.count - dataset_.Views(id);
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
  PrepareViews(options, dataset_.All());
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
