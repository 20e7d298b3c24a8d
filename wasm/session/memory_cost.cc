#include "session/memory_cost.h"

#include <algorithm>
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
  return {.features = uint64_t{images} * feature_size * value_bytes,
          .disk = 0,
          .head = sizes.parameters * sizeof(float) * (1 + StateOf(options.train.optimizer) + kept),
          .batches = options.training.batch_size * sizeof(float) * (rows + 2 * sizes.activations) +
                     distances};
}

std::optional<std::string> WhyNoRoom(const MemoryCost& cost, uint64_t there, size_t left) {
  if (cost.fit() > left) {
    return "this training takes " + Megabytes(cost.fit()) + " of memory, and " + Megabytes(left) +
           " are left: take fewer units, or pooled features";
  }
  const uint64_t in_memory = cost.features - cost.disk;
  const uint64_t more = std::max(in_memory, there) - there;
  if (more + cost.fit() <= left) return std::nullopt;
  return "the features take " + Megabytes(cost.features) + ", of which the disk has room for " +
         Megabytes(cost.disk) + "; the other " + Megabytes(in_memory) + " and the " +
         Megabytes(cost.fit()) + " of the training do not fit into the " + Megabytes(left) +
         " of memory that are left: take fewer images, free space on this device, or take pooled "
         "features";
}

std::string Megabytes(uint64_t bytes) { return std::to_string((bytes + 999999) / 1000000) + " MB"; }

}  // namespace tabtrain
