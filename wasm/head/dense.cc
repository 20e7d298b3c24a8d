#include "head/dense.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "head/activation.h"
#include "head/columns.h"
#include "head/matmul.h"

namespace tabtrain {

DenseLayer::DenseLayer(const std::string& name, size_t inputs, const Dense& spec, Rng& rng)
    : inputs_(inputs), units_(spec.units), activation_(spec.activation) {
  CheckArgument(units_ > 0, "A dense layer has no units: give it at least one.");
  CheckArgument(std::isfinite(spec.l2) && spec.l2 >= 0,
                "The l2 of a dense layer is negative or not a number: use 0 or more.");
  std::vector<float> kernel(inputs_ * units_);
  // glorot_uniform, Glorot and Bengio 2010, as keras.initializers.GlorotUniform.
  const float limit = std::sqrt(6.0f / static_cast<float>(inputs_ + units_));
  for (float& value : kernel) value = rng.Uniform(-limit, limit);
  variables_.push_back({.name = name + "/kernel",
                        .shape = {inputs_, units_},
                        .values = std::move(kernel),
                        .l2 = spec.l2});
  variables_.push_back(
      {.name = name + "/bias", .shape = {units_}, .values = std::vector<float>(units_)});
}

void DenseLayer::AddUnit() {
  for (Variable& variable : variables_) {
    AppendColumn(variable.values, units_);
    ++variable.shape.back();
  }
  ++units_;
}

void DenseLayer::RemoveUnit(size_t unit) {
  for (Variable& variable : variables_) {
    EraseColumn(variable.values, units_, unit);
    --variable.shape.back();
  }
  --units_;
}

void DenseLayer::Forward(std::span<const float> x, size_t rows, std::span<float> y,
                         Parallel& parallel) const {
  MatMulForward({rows, inputs_, units_}, x, kernel().values, bias().values, y, parallel);
  Activate(activation_, units_, y);
}

void DenseLayer::ForwardTraining(std::span<const float> x, size_t rows, std::span<float> y, Rng&,
                                 Parallel& parallel) {
  Forward(x, rows, y, parallel);
}

void DenseLayer::Backward(std::span<const float> x, std::span<const float> y, std::span<float> dy,
                          size_t rows, std::span<float> dx, GradientSink& sink,
                          Parallel& parallel) {
  const MatMulShape shape{rows, inputs_, units_};
  ActivationGradient(activation_, units_, y, dy);
  if (!dx.empty()) MatMulInputGradient(shape, dy, kernel().values, dx, parallel);

  std::vector<float> bias_gradient(units_);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t i = 0; i < units_; ++i) bias_gradient[i] += dy[row * units_ + i];
  }
  sink.Accept(bias(), 0, bias_gradient);
  MatMulKernelGradient(
      shape, x, dy,
      [&](size_t offset, std::span<const float> gradient) {
        sink.Accept(kernel(), offset, gradient);
      },
      parallel);
}

}  // namespace tabtrain
