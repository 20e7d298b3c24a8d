// What a head is made of, in Keras' terms and with Keras' defaults.
#pragma once

#include <cstddef>
#include <variant>

namespace tabtrain {

enum class Activation { kLinear, kRelu, kSigmoid, kSoftmax };

// keras.layers.Dense: y = activation(x kernel + bias). The kernel is [inputs, units], drawn by
// glorot_uniform; the bias is [units], zero. `l2` adds l2 * sum(kernel^2) to the loss.
struct Dense {
  size_t units = 0;
  Activation activation = Activation::kLinear;
  float l2 = 0;

  bool operator==(const Dense&) const = default;
};

// keras.layers.Dropout: in training, sets a part `rate` of the values to zero, drawn anew for each
// batch, and scales the others by 1 / (1 - rate).
struct Dropout {
  float rate = 0.5f;

  bool operator==(const Dropout&) const = default;
};

// keras.layers.BatchNormalization: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with
// mean and variance of the batch in training, and at inference their moving averages.
struct BatchNormalization {
  float momentum = 0.99f;
  float epsilon = 1e-3f;

  bool operator==(const BatchNormalization&) const = default;
};

// keras.layers.Normalization: y = (x - mean) / sqrt(variance), learned once from the training
// samples by Head::Adapt. Only as the first layer.
struct Normalization {
  bool operator==(const Normalization&) const = default;
};

using LayerSpec = std::variant<Dense, Dropout, BatchNormalization, Normalization>;

}  // namespace tabtrain
