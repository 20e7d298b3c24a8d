// A named array of weights.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tabtrain {

struct Variable {
  std::string name;           // as in Keras: "dense/kernel"
  std::vector<size_t> shape;  // {inputs, units}
  std::vector<float> values;  // row-major
  bool trainable = true;
  float l2 = 0;  // the loss holds l2 * sum(values^2)
};

}  // namespace tabtrain
