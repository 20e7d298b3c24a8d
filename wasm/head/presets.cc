#include "head/presets.h"

namespace tabtrain {
namespace {

Preset MakePreset(std::vector<LayerSpec> hidden, size_t classes, float learning_rate,
                  size_t epochs) {
  hidden.emplace_back(Dense{.units = classes, .activation = Activation::kSoftmax});
  return {.layers = std::move(hidden),
          .optimizer = Adam{.learning_rate = learning_rate},
          .epochs = epochs,
          .batch_size = 32};
}

}  // namespace

Preset PooledPreset(size_t classes) {
  return MakePreset({Dense{.units = 1024, .activation = Activation::kRelu}}, classes, 1e-4f, 20);
}

Preset ExtractedPreset(size_t classes) {
  return MakePreset({Dense{.units = 128, .activation = Activation::kRelu}}, classes, 1e-3f, 10);
}

Preset RegressionPreset(size_t classes) { return MakePreset({}, classes, 1e-3f, 20); }

}  // namespace tabtrain
