#include "backbone/xnn_operator.h"

#include <xnnpack.h>

#include <limits>
#include <string>

#include "core/error.h"

namespace tabtrain {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

void Check(xnn_status status, const InceptionLayer& layer, const char* call) {
  if (status == xnn_status_success) return;
  const std::string message = std::string(layer.name) + ": XNNPACK's " + call +
                              " failed with status " + std::to_string(status);
  throw Error(status == xnn_status_out_of_memory ? ErrorCode::kOutOfMemory : ErrorCode::kInternal,
              message);
}

void InitializeOnce() {
  static const xnn_status status = xnn_initialize(/*allocator=*/nullptr);
  if (status != xnn_status_success) {
    throw Error(ErrorCode::kInternal, "XNNPACK could not be initialized on this device");
  }
}

}  // namespace

void XnnOperator::Deleter::operator()(xnn_operator* op) const { xnn_delete_operator(op); }

XnnOperator XnnOperator::Convolution(const InceptionLayer& layer, std::span<const float> kernel,
                                     std::span<const float> bias, size_t input_stride,
                                     size_t output_stride) {
  InitializeOnce();
  const auto size = static_cast<size_t>(layer.kernel_height) * layer.kernel_width *
                    layer.in_channels * layer.out_channels;
  CheckInvariant(kernel.size() == size && bias.size() == static_cast<size_t>(layer.out_channels),
                 "a convolution's weights have the wrong size");
  const bool same = layer.padding == Padding::kSame;
  const uint32_t pad_y = same ? (layer.kernel_height - 1) / 2 : 0;
  const uint32_t pad_x = same ? (layer.kernel_width - 1) / 2 : 0;
  xnn_operator* op = nullptr;
  Check(xnn_create_convolution2d_nhwc_f32(
            pad_y, pad_x, pad_y, pad_x, layer.kernel_height, layer.kernel_width, layer.stride,
            layer.stride, /*dilation_height=*/1, /*dilation_width=*/1, /*groups=*/1,
            layer.in_channels, layer.out_channels, input_stride, output_stride, kernel.data(),
            bias.data(), /*output_min=*/0, /*output_max=*/kInfinity, /*flags=*/0,
            /*code_cache=*/nullptr, /*weights_cache=*/nullptr, &op),
        layer, "create");
  return {layer, op, input_stride, output_stride};
}

XnnOperator XnnOperator::Pooling(const InceptionLayer& layer, size_t input_stride,
                                 size_t output_stride) {
  InitializeOnce();
  xnn_operator* op = nullptr;
  if (layer.type == LayerType::kMaxPool) {
    Check(xnn_create_max_pooling2d_nhwc_f32(0, 0, 0, 0, layer.kernel_height, layer.kernel_width,
                                            layer.stride, layer.stride, /*dilation_height=*/1,
                                            /*dilation_width=*/1, -kInfinity, kInfinity,
                                            /*flags=*/0, &op),
          layer, "create");
  } else {
    // With padding XNNPACK divides by the number of pixels inside the image, as Keras does.
    Check(xnn_create_average_pooling2d_nhwc_f32(1, 1, 1, 1, layer.kernel_height, layer.kernel_width,
                                                layer.stride, layer.stride, -kInfinity, kInfinity,
                                                /*flags=*/0, &op),
          layer, "create");
  }
  return {layer, op, input_stride, output_stride};
}

size_t XnnOperator::Reshape(size_t batch, size_t height, size_t width, pthreadpool* pool) {
  size_t workspace_size = 0, workspace_alignment = 1, out_height = 0, out_width = 0;
  switch (layer_->type) {
    case LayerType::kConv:
      Check(xnn_reshape_convolution2d_nhwc_f32(op_.get(), batch, height, width, &workspace_size,
                                               &workspace_alignment, &out_height, &out_width, pool),
            *layer_, "reshape");
      break;
    case LayerType::kMaxPool:
      Check(xnn_reshape_max_pooling2d_nhwc_f32(op_.get(), batch, height, width, layer_->in_channels,
                                               input_stride_, output_stride_, &out_height,
                                               &out_width, pool),
            *layer_, "reshape");
      break;
    case LayerType::kAveragePool:
      Check(xnn_reshape_average_pooling2d_nhwc_f32(
                op_.get(), batch, height, width, layer_->in_channels, input_stride_, output_stride_,
                &workspace_size, &workspace_alignment, &out_height, &out_width, pool),
            *layer_, "reshape");
      break;
  }
  CheckInvariant(workspace_alignment <= 64, "XNNPACK asks for an unexpected alignment");
  return workspace_size;
}

void XnnOperator::Setup(const float* input, float* output, void* workspace) {
  switch (layer_->type) {
    case LayerType::kConv:
      return Check(xnn_setup_convolution2d_nhwc_f32(op_.get(), workspace, input, output), *layer_,
                   "setup");
    case LayerType::kMaxPool:
      return Check(xnn_setup_max_pooling2d_nhwc_f32(op_.get(), input, output), *layer_, "setup");
    case LayerType::kAveragePool:
      return Check(xnn_setup_average_pooling2d_nhwc_f32(op_.get(), workspace, input, output),
                   *layer_, "setup");
  }
}

void XnnOperator::Run(pthreadpool* pool) const {
  Check(xnn_run_operator(op_.get(), pool), *layer_, "run");
}

}  // namespace tabtrain
