// What a backbone computes in: which operators run, and how activations are stored between them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "backbone/graph.h"
#include "backbone/operator.h"
#include "backbone/quantization.h"
#include "core/input.h"

namespace tabtrain {

class Arithmetic {
 public:
  virtual ~Arithmetic() = default;

  // Bytes of an activation.
  virtual size_t element_size() const = 0;
  // Channels of a pixel of the network's input as it is stored.
  virtual int input_channels() const { return kInputChannels; }

  // kernel [out, height, width, in] and bias [out] with batch normalization folded in, of all parts
  // of the operation.
  virtual std::unique_ptr<Operator> Convolution(const Operation& operation,
                                                const OperatorShape& shape,
                                                std::span<const float> kernel,
                                                std::span<const float> bias) const = 0;
  virtual std::unique_ptr<Operator> Pooling(const Operation& operation,
                                            const OperatorShape& shape) const = 0;

  // Stores pixels [count, 3] of -1..1 as the network's input.
  virtual void StoreInput(std::span<const float> pixels, void* to) const = 0;
  // Reads neighbouring channels of a tensor, an index into Graph::tensors.
  virtual void Read(size_t tensor, const void* from, std::span<float> values) const = 0;
};

std::unique_ptr<Arithmetic> Float32Arithmetic();

// int8 by XNNPACK: 8 bits an activation, with one scale and zero point a tensor. It is fast where
// the processor has dot products of 8 bits. The graph has to live as long.
std::unique_ptr<Arithmetic> Int8Arithmetic(const Graph& graph, const ActivationRanges& ranges);

// int16 by our own operators: 12 bits an activation, with one scale a tensor, of which direct
// convolutions read 7.
std::unique_ptr<Arithmetic> Int16Arithmetic(const Graph& graph, const ActivationRanges& ranges);

}  // namespace tabtrain
