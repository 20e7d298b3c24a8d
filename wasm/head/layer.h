// A layer at work. Arrays are row-major: x and its gradient dx are [rows, inputs], y and dy are
// [rows, outputs].
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "core/rng.h"
#include "head/layers.h"
#include "head/variable.h"

namespace tabtrain {

// Takes the gradients of the variables, piece by piece, so that no layer needs room for all of a
// large kernel's gradient.
class GradientSink {
 public:
  virtual ~GradientSink() = default;
  // `gradient` belongs to the values of `variable` from `offset` on. Several threads may call at
  // once, each with another piece.
  virtual void Accept(Variable& variable, size_t offset, std::span<const float> gradient) = 0;
};

class Layer {
 public:
  virtual ~Layer() = default;

  virtual size_t outputs() const = 0;

  // At inference.
  virtual void Forward(std::span<const float> x, size_t rows, std::span<float> y,
                       Parallel& parallel) const = 0;

  // In training; Backward of the same rows follows.
  virtual void ForwardTraining(std::span<const float> x, size_t rows, std::span<float> y, Rng& rng,
                               Parallel& parallel) = 0;

  // From the gradient of the loss by y, which may be overwritten: writes the gradient by x into dx
  // unless that is empty, then hands the variables' gradients to `sink`, which may change them.
  virtual void Backward(std::span<const float> x, std::span<const float> y, std::span<float> dy,
                        size_t rows, std::span<float> dx, GradientSink& sink,
                        Parallel& parallel) = 0;

  std::span<Variable> variables() { return variables_; }
  std::span<const Variable> variables() const { return variables_; }

 protected:
  std::vector<Variable> variables_;
};

}  // namespace tabtrain
