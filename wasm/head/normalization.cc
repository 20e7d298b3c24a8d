#include "head/normalization.h"

#include <algorithm>
#include <cmath>

namespace tabtrain {

float NormalizationScale(float variance) { return 1 / std::max(std::sqrt(variance), 1e-7f); }

NormalizationLayer::NormalizationLayer(const std::string& name, size_t inputs) : inputs_(inputs) {
  variables_.push_back({.name = name + "/mean",
                        .shape = {inputs},
                        .values = std::vector<float>(inputs, 0),
                        .trainable = false});
  variables_.push_back({.name = name + "/variance",
                        .shape = {inputs},
                        .values = std::vector<float>(inputs, 1),
                        .trainable = false});
}

void NormalizationLayer::Forward(std::span<const float> x, size_t, std::span<float> y,
                                 Parallel&) const {
  const auto& mean = variables_[0].values;
  std::vector<float> scale;
  for (const float variance : variables_[1].values) scale.push_back(NormalizationScale(variance));
  for (size_t row = 0; row < x.size(); row += inputs_) {
    for (size_t i = 0; i < inputs_; ++i) y[row + i] = (x[row + i] - mean[i]) * scale[i];
  }
}

void NormalizationLayer::ForwardTraining(std::span<const float> x, size_t rows, std::span<float> y,
                                         Rng&, Parallel& parallel) {
  Forward(x, rows, y, parallel);
}

// Nothing to train comes before the first layer, so nobody asks for its gradient.
void NormalizationLayer::Backward(std::span<const float>, std::span<const float>, std::span<float>,
                                  size_t, std::span<float>, GradientSink&, Parallel&) {}

}  // namespace tabtrain
