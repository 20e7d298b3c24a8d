#include "head/activation.h"

#include <algorithm>
#include <cmath>

namespace tabtrain {
namespace {

// exp(z - max) / sum, which cannot overflow.
void Softmax(std::span<float> row) {
  const float max = *std::max_element(row.begin(), row.end());
  float sum = 0;
  for (float& value : row) {
    value = std::exp(value - max);
    sum += value;
  }
  for (float& value : row) value /= sum;
}

// dz_i = y_i (dy_i - sum_j dy_j y_j)
void SoftmaxGradient(std::span<const float> y, std::span<float> dy) {
  float dot = 0;
  for (size_t i = 0; i < y.size(); ++i) dot += dy[i] * y[i];
  for (size_t i = 0; i < y.size(); ++i) dy[i] = y[i] * (dy[i] - dot);
}

}  // namespace

void Activate(Activation activation, size_t columns, std::span<float> y) {
  switch (activation) {
    case Activation::kLinear:
      break;
    case Activation::kRelu:
      // NaN must stay NaN, so that a diverged training shows: not max(0, value).
      for (float& value : y) value = value < 0 ? 0 : value;
      break;
    case Activation::kSigmoid:
      for (float& value : y) value = 1 / (1 + std::exp(-value));
      break;
    case Activation::kSoftmax:
      for (size_t i = 0; i < y.size(); i += columns) Softmax(y.subspan(i, columns));
      break;
  }
}

void ActivationGradient(Activation activation, size_t columns, std::span<const float> y,
                        std::span<float> dy) {
  switch (activation) {
    case Activation::kLinear:
      break;
    case Activation::kRelu:
      for (size_t i = 0; i < y.size(); ++i) dy[i] = y[i] > 0 ? dy[i] : 0;
      break;
    case Activation::kSigmoid:
      for (size_t i = 0; i < y.size(); ++i) dy[i] *= y[i] * (1 - y[i]);
      break;
    case Activation::kSoftmax:
      for (size_t i = 0; i < y.size(); i += columns) {
        SoftmaxGradient(y.subspan(i, columns), dy.subspan(i, columns));
      }
      break;
  }
}

}  // namespace tabtrain
