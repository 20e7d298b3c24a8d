#include "session/memory_cost.h"

#include <variant>

namespace tabtrain {
namespace {

struct Sizes {
  size_t parameters = 0;
  size_t activations = 0;  // of a row, of all layers
};

Sizes SizesOf(const std::vector<LayerSpec>& layers, size_t inputs) {
  Sizes sizes;
  for (const LayerSpec& layer : layers) {
    if (const auto* dense = std::get_if<Dense>(&layer)) {
      sizes.parameters += (inputs + 1) * dense->units;
      inputs = dense->units;
    } else if (std::holds_alternative<BatchNormalization>(layer)) {
      sizes.parameters += 4 * inputs;
    } else if (std::holds_alternative<Normalization>(layer)) {
      sizes.parameters += 2 * inputs;
    }
    sizes.activations += inputs;
  }
  return sizes;
}

// Values that the optimizer keeps of each parameter.
size_t StateOf(const OptimizerSpec& optimizer) {
  const auto* sgd = std::get_if<Sgd>(&optimizer);
  if (sgd == nullptr) return 2;
  return sgd->momentum == 0 ? 0 : 1;
}

}  // namespace

MemoryCost CostOfFit(const FitOptions& options, size_t feature_size, size_t value_bytes,
                     size_t images, size_t classes) {
  const Sizes sizes = SizesOf(AllLayers(options, classes), feature_size);
  const size_t kept = options.training.early_stopping ? 2 : 1;
  const size_t rows = options.train.mixup > 0 ? 2 * feature_size : feature_size;
  const size_t distances = (classes + 1) * feature_size * sizeof(double);
  return {.features = images * feature_size * value_bytes,
          .head = sizes.parameters * sizeof(float) * (1 + StateOf(options.train.optimizer) + kept),
          .batches = options.training.batch_size * sizeof(float) * (rows + 2 * sizes.activations) +
                     distances};
}

}  // namespace tabtrain
