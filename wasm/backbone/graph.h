// The graph as it runs: the layers of the table that a set of feature layers needs, rearranged
// where that is cheaper and exact, and where every tensor lies in one arena.
//
// Two rearrangements, both without effect on the result but for rounding:
//  - Sibling 1x1 convolutions of a block, which read the same tensor, become one convolution.
//  - A 1x1 convolution behind an average pooling runs before it, on its fewer channels, without its
//    relu, which follows the pooling. Both are linear, and the weights of an average sum to 1, so
//    the bias may be added on either side.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backbone/inception_v3.h"

namespace tabtrain {

// The pixels that one or more tensors share: [batch, height, width, channels] (NHWC).
struct Buffer {
  int height = 0, width = 0;
  int channels = 0;                    // of all its tensors: the distance between pixels
  size_t first_use = 0, last_use = 0;  // indices into Graph::operations

  size_t elements() const { return static_cast<size_t>(height) * width * channels; }  // one image
};

// A tensor of the table: channels of a buffer from `channel` on.
struct Tensor {
  std::string_view name;
  size_t buffer = 0;  // index into Graph::buffers
  int channel = 0, channels = 0;
};

// What an operation computes of the table: `layer`, into `channels` channels of `tensor`.
struct OperationPart {
  const InceptionLayer* layer;
  size_t tensor;  // index into Graph::tensors
  int tensor_channel, channels;
};

struct Operation {
  LayerType type;
  int kernel_height, kernel_width, stride;
  Padding padding;
  bool relu;     // after a convolution or an average pooling
  size_t input;  // index into Graph::tensors
  int in_channels, out_channels;
  // Side by side in one buffer, in this order; more than one for sibling convolutions.
  std::vector<OperationPart> parts;

  std::string_view name() const { return parts[0].layer->name; }
};

struct Graph {
  std::vector<Operation> operations;  // in the order in which they run
  std::vector<Tensor> tensors;        // the first one is "input"
  std::vector<Buffer> buffers;
  std::vector<size_t> features;  // indices into tensors, in the order asked for

  // Throws kInvalidArgument for a tensor that this graph does not have.
  const Tensor& Find(std::string_view name) const;
  const Buffer& BufferOf(const Tensor& tensor) const { return buffers[tensor.buffer]; }
  int feature_size() const;  // channels of all feature tensors together
  // Where a part's channels begin in its buffer.
  int ChannelOf(const OperationPart& part) const {
    return tensors[part.tensor].channel + part.tensor_channel;
  }
};

// The graph that ends in `feature_layers`, names of tensors such as "mixed10", which live to the
// end of the run. Throws kInvalidArgument for an unknown name and for none.
Graph BuildGraph(std::span<const std::string> feature_layers);

// Where the buffers lie: those that are never in use at the same time share memory.
struct Arena {
  std::vector<size_t> offsets;  // of Graph::buffers, in bytes
  size_t size = 0;              // bytes, with room for what XNNPACK reads past the end
};
Arena PlanArena(const Graph& graph, size_t batch, size_t element_size);

}  // namespace tabtrain
