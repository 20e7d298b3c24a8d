// One operator of the graph: it knows its weights, is given its sizes, then its pointers, and runs.
#pragma once

#include <cstddef>
#include <string>

#include "backbone/inception_v3.h"
#include "backbone/thread_pool.h"

namespace tabtrain {

enum class Precision { kFloat32, kInt8 };

// Sizes of an operator. Activations are NHWC; the strides are the distances between pixels of what
// it reads and writes, in elements, which let it work on channels of wider buffers.
struct OperatorShape {
  std::string name;  // for messages
  LayerType type;
  int kernel_height, kernel_width, stride;
  Padding padding;
  int in_channels, out_channels;
  size_t input_stride, output_stride;
  bool relu = true;  // after a convolution or an average pooling

  size_t kernel_size() const {
    return static_cast<size_t>(kernel_height) * kernel_width * in_channels * out_channels;
  }
  int pad_y() const { return padding == Padding::kSame ? (kernel_height - 1) / 2 : 0; }
  int pad_x() const { return padding == Padding::kSame ? (kernel_width - 1) / 2 : 0; }
};

class Operator {
 public:
  Operator() = default;
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;
  virtual ~Operator() = default;

  // Fixes the sizes of the input, in pixels, and returns how many bytes of workspace Setup wants,
  // 64-byte aligned.
  virtual size_t Reshape(size_t batch, size_t height, size_t width, ThreadPool& pool) = 0;
  // Fixes the pointers, which stay in use until the next Setup. They point at the first channel
  // read and written; the elements are those of the operator's precision.
  virtual void Setup(const void* input, void* output, void* workspace) = 0;
  virtual void Run(ThreadPool& pool) const = 0;
};

}  // namespace tabtrain
