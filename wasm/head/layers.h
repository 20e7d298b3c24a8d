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
};

using LayerSpec = std::variant<Dense>;

}  // namespace tabtrain
