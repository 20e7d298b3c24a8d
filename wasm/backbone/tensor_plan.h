// Which layers a set of feature layers needs, how large every tensor is, and where it lies in one
// arena: tensors whose lifetimes do not overlap share memory.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backbone/inception_v3.h"

namespace tabtrain {

// A [batch, height, width, channels] float32 tensor (NHWC).
struct Tensor {
  std::string_view name;
  int height = 0, width = 0, channels = 0;
  size_t first_use = 0, last_use = 0;  // indices into TensorPlan::layers
  size_t offset = 0;                   // in the arena, in floats

  size_t elements() const { return static_cast<size_t>(height) * width * channels; }  // one image
};

struct TensorPlan {
  std::vector<const InceptionLayer*> layers;  // those that the features need, in order
  std::vector<Tensor> tensors;                // the first one is "input"
  std::vector<size_t> features;               // indices into tensors, in the order asked for
  size_t batch = 0;
  size_t arena_size = 0;  // floats, with room for what XNNPACK reads past the end

  const Tensor& Find(std::string_view name) const;
  size_t feature_size() const;  // channels of all feature tensors together
};

// Plans the graph that ends in `feature_layers` (names of tensors such as "mixed10", which live to
// the end of the run). Throws kInvalidArgument for an unknown name, for none, and for batch 0.
TensorPlan PlanTensors(std::span<const std::string> feature_layers, size_t batch);

}  // namespace tabtrain
