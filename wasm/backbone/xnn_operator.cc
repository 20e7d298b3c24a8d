#include "backbone/xnn_operator.h"

#include <xnnpack.h>

#include <limits>
#include <string>
#include <utility>

#include "core/error.h"

namespace tabtrain {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Deleter {
  void operator()(xnn_operator* op) const { xnn_delete_operator(op); }
};

class XnnOperator : public Operator {
 public:
  explicit XnnOperator(OperatorShape shape) : shape_(std::move(shape)) {
    static const xnn_status status = xnn_initialize(/*allocator=*/nullptr);
    if (status != xnn_status_success) {
      throw Error(ErrorCode::kInternal, "XNNPACK could not be initialized on this device");
    }
  }
  void Run(ThreadPool& pool) const override {
    Check(xnn_run_operator(op_.get(), pool.handle()), "run");
  }

 protected:
  void Check(xnn_status status, const char* call) const {
    if (status == xnn_status_success) return;
    const std::string message =
        shape_.name + ": XNNPACK's " + call + " failed with status " + std::to_string(status);
    throw Error(status == xnn_status_out_of_memory ? ErrorCode::kOutOfMemory : ErrorCode::kInternal,
                message);
  }
  void Own(xnn_status status, xnn_operator* op) {
    Check(status, "create");
    op_.reset(op);
  }

  OperatorShape shape_;
  std::unique_ptr<xnn_operator, Deleter> op_;
};

class Float32Convolution final : public XnnOperator {
 public:
  Float32Convolution(const OperatorShape& shape, std::span<const float> kernel,
                     std::span<const float> bias)
      : XnnOperator(shape) {
    xnn_operator* op = nullptr;
    const uint32_t y = shape.pad_y(), x = shape.pad_x();
    const xnn_status status = xnn_create_convolution2d_nhwc_f32(
        y, x, y, x, shape.kernel_height, shape.kernel_width, shape.stride, shape.stride,
        /*dilation_height=*/1, /*dilation_width=*/1, /*groups=*/1, shape.in_channels,
        shape.out_channels, shape.input_stride, shape.output_stride, kernel.data(), bias.data(),
        shape.relu ? 0 : -kInfinity, kInfinity, /*flags=*/0, /*code_cache=*/nullptr,
        /*weights_cache=*/nullptr, &op);
    Own(status, op);
  }
  size_t Reshape(size_t batch, size_t height, size_t width, ThreadPool& pool) override {
    size_t workspace = 0, alignment = 1, out_height = 0, out_width = 0;
    Check(xnn_reshape_convolution2d_nhwc_f32(op_.get(), batch, height, width, &workspace,
                                             &alignment, &out_height, &out_width, pool.handle()),
          "reshape");
    return workspace;
  }
  void Setup(const void* input, void* output, void* workspace) override {
    Check(xnn_setup_convolution2d_nhwc_f32(op_.get(), workspace, static_cast<const float*>(input),
                                           static_cast<float*>(output)),
          "setup");
  }
};

class Int8Convolution final : public XnnOperator {
 public:
  Int8Convolution(const OperatorShape& shape, const QuantizedConvolution& convolution)
      : XnnOperator(shape) {
    xnn_operator* op = nullptr;
    const uint32_t y = shape.pad_y(), x = shape.pad_x();
    // Scales of 1 for input and output: kernel_scale leads from the one to the other.
    const xnn_status status = xnn_create_convolution2d_nhwc_qs8_qc8w(
        y, x, y, x, shape.kernel_height, shape.kernel_width, shape.stride, shape.stride,
        /*dilation_height=*/1, /*dilation_width=*/1, /*groups=*/1, shape.in_channels,
        shape.out_channels, shape.input_stride, shape.output_stride, convolution.input_zero_point,
        /*input_scale=*/1, convolution.kernel_scale.data(), convolution.kernel.data(),
        convolution.bias.data(), /*output_zero_point=*/-128, /*output_scale=*/1,
        /*output_min=*/-128, /*output_max=*/127, /*flags=*/0, /*code_cache=*/nullptr,
        /*weights_cache=*/nullptr, &op);
    Own(status, op);
  }
  size_t Reshape(size_t batch, size_t height, size_t width, ThreadPool& pool) override {
    size_t workspace = 0, alignment = 1, out_height = 0, out_width = 0;
    Check(
        xnn_reshape_convolution2d_nhwc_qs8_qc8w(op_.get(), batch, height, width, &workspace,
                                                &alignment, &out_height, &out_width, pool.handle()),
        "reshape");
    return workspace;
  }
  void Setup(const void* input, void* output, void* workspace) override {
    Check(
        xnn_setup_convolution2d_nhwc_qs8_qc8w(
            op_.get(), workspace, static_cast<const int8_t*>(input), static_cast<int8_t*>(output)),
        "setup");
  }
};

class MaxPooling final : public XnnOperator {
 public:
  MaxPooling(const OperatorShape& shape, Precision precision)
      : XnnOperator(shape), int8_(precision == Precision::kInt8) {
    xnn_operator* op = nullptr;
    const uint32_t height = shape.kernel_height, width = shape.kernel_width, stride = shape.stride;
    const xnn_status status =
        int8_ ? xnn_create_max_pooling2d_nhwc_s8(0, 0, 0, 0, height, width, stride, stride,
                                                 /*dilation_height=*/1, /*dilation_width=*/1, -128,
                                                 127, /*flags=*/0, &op)
              : xnn_create_max_pooling2d_nhwc_f32(0, 0, 0, 0, height, width, stride, stride,
                                                  /*dilation_height=*/1, /*dilation_width=*/1,
                                                  -kInfinity, kInfinity, /*flags=*/0, &op);
    Own(status, op);
  }
  size_t Reshape(size_t batch, size_t height, size_t width, ThreadPool& pool) override {
    size_t out_height = 0, out_width = 0;
    const auto reshape =
        int8_ ? xnn_reshape_max_pooling2d_nhwc_s8 : xnn_reshape_max_pooling2d_nhwc_f32;
    Check(reshape(op_.get(), batch, height, width, shape_.in_channels, shape_.input_stride,
                  shape_.output_stride, &out_height, &out_width, pool.handle()),
          "reshape");
    return 0;
  }
  void Setup(const void* input, void* output, void* /*workspace*/) override {
    Check(int8_ ? xnn_setup_max_pooling2d_nhwc_s8(op_.get(), static_cast<const int8_t*>(input),
                                                  static_cast<int8_t*>(output))
                : xnn_setup_max_pooling2d_nhwc_f32(op_.get(), static_cast<const float*>(input),
                                                   static_cast<float*>(output)),
          "setup");
  }

 private:
  bool int8_;
};

class Float32AveragePooling final : public XnnOperator {
 public:
  explicit Float32AveragePooling(const OperatorShape& shape) : XnnOperator(shape) {
    xnn_operator* op = nullptr;
    const uint32_t y = shape.pad_y(), x = shape.pad_x();
    // With padding XNNPACK divides by the number of pixels inside the image, as Keras does.
    const xnn_status status = xnn_create_average_pooling2d_nhwc_f32(
        y, x, y, x, shape.kernel_height, shape.kernel_width, shape.stride, shape.stride,
        shape.relu ? 0 : -kInfinity, kInfinity, /*flags=*/0, &op);
    Own(status, op);
  }
  size_t Reshape(size_t batch, size_t height, size_t width, ThreadPool& pool) override {
    size_t workspace = 0, alignment = 1, out_height = 0, out_width = 0;
    Check(xnn_reshape_average_pooling2d_nhwc_f32(
              op_.get(), batch, height, width, shape_.in_channels, shape_.input_stride,
              shape_.output_stride, &workspace, &alignment, &out_height, &out_width, pool.handle()),
          "reshape");
    return workspace;
  }
  void Setup(const void* input, void* output, void* workspace) override {
    Check(xnn_setup_average_pooling2d_nhwc_f32(
              op_.get(), workspace, static_cast<const float*>(input), static_cast<float*>(output)),
          "setup");
  }
};

}  // namespace

std::unique_ptr<Operator> XnnConvolution(const OperatorShape& shape, std::span<const float> kernel,
                                         std::span<const float> bias) {
  CheckInvariant(kernel.size() == shape.kernel_size() &&
                     bias.size() == static_cast<size_t>(shape.out_channels),
                 "a convolution's weights have the wrong size");
  return std::make_unique<Float32Convolution>(shape, kernel, bias);
}

std::unique_ptr<Operator> XnnConvolution(const OperatorShape& shape,
                                         const QuantizedConvolution& convolution) {
  CheckInvariant(convolution.kernel.size() == shape.kernel_size() &&
                     convolution.bias.size() == static_cast<size_t>(shape.out_channels),
                 "a convolution's weights have the wrong size");
  return std::make_unique<Int8Convolution>(shape, convolution);
}

std::unique_ptr<Operator> XnnMaxPooling(const OperatorShape& shape, Precision precision) {
  return std::make_unique<MaxPooling>(shape, precision);
}

std::unique_ptr<Operator> XnnAveragePooling(const OperatorShape& shape) {
  return std::make_unique<Float32AveragePooling>(shape);
}

}  // namespace tabtrain
