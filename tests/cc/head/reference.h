// A head in plain loops and double precision, written from the formulas alone: what the fast one is
// held against.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "head/head.h"

namespace tabtrain::reference {

using Row = std::vector<double>;
using Rows = std::vector<Row>;
using Values = std::vector<std::vector<double>>;  // of each variable, in the head's order

inline Values ValuesOf(const Head& head) {
  Values values;
  for (const Variable* variable : head.variables()) {
    values.emplace_back(variable->values.begin(), variable->values.end());
  }
  return values;
}

inline Row Activated(Activation activation, Row z) {
  switch (activation) {
    case Activation::kLinear:
      break;
    case Activation::kRelu:
      for (double& value : z) value = std::max(value, 0.0);
      break;
    case Activation::kSigmoid:
      for (double& value : z) value = 1 / (1 + std::exp(-value));
      break;
    case Activation::kSoftmax: {
      double sum = 0;
      for (double& value : z) sum += value = std::exp(value);
      for (double& value : z) value /= sum;
      break;
    }
  }
  return z;
}

// Takes the values of a head's variables in their order.
class Reader {
 public:
  explicit Reader(const Values& values) : values_(values) {}
  const std::vector<double>& Next() { return values_[next_++]; }

 private:
  const Values& values_;
  size_t next_ = 0;
};

// Each layer, in training: x -> y.
struct Layers {
  const Rows& x;
  Reader& reader;

  Rows operator()(const Dense& spec) const {
    const auto& kernel = reader.Next();
    const auto& bias = reader.Next();
    Rows y;
    for (const Row& row : x) {
      Row z(spec.units);
      for (size_t j = 0; j < spec.units; ++j) {
        z[j] = bias[j];
        for (size_t i = 0; i < row.size(); ++i) z[j] += row[i] * kernel[i * spec.units + j];
      }
      y.push_back(Activated(spec.activation, z));
    }
    return y;
  }

  // The reference draws no random numbers: only a rate of 0 makes sense here.
  Rows operator()(const Dropout&) const { return x; }

  Rows operator()(const BatchNormalization& spec) const {
    const auto& gamma = reader.Next();
    const auto& beta = reader.Next();
    reader.Next();  // the moving averages, which training does not look at
    reader.Next();
    Rows y = x;
    const auto count = static_cast<double>(x.size());
    for (size_t i = 0; i < gamma.size(); ++i) {
      double mean = 0, variance = 0;
      for (const Row& row : x) mean += row[i] / count;
      for (const Row& row : x) variance += (row[i] - mean) * (row[i] - mean) / count;
      for (size_t r = 0; r < x.size(); ++r) {
        y[r][i] = gamma[i] * (x[r][i] - mean) / std::sqrt(variance + spec.epsilon) + beta[i];
      }
    }
    return y;
  }

  Rows operator()(const Normalization&) const {
    const auto& mean = reader.Next();
    const auto& variance = reader.Next();
    Rows y = x;
    for (Row& row : y) {
      for (size_t i = 0; i < row.size(); ++i) row[i] = (row[i] - mean[i]) / std::sqrt(variance[i]);
    }
    return y;
  }
};

inline Rows Predict(const Head& head, const Values& values, std::span<const float> features) {
  Rows rows;
  for (size_t i = 0; i < features.size(); i += head.input_size()) {
    const auto row = features.subspan(i, head.input_size());
    rows.emplace_back(row.begin(), row.end());
  }
  Reader reader(values);
  for (const LayerSpec& spec : head.specs()) rows = std::visit(Layers{rows, reader}, spec);
  return rows;
}

struct LossOptions {
  double label_smoothing = 0;
  std::vector<float> class_weights;
};

// The mean over the rows, with the L2 penalties.
inline double Loss(const Head& head, const Values& values, std::span<const float> features,
                   std::span<const int32_t> labels, const LossOptions& options) {
  const Rows probabilities = Predict(head, values, features);
  const size_t classes = head.classes();
  double loss = 0;
  for (size_t row = 0; row < labels.size(); ++row) {
    const auto label = static_cast<size_t>(labels[row]);
    const double weight = options.class_weights.empty() ? 1 : options.class_weights[label];
    for (size_t j = 0; j < classes; ++j) {
      const double target = (j == label) * (1 - options.label_smoothing) +
                            options.label_smoothing / static_cast<double>(classes);
      loss -=
          weight * target * std::log(probabilities[row][j]) / static_cast<double>(labels.size());
    }
  }
  const auto variables = head.variables();
  for (size_t i = 0; i < variables.size(); ++i) {
    for (const double value : values[i]) loss += variables[i]->l2 * value * value;
  }
  return loss;
}

// The gradient of Loss by every value, by central differences.
inline Values Gradient(const Head& head, std::span<const float> features,
                       std::span<const int32_t> labels, const LossOptions& options) {
  constexpr double kStep = 1e-5;
  Values values = ValuesOf(head);
  Values gradient = values;
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < values[i].size(); ++j) {
      const double value = values[i][j];
      values[i][j] = value + kStep;
      const double above = Loss(head, values, features, labels, options);
      values[i][j] = value - kStep;
      const double below = Loss(head, values, features, labels, options);
      values[i][j] = value;
      gradient[i][j] = (above - below) / (2 * kStep);
    }
  }
  return gradient;
}

}  // namespace tabtrain::reference
