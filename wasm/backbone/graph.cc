#include "backbone/graph.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/input.h"

namespace tabtrain {
namespace {

int OutputSize(int size, int kernel, int stride, Padding padding) {
  return padding == Padding::kSame ? (size + stride - 1) / stride : (size - kernel) / stride + 1;
}

bool Is1x1(const Operation& op) {
  return op.type == LayerType::kConv && op.kernel_height == 1 && op.kernel_width == 1;
}

void CheckFeatureLayers(std::span<const std::string> feature_layers) {
  CheckArgument(!feature_layers.empty(), "no feature layers: name at least one, such as mixed10");
  for (const std::string& name : feature_layers) {
    // What an average pooling gives is not a tensor of the rearranged graph.
    const bool known =
        std::any_of(kInceptionV3.begin(), kInceptionV3.end(), [&](const InceptionLayer& layer) {
          return layer.output == name && layer.type != LayerType::kAveragePool;
        });
    CheckArgument(known, "InceptionV3 has no layer " + name + " to take features from");
  }
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

class GraphBuilder {
 public:
  explicit GraphBuilder(std::span<const std::string> feature_layers) {
    FindOrAddTensor("input").channels = kInputChannels;
    const InceptionLayer* average = nullptr;
    for (const InceptionLayer* layer : NeededLayers(feature_layers)) {
      if (layer->type == LayerType::kAveragePool) {
        average = layer;  // what follows it in the table is its 1x1 convolution
      } else if (average != nullptr) {
        AddBeforePooling(*layer, *average);
        average = nullptr;
      } else if (!JoinSibling(*layer)) {
        Add(*layer, layer->input, layer->output, layer->output_channel, layer->in_channels,
            /*relu=*/true);
      }
    }
  }

  Graph Build(std::span<const std::string> feature_layers) && {
    MakeBuffers();
    for (const std::string& name : feature_layers) {
      const size_t tensor = TensorIndex(name);
      graph_.features.push_back(tensor);
      graph_.buffers[graph_.tensors[tensor].buffer].last_use = graph_.operations.size();
    }
    return std::move(graph_);
  }

 private:
  Tensor& FindOrAddTensor(std::string_view name) {
    const auto found = std::find_if(graph_.tensors.begin(), graph_.tensors.end(),
                                    [name](const Tensor& t) { return t.name == name; });
    if (found != graph_.tensors.end()) return *found;
    graph_.tensors.push_back({.name = name});
    return graph_.tensors.back();
  }

  size_t TensorIndex(std::string_view name) {
    return &FindOrAddTensor(name) - graph_.tensors.data();
  }

  OperationPart MakePart(const InceptionLayer& layer, std::string_view output, int channel,
                         int channels) {
    Tensor& tensor = FindOrAddTensor(output);
    tensor.channels = std::max(tensor.channels, channel + channels);
    return {&layer, TensorIndex(output), channel, channels};
  }

  void Add(const InceptionLayer& layer, std::string_view input, std::string_view output,
           int output_channel, int in_channels, bool relu) {
    const int out_channels = layer.type == LayerType::kConv ? layer.out_channels : in_channels;
    graph_.operations.push_back({.type = layer.type,
                                 .kernel_height = layer.kernel_height,
                                 .kernel_width = layer.kernel_width,
                                 .stride = layer.stride,
                                 .padding = layer.padding,
                                 .relu = relu,
                                 .input = TensorIndex(input),
                                 .in_channels = in_channels,
                                 .out_channels = out_channels,
                                 .parts = {MakePart(layer, output, output_channel, out_channels)}});
  }

  void AddBeforePooling(const InceptionLayer& conv, const InceptionLayer& average) {
    Add(conv, average.input, conv.name, 0, conv.in_channels, /*relu=*/false);
    Add(average, conv.name, conv.output, conv.output_channel, conv.out_channels, /*relu=*/true);
  }

  // Whether the layer has become a part of an operation that was there.
  bool JoinSibling(const InceptionLayer& layer) {
    const bool is_1x1 = layer.kernel_height == 1 && layer.kernel_width == 1;
    if (layer.type != LayerType::kConv || !is_1x1) return false;
    for (Operation& op : graph_.operations) {
      if (!Is1x1(op) || !op.relu || graph_.tensors[op.input].name != layer.input) continue;
      op.parts.push_back(MakePart(layer, layer.output, layer.output_channel, layer.out_channels));
      op.out_channels += layer.out_channels;
      return true;
    }
    return false;
  }

  // One buffer a tensor, but for the outputs of siblings, which share one: the tensors that only
  // they write come first, then the block's own, which one of them may begin.
  void MakeBuffers() {
    std::vector<bool> placed(graph_.tensors.size());
    const auto place = [&](size_t tensor, size_t buffer) {
      if (placed[tensor]) return;
      placed[tensor] = true;
      graph_.tensors[tensor].buffer = buffer;
      graph_.tensors[tensor].channel = graph_.buffers[buffer].channels;
      graph_.buffers[buffer].channels += graph_.tensors[tensor].channels;
    };
    graph_.buffers.push_back({.height = kInputSize, .width = kInputSize});
    place(0, 0);
    for (size_t i = 0; i < graph_.operations.size(); ++i) {
      Operation& op = graph_.operations[i];
      std::stable_partition(op.parts.begin(), op.parts.end(), [](const OperationPart& part) {
        return part.layer->output == part.layer->name;
      });
      const size_t first = op.parts[0].tensor;
      const size_t buffer = placed[first] ? graph_.tensors[first].buffer : graph_.buffers.size();
      Buffer& input = graph_.buffers[graph_.tensors[op.input].buffer];
      input.last_use = i;
      if (buffer == graph_.buffers.size()) {
        const int height = OutputSize(input.height, op.kernel_height, op.stride, op.padding);
        const int width = OutputSize(input.width, op.kernel_width, op.stride, op.padding);
        graph_.buffers.push_back({.height = height, .width = width, .first_use = i});
      }
      graph_.buffers[buffer].last_use = i;
      for (const OperationPart& part : op.parts) place(part.tensor, buffer);
    }
  }

  Graph graph_;
};

}  // namespace

const Tensor& Graph::Find(std::string_view name) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [name](const Tensor& t) { return t.name == name; });
  CheckArgument(found != tensors.end(), "no tensor " + std::string(name) + " in this graph");
  return *found;
}

int Graph::feature_size() const {
  int size = 0;
  for (const size_t index : features) size += tensors[index].channels;
  return size;
}

Graph BuildGraph(std::span<const std::string> feature_layers) {
  CheckFeatureLayers(feature_layers);
  return GraphBuilder(feature_layers).Build(feature_layers);
}

// First fit by size: the largest buffers choose first, each at the lowest offset where no buffer
// with an overlapping lifetime lies.
Arena PlanArena(const Graph& graph, size_t batch, size_t element_size) {
  constexpr size_t kAlignment = 64;     // a cache line
  constexpr size_t kReadPastEnd = 128;  // more than XNN_EXTRA_BYTES
  CheckArgument(batch > 0, "the batch is empty: run at least one image");
  const auto size = [&](size_t buffer) {
    const size_t bytes = graph.buffers[buffer].elements() * batch * element_size + kReadPastEnd;
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
  };
  Arena arena{.offsets = std::vector<size_t>(graph.buffers.size())};
  std::vector<size_t> order(graph.buffers.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return size(a) > size(b); });
  std::vector<size_t> placed;  // by offset
  for (const size_t index : order) {
    const Buffer& buffer = graph.buffers[index];
    size_t offset = 0;
    for (const size_t other : placed) {
      const bool overlaps = graph.buffers[other].first_use <= buffer.last_use &&
                            buffer.first_use <= graph.buffers[other].last_use;
      if (overlaps && offset + size(index) > arena.offsets[other]) {
        offset = std::max(offset, arena.offsets[other] + size(other));
      }
    }
    arena.offsets[index] = offset;
    placed.insert(
        std::upper_bound(placed.begin(), placed.end(), index,
                         [&](size_t a, size_t b) { return arena.offsets[a] < arena.offsets[b]; }),
        index);
    arena.size = std::max(arena.size, offset + size(index));
  }
  return arena;
}

}  // namespace tabtrain
