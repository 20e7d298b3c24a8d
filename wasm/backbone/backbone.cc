#include "backbone/backbone.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/input.h"

namespace tabtrain {

Backbone::Backbone(ThreadPool& pool, std::vector<std::string> feature_layers)
    : pool_(pool),
      reader_(
          [this](const WeightsInfo& info) {
            weights_ = info;
            if (feature_layers_.empty()) feature_layers_ = info.feature_layers;
            plan_ = PlanTensors(feature_layers_, /*batch=*/1);
            feature_size_ = plan_.feature_size();
          },
          [this](const InceptionLayer& layer, std::span<const float> kernel,
                 std::span<const float> bias) { AddConvolution(layer, kernel, bias); }),
      feature_layers_(std::move(feature_layers)) {}

void Backbone::PushWeights(std::span<const uint8_t> bytes) { reader_.Push(bytes); }

void Backbone::AddConvolution(const InceptionLayer& layer, std::span<const float> kernel,
                              std::span<const float> bias) {
  if (std::find(plan_.layers.begin(), plan_.layers.end(), &layer) == plan_.layers.end()) return;
  operators_.emplace(&layer,
                     XnnOperator::Convolution(layer, kernel, bias, plan_.Find(layer.input).channels,
                                              plan_.Find(layer.output).channels));
}

void Backbone::FinishWeights() {
  reader_.Finish();
  for (const InceptionLayer* layer : plan_.layers) {
    if (layer->type == LayerType::kConv) continue;
    operators_.emplace(layer, XnnOperator::Pooling(*layer, plan_.Find(layer->input).channels,
                                                   plan_.Find(layer->output).channels));
  }
  Prepare(/*batch=*/1);
  ready_ = true;
}

// Fixes sizes and pointers of every operator for one batch size.
void Backbone::Prepare(size_t batch) {
  plan_ = PlanTensors(feature_layers_, batch);
  arena_ = {};  // the old one goes before the new one comes
  arena_ = AlignedBuffer<float>(plan_.arena_size);
  std::fill_n(arena_.data(), arena_.size(), 0.0f);

  size_t workspace_size = 0;
  for (const InceptionLayer* layer : plan_.layers) {
    const Tensor& input = plan_.Find(layer->input);
    workspace_size =
        std::max(workspace_size,
                 operators_.at(layer).Reshape(batch, input.height, input.width, pool_.handle()));
  }
  workspace_ = AlignedBuffer<uint8_t>(workspace_size);
  for (const InceptionLayer* layer : plan_.layers) {
    operators_.at(layer).Setup(
        arena_.data() + plan_.Find(layer->input).offset,
        arena_.data() + plan_.Find(layer->output).offset + layer->output_channel,
        workspace_.data());
  }
}

void Backbone::Run(std::span<const float> input, size_t batch, std::span<float> features) {
  if (!ready_) throw Error(ErrorCode::kInvalidState, "the weights are not loaded yet");
  CheckArgument(batch > 0, "the batch is empty: run at least one image");
  CheckArgument(input.size() == batch * kInputFloats, "the input must be [batch, 299, 299, 3]");
  CheckArgument(features.size() == batch * feature_size_, "the features have the wrong size");
  if (batch != plan_.batch) Prepare(batch);
  std::copy(input.begin(), input.end(), arena_.data() + plan_.tensors[0].offset);
  for (const InceptionLayer* layer : plan_.layers) operators_.at(layer).Run(pool_.handle());
  PoolFeatures(features);
}

std::span<const float> Backbone::Activations(std::string_view layer) const {
  const Tensor& tensor = plan_.Find(layer);
  return {arena_.data() + tensor.offset, tensor.elements() * plan_.batch};
}

// Global average pooling of each feature layer, then the weights' transform.
void Backbone::PoolFeatures(std::span<float> features) {
  size_t column = 0;
  for (const size_t index : plan_.features) {
    const Tensor& tensor = plan_.tensors[index];
    const size_t pixels = static_cast<size_t>(tensor.height) * tensor.width;
    const auto channels = static_cast<size_t>(tensor.channels);
    const float* row = arena_.data() + tensor.offset;
    for (size_t image = 0; image < plan_.batch; ++image) {
      const std::span<float> out = features.subspan(image * feature_size_ + column, channels);
      std::fill(out.begin(), out.end(), 0.0f);
      for (size_t pixel = 0; pixel < pixels; ++pixel, row += channels) {
        for (size_t c = 0; c < channels; ++c) out[c] += row[c];
      }
      for (float& value : out) value /= static_cast<float>(pixels);
      if (weights_.feature_sqrt) {
        for (float& value : out) value = std::sqrt(value);  // relu left nothing below 0
      }
    }
    column += channels;
  }
}

}  // namespace tabtrain
