// How weights that carry no ranges of activations come to run in int8, on the user's own images:
// while the first samples get their features in float32 the activations are counted; then, with
// int8 in the place of float32, the samples get their features again, to be compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "backbone/calibration.h"

namespace tabtrain {

enum class TuningState {
  kNone,    // int8 runs already, or is not to run
  kTooFew,  // images so far
  kEnough,  // images, though a few more would be better
  kDue,
};

class Tuning {
 public:
  // Counts the activations of one image.
  Calibration& calibration() { return calibration_; }
  void CountImage() { ++images_; }
  // `fewest`: images that are needed at least.
  TuningState StateFor(size_t fewest) const;
  ActivationRanges Ranges() const { return calibration_.Ranges(); }

  // A sample's features in float32 and in int8.
  void Compare(uint32_t id, std::span<const float> before, std::span<const float> after);
  // In int8, by the samples' ids.
  const std::map<uint32_t, std::vector<float>>& features() const { return features_; }
  // Between the features of int8 and of float32; 0 before any comparison.
  double MeanCosine() const;
  void ForgetComparisons();

 private:
  Calibration calibration_;
  size_t images_ = 0;
  std::map<uint32_t, std::vector<float>> features_;
  double cosines_ = 0;  // their sum
};

}  // namespace tabtrain
