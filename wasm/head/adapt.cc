#include "head/adapt.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "head/normalization.h"

namespace tabtrain {
namespace {

bool HasNormalization(const Head& head) {
  return std::holds_alternative<Normalization>(head.specs().front());
}

// Mean and variance of columns, by Welford's method: one row at a time, without cancellation.
class Moments {
 public:
  explicit Moments(size_t columns) : mean_(columns), squares_(columns) {}

  void Add(std::span<const float> row) {
    ++count_;
    for (size_t i = 0; i < row.size(); ++i) {
      const double difference = row[i] - mean_[i];
      mean_[i] += difference / static_cast<double>(count_);
      squares_[i] += difference * (row[i] - mean_[i]);
    }
  }

  float Mean(size_t column) const { return static_cast<float>(mean_[column]); }
  float Variance(size_t column) const {
    return static_cast<float>(squares_[column] / static_cast<double>(count_));
  }

 private:
  size_t count_ = 0;
  std::vector<double> mean_;
  std::vector<double> squares_;  // of the differences from the mean
};

// kernel'_ij = kernel_ij / s_i and bias'_j = bias_j - sum_i mean_i kernel'_ij.
void FoldInto(const std::vector<float>& mean, const std::vector<float>& variance, Variable& kernel,
              Variable& bias) {
  const size_t units = bias.values.size();
  std::vector<double> shift(units);
  for (size_t i = 0; i < mean.size(); ++i) {
    const double scale = NormalizationScale(variance[i]);
    for (size_t j = 0; j < units; ++j) {
      float& value = kernel.values[i * units + j];
      const double scaled = value * scale;
      value = static_cast<float>(scaled);
      shift[j] += mean[i] * scaled;
    }
  }
  for (size_t j = 0; j < units; ++j) bias.values[j] -= static_cast<float>(shift[j]);
}

}  // namespace

void Adapt(Head& head, const Samples& training) {
  if (!HasNormalization(head)) return;
  Moments moments(head.input_size());
  std::vector<float> row(head.input_size());
  for (const size_t index : training.indices) {
    training.features->Read(index, row);
    moments.Add(row);
  }
  Variable& mean = *head.variables()[0];
  Variable& variance = *head.variables()[1];
  for (size_t i = 0; i < row.size(); ++i) {
    mean.values[i] = moments.Mean(i);
    variance.values[i] = moments.Variance(i) > 0 ? moments.Variance(i) : 1;
  }
}

Head Folded(const Head& head) {
  std::vector<LayerSpec> specs = head.specs();
  Weights weights = head.GetWeights();
  const bool normalized = HasNormalization(head);
  const auto next = std::ranges::find_if(specs.begin() + normalized, specs.end(), [](auto& spec) {
    return !std::holds_alternative<Dropout>(spec);
  });
  const bool foldable = normalized && std::holds_alternative<Dense>(*next);
  if (foldable) {
    specs.erase(specs.begin());
    weights.erase(weights.begin(), weights.begin() + 2);
  }
  Head folded(head.input_size(), std::move(specs), 0);
  folded.SetWeights(weights);
  if (foldable) {
    const auto variables = head.variables();
    FoldInto(variables[0]->values, variables[1]->values, *folded.variables()[0],
             *folded.variables()[1]);
  }
  return folded;
}

}  // namespace tabtrain
