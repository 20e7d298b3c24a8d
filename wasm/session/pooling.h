// How the activations of an image become its features: `pooling` in keras.applications.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "backbone/backbone.h"

namespace tabtrain {

enum class Pooling {
  kAverage,  // GlobalAveragePooling2D of each feature layer of the weights
  kMax,      // GlobalMaxPooling2D of each
  kNone,     // mixed10 as it is, flattened: 8 x 8 x 2048 = 131,072 values
};

// The feature layers to make a Backbone with; none: those that the weights name.
std::vector<std::string> FeatureLayersFor(Pooling pooling);

// Values in the features of an image.
size_t FeatureSizeOf(const Backbone& backbone, Pooling pooling);

// Runs one image, [299, 299, 3], and writes its features, [FeatureSizeOf]. Where the weights say
// so, pooled features are square roots. `calibration`: see Backbone::Run.
void ExtractFeatures(Backbone& backbone, Pooling pooling, std::span<const float> input,
                     std::span<float> features, Calibration* calibration = nullptr);

}  // namespace tabtrain
