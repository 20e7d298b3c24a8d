// The frozen feature extractor: InceptionV3 without top, in float32 or int8.
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
#include "backbone/arithmetic.h"
#include "backbone/calibration.h"
#include "backbone/graph.h"
#include "backbone/operator.h"
#include "backbone/quantization.h"
#include "backbone/thread_pool.h"
#include "backbone/weights_reader.h"

namespace tabtrain {

struct BackboneOptions {
  // Empty: int8 where it is known to come close to float32. Without ranges of activations float32
  // runs, whatever is asked for.
  std::optional<Precision> precision = Precision::kFloat32;
  // Other than empty: instead of the layers that the weights file names.
  std::vector<std::string> feature_layers;
  // For int8: instead of the ranges that the weights file carries, and the cosine that goes with
  // them; 0: not known.
  std::optional<ActivationRanges> ranges;
  double int8_cosine = 0;
  // For int8, other than empty: instead of whether the processor has dot products of 8 bits.
  std::optional<bool> int8_dot_products;
};

class Backbone {
 public:
  explicit Backbone(ThreadPool& pool, BackboneOptions options = {});

  // The bytes of a safetensors weights file, in order, in pieces of any size; then FinishWeights.
  // Throws kInvalidWeights; nothing can be run until a whole good file has been read.
  void PushWeights(std::span<const uint8_t> bytes);
  void FinishWeights();
  bool ready() const { return ready_; }
  const WeightsInfo& weights() const { return weights_; }
  Precision precision() const { return precision_; }  // once the header has been read
  const BackboneOptions& options() const { return options_; }
  // Whether float32 runs for want of ranges alone.
  bool lacks_ranges() const;
  // What runs where ranges are known, and with them the mean cosine between the features of int8
  // and of float32.
  static Precision Choose(std::optional<Precision> wanted, double int8_cosine);

  // Channels of the feature layers together; 2048 for mixed10. 0 before the weights are known.
  size_t feature_size() const { return graph_.feature_size(); }

  // Runs `batch` images. input [batch, 299, 299, 3] (NHWC, RGB, -1..1); features
  // [batch, feature_size]: each feature layer averaged over its pixels, side by side, and their
  // square roots where the weights say so. An image's features do not depend on the others in its
  // batch. Counts, where `calibration` is given, what every layer gives: float32 only.
  void Run(std::span<const float> input, size_t batch, std::span<float> features,
           Calibration* calibration = nullptr);

  // Runs one image, float32 only, and counts what every layer gives.
  void Calibrate(std::span<const float> input, Calibration& calibration);

  // A feature layer's activations after the last Run, [batch, height, width, channels].
  std::vector<float> Activations(std::string_view layer) const;

 private:
  struct FoldedConvolution {
    std::vector<float> kernel, bias;
  };

  void UseInfo(const WeightsInfo& info);
  std::unique_ptr<Arithmetic> MakeArithmetic() const;
  void AddConvolution(const InceptionLayer& layer, std::span<const float> kernel,
                      std::span<const float> bias);
  void MakeConvolution(size_t operation);
  OperatorShape ShapeOf(const Operation& operation) const;
  void Prepare(size_t batch);
  void* AddressOf(size_t buffer, int channel);
  void Execute(std::span<const float> input, size_t batch, Calibration* calibration);
  void Count(const OperationPart& part, Calibration& calibration) const;
  void PoolFeatures(std::span<float> features) const;
  // One pixel of a tensor as real values; [channels].
  void ReadPixel(const Tensor& tensor, int channel, size_t pixel, std::span<float> values) const;

  ThreadPool& pool_;
  BackboneOptions options_;
  WeightsReader reader_;
  WeightsInfo weights_;
  Precision precision_ = Precision::kFloat32;
  bool ready_ = false;

  Graph graph_;
  std::unique_ptr<Arithmetic> arithmetic_;
  // By layer, until all the parts of its operation are there.
  std::map<const InceptionLayer*, FoldedConvolution> folded_;
  std::vector<std::unique_ptr<Operator>> operators_;  // of Graph::operations
  size_t batch_ = 0;
  Arena arena_plan_;
  AlignedBuffer<uint8_t> arena_;
  AlignedBuffer<uint8_t> workspace_;
};

}  // namespace tabtrain
