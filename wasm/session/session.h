// What one tab does: loads weights, turns images into features under classes, trains a head on
// them, predicts. The bindings expose it as it is; no call lasts longer than one image, one
// mini-batch or one evaluation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backbone/backbone.h"
#include "backbone/self_test.h"
#include "backbone/thread_pool.h"
#include "image/image.h"
#include "session/cross_validation.h"
#include "session/dataset.h"
#include "session/evaluation.h"
#include "session/feature_store.h"
#include "session/memory_cost.h"
#include "session/model.h"
#include "session/pooling.h"
#include "session/tuning.h"
#include "session/views.h"

namespace tabtrain {

// What int8 needs of weights that carry no ranges, as a tuning found it: the ranges, and the mean
// cosine between the features of int8 and of float32.
struct Int8Calibration {
  ActivationRanges ranges{};
  double cosine = 0;
};

// What views of images take.
struct ViewCost {
  size_t missing = 0;  // views to be made
  size_t kept = 0;     // there already
  size_t dropped = 0;  // there, but of other options
  uint64_t bytes = 0;  // of those to be made
  double seconds = 0;  // to make them, as long as the images so far have taken; 0 before any
};

class Session {
 public:
  // Features that are not pooled are kept as float16, in `file` as far as it takes them.
  explicit Session(size_t threads, Pooling pooling = Pooling::kAverage,
                   FreeMemory free_memory = nullptr, std::unique_ptr<ByteFile> file = nullptr);

  // Throws kInternal when this device's arithmetic is off: see backbone/self_test.h.
  void SelfTest() { tabtrain::SelfTest(pool_); }

  // The bytes of a safetensors weights file in order. Throws kInvalidWeights; the weights loaded
  // before, if any, stay in use until FinishWeights. Throws kInvalidState when there are samples,
  // whose features came from other weights. `precision`: see BackboneOptions. `calibration`: of an
  // earlier tuning of these weights.
  void BeginWeights(std::optional<Precision> precision,
                    const std::optional<Int8Calibration>& calibration = std::nullopt);
  void PushWeights(std::span<const uint8_t> bytes);
  void FinishWeights();
  const Backbone& backbone() const;
  // Values in the features of an image.
  size_t feature_size() const { return FeatureSizeOf(backbone(), pooling_); }

  // Where int8 is wanted of weights without ranges, float32 runs until there are samples enough to
  // tune int8 to. None once there is a model: its features stay those it was trained on.
  TuningState tuning_state() const;
  // Begins to put int8 in the place of float32, which is freed at once. The same weights have to
  // come again, through PushWeights and FinishWeights, and then every sample through TuneSample,
  // its image being the current one; samples keep the features of float32 until EndTuning. Throws
  // kInvalidState when the samples are too few.
  void BeginTuning();
  void TuneSample(uint32_t id);
  // Takes the features in int8, unless they are too far from those in float32: then, and after any
  // failure, UndoTuning is to be called. Throws kInvalidState when a sample has not been through.
  struct Tuned {
    bool taken = false;
    Int8Calibration calibration;
  };
  Tuned EndTuning();
  // Begins to put float32 back, as BeginTuning does int8. `again`: whether to tune later.
  void UndoTuning(bool again);

  // Makes this the current image: [299, 299, 3], RGB, 8 bit, as image/resize.h makes it. Throws
  // kInvalidArgument for another size.
  void LoadImage(std::span<const uint8_t> pixels);

  // Of the current image; [feature_size()].
  std::span<const float> Features();
  // Throws kOutOfMemory, with what they take, when there is no room for the features of so many
  // more images. That is an estimate: AddSample throws it too.
  void CheckRoomFor(size_t images) const;
  // Keeps the current image's features as a sample of the class; returns the sample's id.
  uint32_t AddSample(const std::string& label);
  // The current image's classes, the most probable first. Throws kInvalidState before a fit.
  std::vector<Prediction> Predict();

  const Dataset& dataset() const { return dataset_; }
  std::vector<ClassInfo> Classes() const { return dataset_.Classes(); }
  void RemoveSample(uint32_t id);
  // The trained head's answers take the new name too.
  void RenameClass(const std::string& from, const std::string& to);
  void RemoveClass(const std::string& label);

  // What a fit takes with a new head on `images` images of `classes` classes.
  MemoryCost CostOf(const FitOptions& options, size_t images, size_t classes) const;
  // Why a fit of that cost would be refused; nothing when it would not.
  std::optional<std::string> WhyNoRoomFor(const MemoryCost& cost) const;

  // The current image as the view `number` of the sample `id` shows it.
  Image PreviewView(const ViewOptions& options, uint32_t id, size_t number) const;
  // What the views of a new model's fit would take; one that goes on may hold out other samples.
  ViewCost CostOfViews(const FitOptions& options);

  // Begins a fit; until EndFit, samples cannot be changed. A model that is there is trained on,
  // unless `options` have other layers or `fresh` asks for a new one; then it stays in use until
  // EndFit. Views that `options` do not match are dropped. Throws kOutOfMemory, with what it takes,
  // when a new one, or the views that are to be made, do not fit.
  const Model& BeginFit(const FitOptions& options, bool fresh);
  // The samples that the running fit trains on, or the cross-validation, and that lack views; in an
  // order drawn from the views' seed, so that no class comes first.
  std::vector<uint32_t> SamplesWithoutViews() const;
  // Makes the current image, which must be the sample's, into the next view of the sample. Returns
  // how many it still lacks. A fit trains on the views that are there at each step.
  size_t AddView(uint32_t id);
  // One mini-batch; throws kInvalidState when no fit is running.
  const Training& StepFit();
  // Takes the trained head into use. A new one that has been stopped in its first epoch, or whose
  // loss is no longer a number, is worth less than a model from before, which then stays.
  void EndFit();

  // Begins to train and score a head for each fold; the model and its fit are not touched. Until
  // EndCrossValidation, samples cannot be changed.
  const CrossValidation& BeginCrossValidation(const FitOptions& options, size_t folds);
  const CrossValidation& StepCrossValidation();
  void EndCrossValidation();

  // The trained model; throws kInvalidState before a fit.
  const Model& model() const;
  // On the samples held out from the last fit, or on those it trained on when none were; without
  // those that have been removed since.
  Evaluation Evaluate();
  // On images given one after the other as the current image.
  void BeginEvaluation();
  void AddToEvaluation(const std::string& label);
  Evaluation FinishEvaluation();

  size_t threads() const { return pool_.threads(); }

 private:
  void Reload(BackboneOptions options);
  // Features of the current image, whose activations are counted for the tuning.
  std::span<const float> CountedFeatures();
  Dataset& EditableDataset();  // throws kInvalidState during a fit
  void CheckMemory(const FitOptions& options) const;
  bool IsWorthMore(const Training& fresh) const;
  // Runs the backbone on `input` [299, 299, 3], and notes how long it takes. `calibration`: see
  // Backbone::Run.
  void Extract(std::span<const float> input, std::span<float> features,
               Calibration* calibration = nullptr);
  ViewCost CostOfViews(const ViewOptions& views, const Samples& samples) const;
  void PrepareViews(const FitOptions& options, const Samples& samples);
  void CheckViewMemory(const FitOptions& options, const ViewCost& cost) const;
  Samples StillThere(const Samples& samples) const;

  Pooling pooling_;
  FreeMemory free_memory_;
  ThreadPool pool_;
  std::unique_ptr<Backbone> backbone_, loading_;
  Tuning tuning_;                           // of the weights in use, where they lack ranges
  std::optional<Precision> before_tuning_;  // the precision asked for
  Image image_;                             // the current one; empty: none
  std::vector<float> input_;                // made of it, [299, 299, 3]
  std::vector<float> features_;
  bool features_ready_ = false;
  Dataset dataset_;
  double seconds_per_image_ = 0;  // that the backbone takes; a running mean
  ViewOptions views_;             // those that are there, and how many are wanted
  std::unique_ptr<Model> model_, next_model_;
  Model* running_ = nullptr;  // the one of them whose fit is running
  std::optional<CrossValidation> cross_validation_;
  std::optional<Evaluator> evaluator_;
};

}  // namespace tabtrain
