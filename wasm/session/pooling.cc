#include "session/pooling.h"

#include <algorithm>
#include <cmath>

#include "backbone/graph.h"

namespace tabtrain {
namespace {

constexpr const char* kLastLayer = "mixed10";

// Of `activations`, [pixels, features].
void MaxPool(std::span<const float> activations, std::span<float> features) {
  std::ranges::copy(activations.first(features.size()), features.begin());
  for (size_t pixel = features.size(); pixel < activations.size(); pixel += features.size()) {
    for (size_t c = 0; c < features.size(); ++c) {
      features[c] = std::max(features[c], activations[pixel + c]);
    }
  }
}

}  // namespace

std::vector<std::string> FeatureLayersFor(Pooling pooling) {
  if (pooling == Pooling::kNone) return {kLastLayer};
  return {};
}

size_t FeatureSizeOf(const Backbone& backbone, Pooling pooling) {
  if (pooling != Pooling::kNone) return backbone.feature_size();
  const Graph graph = BuildGraph(FeatureLayersFor(pooling));
  const Tensor& layer = graph.Find(kLastLayer);
  const Buffer& buffer = graph.BufferOf(layer);
  return static_cast<size_t>(buffer.height) * buffer.width * layer.channels;
}

void ExtractFeatures(Backbone& backbone, Pooling pooling, std::span<const float> input,
                     std::span<float> features, Calibration* calibration) {
  if (pooling == Pooling::kAverage) {
    backbone.Run(input, /*batch=*/1, features, calibration);
    return;
  }
  std::vector<float> averages(backbone.feature_size());
  backbone.Run(input, /*batch=*/1, averages, calibration);
  if (pooling == Pooling::kNone) {
    std::ranges::copy(backbone.Activations(kLastLayer), features.begin());
    return;
  }
  const Graph graph = BuildGraph(backbone.weights().feature_layers);
  size_t column = 0;
  for (const size_t index : graph.features) {
    const Tensor& tensor = graph.tensors[index];
    const auto channels = static_cast<size_t>(tensor.channels);
    MaxPool(backbone.Activations(tensor.name), features.subspan(column, channels));
    column += channels;
  }
  if (backbone.weights().feature_sqrt) {
    for (float& value : features) value = std::sqrt(value);
  }
}

}  // namespace tabtrain
