// Finds the ranges of activations that int8 keeps: on images of the user's kind, the layers' values
// are counted, and each range is cut where the mean squared error of its quantization is smallest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backbone/inception_v3.h"
#include "backbone/quantization.h"

namespace tabtrain {

// "low,high,low,high...", a pair for every layer of the table in its order, from which ParseRanges
// reads the very same numbers. It throws kInvalidWeights.
std::string RangesText(const ActivationRanges& ranges);
ActivationRanges ParseRanges(const std::string& text);

// Between two features, of int8 and of float32: how close int8 comes. 0 where one is all zeros.
double Cosine(std::span<const float> a, std::span<const float> b);

class Calibration {
 public:
  Calibration() : layers_(kInceptionV3.size()) {}

  // Counts values that a layer gave.
  void Count(const InceptionLayer& layer, std::span<const float> values);

  // Layers that were not seen have the range 0..0.
  ActivationRanges Ranges() const;

 private:
  // Values above 0 in equal bins from 0 to `limit`, which doubles when a larger value comes.
  struct Histogram {
    float lowest = 0;
    float limit = 0;
    std::vector<uint64_t> bins;

    void Add(float value);
    float BestLimit() const;
  };
  std::vector<Histogram> layers_;
};

}  // namespace tabtrain
