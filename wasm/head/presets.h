// Heads that work well, with the training that goes with them.
#pragma once

#include <cstddef>
#include <vector>

#include "head/layers.h"
#include "head/optimizer.h"

namespace tabtrain {

struct Preset {
  std::vector<LayerSpec> layers;
  OptimizerSpec optimizer;
  size_t epochs;
  size_t batch_size;
};

// For pooled features: Dense(1024, relu), Adam at 1e-4.
Preset PooledPreset(size_t classes);

// For extracted features, pooled or flattened: Dense(128, relu), Adam at Keras' 1e-3, 10 epochs.
Preset ExtractedPreset(size_t classes);

// Softmax regression, which is often best on few images.
Preset RegressionPreset(size_t classes);

}  // namespace tabtrain
