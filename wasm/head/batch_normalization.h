// The batch normalization layer at work.
#pragma once

#include <string>
#include <vector>

#include "head/layer.h"

namespace tabtrain {

class BatchNormalizationLayer : public Layer {
 public:
  // Variables: name + "/gamma", "/beta", "/moving_mean" and "/moving_variance", each [inputs].
  BatchNormalizationLayer(const std::string& name, size_t inputs, const BatchNormalization& spec);

  size_t outputs() const override { return inputs_; }
  void Forward(std::span<const float> x, size_t rows, std::span<float> y,
               Parallel& parallel) const override;
  void ForwardTraining(std::span<const float> x, size_t rows, std::span<float> y, Rng& rng,
                       Parallel& parallel) override;
  void Backward(std::span<const float> x, std::span<const float> y, std::span<float> dy,
                size_t rows, std::span<float> dx, GradientSink& sink, Parallel& parallel) override;

 private:
  void Normalize(std::span<const float> x, std::span<const float> mean,
                 std::span<const float> variance, std::span<float> y) const;

  size_t inputs_;
  BatchNormalization spec_;
  std::vector<float> mean_;      // of the batch in training
  std::vector<float> variance_;  // of the batch in training, without Bessel's correction
};

}  // namespace tabtrain
