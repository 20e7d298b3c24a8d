// XNNPACK's operators behind one type that owns them and checks every status. Activations are NHWC;
// the layouts, the padding order and the life cycle are those of xnnpack.h.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "backbone/inception_v3.h"

struct xnn_operator;
struct pthreadpool;

namespace tabtrain {

class XnnOperator {
 public:
  // `layer.type` is kConv: kernel [out, height, width, in] (OHWI), bias [out], relu after it.
  // The strides are the channel counts of the tensors that it reads and writes.
  static XnnOperator Convolution(const InceptionLayer& layer, std::span<const float> kernel,
                                 std::span<const float> bias, size_t input_stride,
                                 size_t output_stride);
  // `layer.type` is kMaxPool or kAveragePool.
  static XnnOperator Pooling(const InceptionLayer& layer, size_t input_stride,
                             size_t output_stride);

  // Fixes the sizes of the input and returns how many bytes of workspace Setup wants, 64-byte
  // aligned.
  size_t Reshape(size_t batch, size_t height, size_t width, pthreadpool* pool);
  // Fixes the pointers, which stay in use until the next Setup.
  void Setup(const float* input, float* output, void* workspace);
  void Run(pthreadpool* pool) const;

 private:
  struct Deleter {
    void operator()(xnn_operator* op) const;
  };
  XnnOperator(const InceptionLayer& layer, xnn_operator* op, size_t input_stride,
              size_t output_stride)
      : layer_(&layer), op_(op), input_stride_(input_stride), output_stride_(output_stride) {}

  const InceptionLayer* layer_;
  std::unique_ptr<xnn_operator, Deleter> op_;
  size_t input_stride_, output_stride_;
};

}  // namespace tabtrain
