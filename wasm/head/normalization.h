// The normalization layer at work.
#pragma once

#include <string>

#include "head/layer.h"

namespace tabtrain {

// The factor of a feature with this variance; as in Keras, one that never changes is not divided by
// zero.
float NormalizationScale(float variance);

class NormalizationLayer : public Layer {
 public:
  // Variables: name + "/mean", 0 at first, and name + "/variance", 1 at first, each [inputs].
  NormalizationLayer(const std::string& name, size_t inputs);

  size_t outputs() const override { return inputs_; }
  void Forward(std::span<const float> x, size_t rows, std::span<float> y,
               Parallel& parallel) const override;
  void ForwardTraining(std::span<const float> x, size_t rows, std::span<float> y, Rng& rng,
                       Parallel& parallel) override;
  void Backward(std::span<const float> x, std::span<const float> y, std::span<float> dy,
                size_t rows, std::span<float> dx, GradientSink& sink, Parallel& parallel) override;

 private:
  size_t inputs_;
};

}  // namespace tabtrain
