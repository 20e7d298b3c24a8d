#include "backbone/tensor_plan.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/input.h"

namespace tabtrain {
namespace {

constexpr size_t kAlignment = 16;    // floats: one cache line
constexpr size_t kReadPastEnd = 16;  // floats: more than XNN_EXTRA_BYTES

int OutputSize(int size, int kernel, int stride, Padding padding) {
  return padding == Padding::kSame ? (size + stride - 1) / stride : (size - kernel) / stride + 1;
}

// The layers that the features need, found from the last to the first.
std::vector<const InceptionLayer*> NeededLayers(std::span<const std::string> feature_layers) {
  std::set<std::string_view> wanted(feature_layers.begin(), feature_layers.end());
  std::vector<const InceptionLayer*> layers;
  for (size_t i = kInceptionV3.size(); i-- > 0;) {
    const InceptionLayer& layer = kInceptionV3[i];
    if (!wanted.contains(layer.output)) continue;
    wanted.insert(layer.input);
    layers.push_back(&layer);
  }
  std::reverse(layers.begin(), layers.end());
  return layers;
}

// First fit by size: the largest tensors choose first, each at the lowest offset where no tensor
// with an overlapping lifetime lies. Returns the size of the arena.
size_t AssignOffsets(std::vector<Tensor>& tensors, size_t batch) {
  const auto size = [batch](const Tensor& t) {
    return (t.elements() * batch + kReadPastEnd + kAlignment - 1) / kAlignment * kAlignment;
  };
  std::vector<Tensor*> order;
  order.reserve(tensors.size());
  for (Tensor& tensor : tensors) order.push_back(&tensor);
  std::stable_sort(order.begin(), order.end(),
                   [&](const Tensor* a, const Tensor* b) { return size(*a) > size(*b); });
  std::vector<const Tensor*> placed;  // by offset
  size_t arena_size = 0;
  for (Tensor* tensor : order) {
    size_t offset = 0;
    for (const Tensor* other : placed) {
      const bool overlaps =
          other->first_use <= tensor->last_use && tensor->first_use <= other->last_use;
      if (overlaps && offset + size(*tensor) > other->offset) {
        offset = std::max(offset, other->offset + size(*other));
      }
    }
    tensor->offset = offset;
    placed.insert(std::upper_bound(placed.begin(), placed.end(), tensor,
                                   [](auto* a, auto* b) { return a->offset < b->offset; }),
                  tensor);
    arena_size = std::max(arena_size, offset + size(*tensor));
  }
  return arena_size;
}

Tensor& FindOrAdd(std::vector<Tensor>& tensors, std::string_view name, size_t use) {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [name](const Tensor& t) { return t.name == name; });
  if (found != tensors.end()) return *found;
  tensors.push_back({.name = name, .first_use = use, .last_use = use});
  return tensors.back();
}

}  // namespace

const Tensor& TensorPlan::Find(std::string_view name) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [name](const Tensor& t) { return t.name == name; });
  CheckArgument(found != tensors.end(), "no tensor " + std::string(name) + " in this graph");
  return *found;
}

size_t TensorPlan::feature_size() const {
  size_t size = 0;
  for (const size_t index : features) size += tensors[index].channels;
  return size;
}

TensorPlan PlanTensors(std::span<const std::string> feature_layers, size_t batch) {
  CheckArgument(batch > 0, "the batch is empty: run at least one image");
  CheckArgument(!feature_layers.empty(), "no feature layers: name at least one, such as mixed10");

  TensorPlan plan;
  plan.batch = batch;
  plan.layers = NeededLayers(feature_layers);
  plan.tensors.push_back(
      {.name = "input", .height = kInputSize, .width = kInputSize, .channels = kInputChannels});
  for (size_t i = 0; i < plan.layers.size(); ++i) {
    const InceptionLayer& layer = *plan.layers[i];
    Tensor& input = FindOrAdd(plan.tensors, layer.input, i);
    input.last_use = i;
    const int height = input.height, width = input.width;  // FindOrAdd below may move `input`
    Tensor& output = FindOrAdd(plan.tensors, layer.output, i);
    output.height = OutputSize(height, layer.kernel_height, layer.stride, layer.padding);
    output.width = OutputSize(width, layer.kernel_width, layer.stride, layer.padding);
    output.channels = std::max(output.channels, layer.output_channel + layer.out_channels);
    output.last_use = i;
  }
  for (const std::string& name : feature_layers) {
    const auto found = std::find_if(plan.tensors.begin(), plan.tensors.end(),
                                    [&](const Tensor& t) { return t.name == name; });
    CheckArgument(found != plan.tensors.end() && name != "input",
                  "InceptionV3 has no layer " + name + " to take features from");
    found->last_use = plan.layers.size();
    plan.features.push_back(found - plan.tensors.begin());
  }
  plan.arena_size = AssignOffsets(plan.tensors, batch);
  return plan;
}

}  // namespace tabtrain
