// The frozen feature extractor: InceptionV3 without top, on XNNPACK, float32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backbone/aligned_buffer.h"
#include "backbone/tensor_plan.h"
#include "backbone/thread_pool.h"
#include "backbone/weights_reader.h"
#include "backbone/xnn_operator.h"

namespace tabtrain {

class Backbone {
 public:
  // `feature_layers` other than empty overrides those that the weights file names.
  explicit Backbone(ThreadPool& pool, std::vector<std::string> feature_layers = {});

  // The bytes of a safetensors weights file, in order, in pieces of any size; then FinishWeights.
  // Throws kInvalidWeights; nothing can be run until a whole good file has been read.
  void PushWeights(std::span<const uint8_t> bytes);
  void FinishWeights();
  bool ready() const { return ready_; }
  const WeightsInfo& weights() const { return weights_; }

  // Channels of the feature layers together; 2048 for mixed10. 0 before the weights are known.
  size_t feature_size() const { return feature_size_; }

  // Runs `batch` images. input [batch, 299, 299, 3] (NHWC, RGB, -1..1); features
  // [batch, feature_size]: each feature layer averaged over its pixels, side by side, and their
  // square roots where the weights say so. An image's features do not depend on the others in its
  // batch.
  void Run(std::span<const float> input, size_t batch, std::span<float> features);

  // A feature layer's activations after the last Run, [batch, height, width, channels].
  std::span<const float> Activations(std::string_view layer) const;

 private:
  void AddConvolution(const InceptionLayer& layer, std::span<const float> kernel,
                      std::span<const float> bias);
  void Prepare(size_t batch);
  void PoolFeatures(std::span<float> features);

  ThreadPool& pool_;
  WeightsReader reader_;
  WeightsInfo weights_;
  std::vector<std::string> feature_layers_;
  size_t feature_size_ = 0;
  bool ready_ = false;

  TensorPlan plan_;
  std::map<const InceptionLayer*, XnnOperator> operators_;
  AlignedBuffer<float> arena_;
  AlignedBuffer<uint8_t> workspace_;
};

}  // namespace tabtrain
