// The dense layer at work.
#pragma once

#include <string>

#include "head/layer.h"

namespace tabtrain {

class DenseLayer : public Layer {
 public:
  // Draws the kernel from `rng`. Variables: name + "/kernel" and name + "/bias".
  DenseLayer(const std::string& name, size_t inputs, const Dense& spec, Rng& rng);

  size_t outputs() const override { return units_; }

  // A unit more, with weights of zero, or one less. The others stay as they are.
  void AddUnit();
  void RemoveUnit(size_t unit);

  void Forward(std::span<const float> x, size_t rows, std::span<float> y,
               Parallel& parallel) const override;
  void ForwardTraining(std::span<const float> x, size_t rows, std::span<float> y, Rng& rng,
                       Parallel& parallel) override;
  void Backward(std::span<const float> x, std::span<const float> y, std::span<float> dy,
                size_t rows, std::span<float> dx, GradientSink& sink, Parallel& parallel) override;

 private:
  Variable& kernel() { return variables_[0]; }
  Variable& bias() { return variables_[1]; }
  const Variable& kernel() const { return variables_[0]; }
  const Variable& bias() const { return variables_[1]; }

  size_t inputs_;
  size_t units_;
  Activation activation_;
};

}  // namespace tabtrain
