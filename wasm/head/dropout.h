// The dropout layer at work.
#pragma once

#include <vector>

#include "head/layer.h"

namespace tabtrain {

class DropoutLayer : public Layer {
 public:
  DropoutLayer(size_t inputs, const Dropout& spec);

  size_t outputs() const override { return inputs_; }
  void Forward(std::span<const float> x, size_t rows, std::span<float> y,
               Parallel& parallel) const override;
  void ForwardTraining(std::span<const float> x, size_t rows, std::span<float> y, Rng& rng,
                       Parallel& parallel) override;
  void Backward(std::span<const float> x, std::span<const float> y, std::span<float> dy,
                size_t rows, std::span<float> dx, GradientSink& sink, Parallel& parallel) override;

 private:
  size_t inputs_;
  float rate_;
  std::vector<float> scales_;  // of the batch in training: 0 or 1 / (1 - rate)
};

}  // namespace tabtrain
