#include "head/adapt.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/error.h"
#include "head/moments.h"
#include "head/normalization.h"

namespace tabtrain {
namespace {

bool HasNormalization(const Head& head) {
  return std::holds_alternative<Normalization>(head.specs().front());
}

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
  CheckArgument(training.size() > 0,
                "There is nothing to learn mean and variance from: add images.");
  std::vector<float> row(head.input_size());
  std::vector<double> means(row.size()), squares(row.size());
  size_t count = 0;
  for (const size_t index : training.indices) {
    training.features->Read(index, row);
    AddRow(row, ++count, means, squares);
  }
  Variable& mean = *head.variables()[0];
  Variable& variance = *head.variables()[1];
  for (size_t i = 0; i < row.size(); ++i) {
    const auto spread = static_cast<float>(squares[i] / static_cast<double>(count));
    mean.values[i] = static_cast<float>(means[i]);
    variance.values[i] = spread > 0 ? spread : 1;
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
