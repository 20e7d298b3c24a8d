// Samples that several tests of the session train on.
#pragma once

#include <string>
#include <vector>

#include "core/rng.h"
#include "session/dataset.h"
#include "session/model.h"

namespace tabtrain {

// Three Gaussian clouds in 16 dimensions, 20 samples each.
inline Dataset Clouds() {
  Rng rng(1);
  Dataset dataset;
  for (int i = 0; i < 60; ++i) {
    std::vector<float> features(16);
    for (size_t d = 0; d < features.size(); ++d) {
      features[d] = rng.Normal() + (d % 3 == static_cast<size_t>(i % 3) ? 2.0f : 0.0f);
    }
    dataset.Add("class " + std::to_string(i % 3), features);
  }
  return dataset;
}

inline FitOptions Quick() {
  return {.layers = {Dense{32, Activation::kRelu}},
          .train = {.optimizer = Adam{.learning_rate = 1e-2f}},
          .training = {.epochs = 15, .batch_size = 8, .seed = 3}};
}

}  // namespace tabtrain
