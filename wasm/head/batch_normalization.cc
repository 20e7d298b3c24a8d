#include "head/batch_normalization.h"

#include <cmath>

#include "core/error.h"

namespace tabtrain {
namespace {

enum Index { kGamma, kBeta, kMovingMean, kMovingVariance };

void MoveTowards(std::span<const float> target, float momentum, std::vector<float>& average) {
  for (size_t i = 0; i < target.size(); ++i) {
    average[i] = average[i] * momentum + target[i] * (1 - momentum);
  }
}

}  // namespace

BatchNormalizationLayer::BatchNormalizationLayer(const std::string& name, size_t inputs,
                                                 const BatchNormalization& spec)
    : inputs_(inputs), spec_(spec) {
  CheckArgument(spec.momentum >= 0 && spec.momentum < 1,
                "The momentum of a batch normalization must be at least 0 and below 1; try 0.99.");
  CheckArgument(std::isfinite(spec.epsilon) && spec.epsilon > 0,
                "The epsilon of a batch normalization must be above 0; try 0.001.");
  const auto add = [&](const char* suffix, float value, bool trainable) {
    variables_.push_back({.name = name + suffix,
                          .shape = {inputs},
                          .values = std::vector<float>(inputs, value),
                          .trainable = trainable});
  };
  add("/gamma", 1, true);
  add("/beta", 0, true);
  add("/moving_mean", 0, false);
  add("/moving_variance", 1, false);
}

void BatchNormalizationLayer::Normalize(std::span<const float> x, std::span<const float> mean,
                                        std::span<const float> variance, std::span<float> y) const {
  std::vector<float> scale(inputs_), shift(inputs_);
  for (size_t i = 0; i < inputs_; ++i) {
    scale[i] = variables_[kGamma].values[i] / std::sqrt(variance[i] + spec_.epsilon);
    shift[i] = variables_[kBeta].values[i] - mean[i] * scale[i];
  }
  for (size_t row = 0; row < x.size(); row += inputs_) {
    for (size_t i = 0; i < inputs_; ++i) y[row + i] = x[row + i] * scale[i] + shift[i];
  }
}

void BatchNormalizationLayer::Forward(std::span<const float> x, size_t, std::span<float> y,
                                      Parallel&) const {
  Normalize(x, variables_[kMovingMean].values, variables_[kMovingVariance].values, y);
}

void BatchNormalizationLayer::ForwardTraining(std::span<const float> x, size_t rows,
                                              std::span<float> y, Rng&, Parallel&) {
  const auto count = static_cast<float>(rows);
  mean_.assign(inputs_, 0);
  variance_.assign(inputs_, 0);
  for (size_t row = 0; row < x.size(); row += inputs_) {
    for (size_t i = 0; i < inputs_; ++i) mean_[i] += x[row + i];
  }
  for (float& value : mean_) value /= count;
  for (size_t row = 0; row < x.size(); row += inputs_) {
    for (size_t i = 0; i < inputs_; ++i) {
      const float difference = x[row + i] - mean_[i];
      variance_[i] += difference * difference;
    }
  }
  for (float& value : variance_) value /= count;
  Normalize(x, mean_, variance_, y);
}

void BatchNormalizationLayer::Backward(std::span<const float> x, std::span<const float>,
                                       std::span<float> dy, size_t rows, std::span<float> dx,
                                       GradientSink& sink, Parallel&) {
  // Here and not in the forward pass: a step that is given up must leave no trace.
  MoveTowards(mean_, spec_.momentum, variables_[kMovingMean].values);
  MoveTowards(variance_, spec_.momentum, variables_[kMovingVariance].values);

  std::vector<float> deviation(inputs_), dgamma(inputs_), dbeta(inputs_);
  for (size_t i = 0; i < inputs_; ++i) deviation[i] = std::sqrt(variance_[i] + spec_.epsilon);
  for (size_t row = 0; row < x.size(); row += inputs_) {
    for (size_t i = 0; i < inputs_; ++i) {
      dgamma[i] += dy[row + i] * (x[row + i] - mean_[i]) / deviation[i];
      dbeta[i] += dy[row + i];
    }
  }
  // Ioffe and Szegedy, "Batch Normalization" (2015), section 3, with the sums taken together.
  const auto count = static_cast<float>(rows);
  for (size_t row = 0; row < dx.size(); row += inputs_) {
    for (size_t i = 0; i < inputs_; ++i) {
      const float normalized = (x[row + i] - mean_[i]) / deviation[i];
      dx[row + i] = variables_[kGamma].values[i] / deviation[i] *
                    (dy[row + i] - (dbeta[i] + normalized * dgamma[i]) / count);
    }
  }
  sink.Accept(variables_[kGamma], 0, dgamma);
  sink.Accept(variables_[kBeta], 0, dbeta);
}

}  // namespace tabtrain
