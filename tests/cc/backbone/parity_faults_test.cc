// Whether the comparison with Keras sees faults: each is put in once, in the weights or between the
// backbone and XNNPACK, and the features must be off by more than the tolerance of the parity test.
#include <gtest/gtest.h>
#include <xnnpack.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "backbone/backbone.h"
#include "backbone/golden.h"

namespace {

// Faults that only exist in code. The linker turns XNNPACK's functions into these (--wrap).
bool shift_padding = false, count_border = false;

// 299 pixels at a stride of 2: one more above leaves the size of the output as it is.
bool IsConv2d1(size_t in_channels) { return in_channels == 3; }

struct AveragePool {
  size_t batch = 0, height = 0, width = 0, channels = 0, stride = 0;
  float* output = nullptr;

  // Divides by 9 everywhere, as if the zeros around the image were pixels of it.
  void CountBorder() const {
    for (size_t pixel = 0; pixel < batch * height * width; ++pixel) {
      const size_t y = pixel / width % height, x = pixel % width;
      const float rows = y == 0 || y == height - 1 ? 2 : 3;
      const float columns = x == 0 || x == width - 1 ? 2 : 3;
      for (size_t c = 0; c < channels; ++c) output[pixel * stride + c] *= rows * columns / 9;
    }
  }
};
std::map<xnn_operator_t, AveragePool> average_pools;

}  // namespace

extern "C" {

xnn_status __real_xnn_create_convolution2d_nhwc_f32(uint32_t, uint32_t, uint32_t, uint32_t,
                                                    uint32_t, uint32_t, uint32_t, uint32_t,
                                                    uint32_t, uint32_t, uint32_t, size_t, size_t,
                                                    size_t, size_t, const float*, const float*,
                                                    float, float, uint32_t, xnn_code_cache_t,
                                                    xnn_weights_cache_t, xnn_operator_t*);
xnn_status __wrap_xnn_create_convolution2d_nhwc_f32(
    uint32_t top, uint32_t right, uint32_t bottom, uint32_t left, uint32_t kernel_height,
    uint32_t kernel_width, uint32_t stride_y, uint32_t stride_x, uint32_t dilation_y,
    uint32_t dilation_x, uint32_t groups, size_t in_channels, size_t out_channels, size_t in_stride,
    size_t out_stride, const float* kernel, const float* bias, float min, float max, uint32_t flags,
    xnn_code_cache_t code_cache, xnn_weights_cache_t weights_cache, xnn_operator_t* op) {
  if (shift_padding && IsConv2d1(in_channels)) top += 1;
  return __real_xnn_create_convolution2d_nhwc_f32(
      top, right, bottom, left, kernel_height, kernel_width, stride_y, stride_x, dilation_y,
      dilation_x, groups, in_channels, out_channels, in_stride, out_stride, kernel, bias, min, max,
      flags, code_cache, weights_cache, op);
}

xnn_status __real_xnn_reshape_average_pooling2d_nhwc_f32(xnn_operator_t, size_t, size_t, size_t,
                                                         size_t, size_t, size_t, size_t*, size_t*,
                                                         size_t*, size_t*, pthreadpool_t);
xnn_status __wrap_xnn_reshape_average_pooling2d_nhwc_f32(xnn_operator_t op, size_t batch,
                                                         size_t height, size_t width,
                                                         size_t channels, size_t in_stride,
                                                         size_t out_stride, size_t* workspace,
                                                         size_t* alignment, size_t* out_height,
                                                         size_t* out_width, pthreadpool_t pool) {
  average_pools[op] = {batch, height, width, channels, out_stride};
  return __real_xnn_reshape_average_pooling2d_nhwc_f32(op, batch, height, width, channels,
                                                       in_stride, out_stride, workspace, alignment,
                                                       out_height, out_width, pool);
}

xnn_status __real_xnn_setup_average_pooling2d_nhwc_f32(xnn_operator_t, void*, const float*, float*);
xnn_status __wrap_xnn_setup_average_pooling2d_nhwc_f32(xnn_operator_t op, void* workspace,
                                                       const float* input, float* output) {
  average_pools[op].output = output;
  return __real_xnn_setup_average_pooling2d_nhwc_f32(op, workspace, input, output);
}

xnn_status __real_xnn_run_operator(xnn_operator_t, pthreadpool_t);
xnn_status __wrap_xnn_run_operator(xnn_operator_t op, pthreadpool_t pool) {
  const xnn_status status = __real_xnn_run_operator(op, pool);
  const auto average_pool = average_pools.find(op);
  if (count_border && average_pool != average_pools.end()) average_pool->second.CountBorder();
  return status;
}

}  // extern "C"

namespace tabtrain {
namespace {

constexpr size_t kFeatures = 2048;

// The weights' last block, as the golden file has it.
TensorFile Weights() {
  TensorFile file(kDefaultWeights);
  file.SetMetadata("feature_layers", "mixed10");
  file.SetMetadata("feature_transform", "none");
  return file;
}

// The largest difference from Keras' features of the first image, of their largest value.
float FeatureError(const TensorFile& weights) {
  average_pools.clear();
  ThreadPool pool(2);
  Backbone backbone(pool);
  backbone.PushWeights(weights.bytes());
  backbone.FinishWeights();
  std::vector<float> features(kFeatures);
  backbone.Run(Pixels(0), 1, features);
  const std::vector<float> expected =
      TensorFile("tests/golden/backbone/nsfwjs.safetensors").Get("features");
  float largest = 0, difference = 0;
  for (size_t c = 0; c < kFeatures; ++c) {
    largest = std::max(largest, expected[c]);
    difference = std::max(difference, std::abs(features[c] - expected[c]));
  }
  testing::Test::RecordProperty("error", std::to_string(difference / largest));
  return difference / largest;
}

TEST(ParityFaults, NoneIsWithinTheTolerance) { EXPECT_LT(FeatureError(Weights()), kTolerance); }

TEST(ParityFaults, PaddingAPixelTooHigh) {
  shift_padding = true;
  EXPECT_GT(FeatureError(Weights()), kTolerance);
  shift_padding = false;
}

TEST(ParityFaults, AveragePoolingThatCountsTheBorder) {
  count_border = true;
  EXPECT_GT(FeatureError(Weights()), kTolerance);
  EXPECT_FALSE(average_pools.empty());
  count_border = false;
}

// [height, width, in, out] with the kernel's pixels in another order.
std::vector<float> Reordered(const std::vector<float>& kernel, size_t pixels,
                             const std::function<size_t(size_t)>& source) {
  std::vector<float> result(kernel.size());
  const size_t size = kernel.size() / pixels;
  for (size_t pixel = 0; pixel < pixels; ++pixel) {
    std::copy_n(&kernel[source(pixel) * size], size, &result[pixel * size]);
  }
  return result;
}

TEST(ParityFaults, KernelTransposed) {
  TensorFile weights = Weights();
  const std::vector<float> kernel = weights.Get("conv2d_8/kernel");  // 5x5
  weights.Set("conv2d_8/kernel",
              Reordered(kernel, 25, [](size_t pixel) { return pixel % 5 * 5 + pixel / 5; }));
  EXPECT_GT(FeatureError(weights), kTolerance);
}

TEST(ParityFaults, KernelMirrored) {
  TensorFile weights = Weights();
  const std::vector<float> kernel = weights.Get("conv2d_67/kernel");  // 1x7
  weights.Set("conv2d_67/kernel", Reordered(kernel, 7, [](size_t pixel) { return 6 - pixel; }));
  EXPECT_GT(FeatureError(weights), kTolerance);
}

// Another epsilon is the same as another variance: 1e-5 is what other frameworks add.
TEST(ParityFaults, EpsilonOfAnotherFramework) {
  TensorFile weights = Weights();
  for (int number = 1; number <= kConvolutions; ++number) {
    const std::string name = "batch_normalization_" + std::to_string(number) + "/moving_variance";
    std::vector<float> variance = weights.Get(name);
    for (float& value : variance) value = std::max(0.0f, value + 1e-5f - kBatchNormEpsilon);
    weights.Set(name, variance);
  }
  EXPECT_GT(FeatureError(weights), kTolerance);
}

}  // namespace
}  // namespace tabtrain
