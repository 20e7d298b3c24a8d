// The user's model: a head over the classes of a dataset, trained once and trained on as often as
// wanted, while images and classes come and go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "head/head.h"
#include "head/novelty.h"
#include "head/trainer.h"
#include "head/training.h"
#include "session/dataset.h"
#include "session/views.h"

namespace tabtrain {

struct FitOptions {
  // The layers between the features and the softmax over the classes.
  std::vector<LayerSpec> layers = {Dense{1024, Activation::kRelu}};
  // Whether the features are standardised first, by mean and variance of the training samples.
  bool standardize = false;
  TrainOptions train;
  bool balance_classes = false;  // class weights that make all classes count the same
  TrainingOptions training = {.epochs = 30};
  float validation_split = 0.2f;
  bool group_look_alikes = true;  // on one side of the split, and in one fold
  bool calibrate = true;          // temperature scaling by the validation samples
  // The share of the validation samples that lie near enough to a class to be like it.
  float known_share = 0.95f;
  ViewOptions views;  // that training samples are read as; those held out are read as they are
};

struct Prediction {
  std::string label;
  float probability = 0;
  // How far the features lie from the centre of the class's training samples; above 1 it is farther
  // than those of the share `known_share` of the validation samples lie from the nearest one. None
  // when nothing was held out.
  std::optional<double> distance;
};

// The layers of a head over `classes`: those of the options, and what goes before and after them.
std::vector<LayerSpec> AllLayers(const FitOptions& options, size_t classes);
// Throws kInvalidArgument for less than two classes, or an empty one.
void CheckClasses(const std::vector<ClassInfo>& classes);
// How to train on these samples.
TrainOptions TrainOptionsFor(const FitOptions& options, const Samples& training, size_t classes);

class Model {
 public:
  // A new head, from the seed `options.training.seed`. `parallel` and `dataset`, which must not
  // change while a fit is running, must outlive this. Throws kInvalidArgument, with a sentence that
  // says what to change, for options that make no sense and for a dataset of fewer than two classes
  // or with an empty one.
  Model(Dataset& dataset, const FitOptions& options, Parallel& parallel);

  // Goes on with the same layers: the head, the optimizer's state and the split stay; classes and
  // samples that are new are taken in, and those removed are left out. Throws as above.
  void Continue(const FitOptions& options);
  // Whether Continue can follow these options.
  bool Fits(const FitOptions& options) const;

  // The fit that is running, or that ran last.
  Training& training() { return *training_; }
  const Training& training() const { return *training_; }

  const Head& head() const { return *head_; }
  // Learns from the validation samples, if any, how sure the answers are and which images are like
  // none of the classes. To be called at the end of a fit.
  void Calibrate();
  // By which the logits are divided: see head/calibration.h. 1 where nothing was learned.
  float temperature() const { return temperature_; }
  // The classes for an image with these features, the most probable first.
  std::vector<Prediction> Predict(std::span<const float> features) const;

  // Of the head's classes, in its order.
  const std::vector<std::string>& labels() const { return labels_; }
  void RenameClass(const std::string& from, const std::string& to);
  // Throws kInvalidArgument for a label that is not the head's.
  int32_t ClassOf(const std::string& label) const;

  const Samples& training_samples() const { return training_samples_; }
  const Samples& validation_samples() const { return validation_samples_; }

 private:
  void MatchClasses(const std::vector<ClassInfo>& classes);
  void SplitSamples(const FitOptions& options);
  void BeginTraining(const FitOptions& options);

  Dataset& dataset_;
  Parallel& parallel_;
  std::vector<LayerSpec> layers_;
  bool standardize_;
  std::vector<std::string> labels_;
  std::unique_ptr<Head> head_;
  std::unique_ptr<Trainer> trainer_;
  Samples training_samples_, validation_samples_;
  std::unique_ptr<ViewSource> views_;  // of the training samples, for training_
  std::unique_ptr<Training> training_;
  bool calibrate_;
  float known_share_;
  float temperature_ = 1;
  std::optional<ClassDistances> distances_;
  double known_distance_ = 0;
};

}  // namespace tabtrain
