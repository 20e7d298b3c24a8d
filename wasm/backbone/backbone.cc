#include "backbone/backbone.h"

#include <algorithm>
#include <cmath>

#include "backbone/int8_support.h"
#include "core/error.h"
#include "core/input.h"

namespace tabtrain {
namespace {

// Between the features of int8 and of float32, below which nobody gets int8 unasked.
constexpr double kCloseCosine = 0.99;

}  // namespace

Backbone::Backbone(ThreadPool& pool, BackboneOptions options)
    : pool_(pool),
      options_(std::move(options)),
      reader_([this](const WeightsInfo& info) { UseInfo(info); },
              [this](const InceptionLayer& layer, std::span<const float> kernel,
                     std::span<const float> bias) { AddConvolution(layer, kernel, bias); }) {}

void Backbone::PushWeights(std::span<const uint8_t> bytes) { reader_.Push(bytes); }

void Backbone::UseInfo(const WeightsInfo& info) {
  weights_ = info;
  if (options_.feature_layers.empty()) options_.feature_layers = info.feature_layers;
  graph_ = BuildGraph(options_.feature_layers);
  operators_.resize(graph_.operations.size());
  if (options_.ranges) {
    weights_.activation_ranges = options_.ranges;
    weights_.int8_cosine = options_.int8_cosine;
  }
  if (weights_.activation_ranges) precision_ = Choose(options_.precision, weights_.int8_cosine);
  arithmetic_ = MakeArithmetic();
  graph_.buffers[0].channels = arithmetic_->input_channels();
}

Precision Backbone::Choose(std::optional<Precision> wanted, double int8_cosine) {
  if (wanted) return *wanted;
  return int8_cosine >= kCloseCosine ? Precision::kInt8 : Precision::kFloat32;
}

bool Backbone::lacks_ranges() const {
  return ready_ && !weights_.activation_ranges &&
         Choose(options_.precision, /*int8_cosine=*/1) == Precision::kInt8;
}

std::unique_ptr<Arithmetic> Backbone::MakeArithmetic() const {
  if (precision_ == Precision::kFloat32) return Float32Arithmetic();
  const bool dot_products = options_.int8_dot_products.value_or(HasInt8DotProducts());
  return (dot_products ? Int8Arithmetic : Int16Arithmetic)(graph_, *weights_.activation_ranges);
}

void Backbone::AddConvolution(const InceptionLayer& layer, std::span<const float> kernel,
                              std::span<const float> bias) {
  for (size_t i = 0; i < graph_.operations.size(); ++i) {
    const std::vector<OperationPart>& parts = graph_.operations[i].parts;
    const auto is_layer = [&](const OperationPart& part) { return part.layer == &layer; };
    if (std::none_of(parts.begin(), parts.end(), is_layer)) continue;
    folded_[&layer] = {{kernel.begin(), kernel.end()}, {bias.begin(), bias.end()}};
    const auto is_here = [&](const OperationPart& part) { return folded_.contains(part.layer); };
    if (std::all_of(parts.begin(), parts.end(), is_here)) MakeConvolution(i);
    return;
  }
}

OperatorShape Backbone::ShapeOf(const Operation& op) const {
  const Buffer& input = graph_.BufferOf(graph_.tensors[op.input]);
  const Buffer& output = graph_.BufferOf(graph_.tensors[op.parts[0].tensor]);
  return {.name = std::string(op.name()),
          .type = op.type,
          .kernel_height = op.kernel_height,
          .kernel_width = op.kernel_width,
          .stride = op.stride,
          .padding = op.padding,
          .in_channels = op.in_channels,
          .out_channels = op.out_channels,
          .input_stride = static_cast<size_t>(input.channels),
          .output_stride = static_cast<size_t>(output.channels),
          .relu = op.relu};
}

// Output channels come first in a kernel, so that siblings follow one another.
void Backbone::MakeConvolution(size_t operation) {
  const Operation& op = graph_.operations[operation];
  FoldedConvolution joined;
  for (const OperationPart& part : op.parts) {
    const FoldedConvolution& own = folded_.at(part.layer);
    joined.kernel.insert(joined.kernel.end(), own.kernel.begin(), own.kernel.end());
    joined.bias.insert(joined.bias.end(), own.bias.begin(), own.bias.end());
    folded_.erase(part.layer);
  }
  operators_[operation] = arithmetic_->Convolution(op, ShapeOf(op), joined.kernel, joined.bias);
}

void Backbone::FinishWeights() {
  reader_.Finish();
  for (size_t i = 0; i < graph_.operations.size(); ++i) {
    const Operation& op = graph_.operations[i];
    if (op.type != LayerType::kConv) operators_[i] = arithmetic_->Pooling(op, ShapeOf(op));
  }
  Prepare(/*batch=*/1);
  ready_ = true;
}

void* Backbone::AddressOf(size_t buffer, int channel) {
  return arena_.data() + arena_plan_.offsets[buffer] +
         static_cast<size_t>(channel) * arithmetic_->element_size();
}

// Fixes sizes and pointers of every operator for one batch size.
void Backbone::Prepare(size_t batch) {
  batch_ = batch;
  arena_plan_ = PlanArena(graph_, batch, arithmetic_->element_size());
  arena_ = {};  // the old one goes before the new one comes
  arena_ = AlignedBuffer<uint8_t>(arena_plan_.size);
  std::fill_n(arena_.data(), arena_.size(), uint8_t{0});

  size_t workspace_size = 0;
  for (size_t i = 0; i < operators_.size(); ++i) {
    const Buffer& input = graph_.BufferOf(graph_.tensors[graph_.operations[i].input]);
    workspace_size =
        std::max(workspace_size, operators_[i]->Reshape(batch, input.height, input.width, pool_));
  }
  workspace_ = AlignedBuffer<uint8_t>(workspace_size);
  for (size_t i = 0; i < operators_.size(); ++i) {
    const Operation& op = graph_.operations[i];
    const Tensor& input = graph_.tensors[op.input];
    const Tensor& output = graph_.tensors[op.parts[0].tensor];
    operators_[i]->Setup(AddressOf(input.buffer, input.channel),
                         AddressOf(output.buffer, graph_.ChannelOf(op.parts[0])),
                         workspace_.data());
  }
}

void Backbone::Execute(std::span<const float> input, size_t batch, Calibration* calibration) {
  if (!ready_) throw Error(ErrorCode::kInvalidState, "the weights are not loaded yet");
  CheckArgument(batch > 0, "the batch is empty: run at least one image");
  CheckArgument(input.size() == batch * kInputFloats, "the input must be [batch, 299, 299, 3]");
  CheckArgument(calibration == nullptr || precision_ == Precision::kFloat32,
                "only float32 can be calibrated");
  if (batch != batch_) Prepare(batch);
  arithmetic_->StoreInput(input, AddressOf(/*buffer=*/0, /*channel=*/0));
  for (size_t i = 0; i < operators_.size(); ++i) {
    operators_[i]->Run(pool_);
    if (calibration == nullptr) continue;
    for (const OperationPart& part : graph_.operations[i].parts) Count(part, *calibration);
  }
}

void Backbone::Count(const OperationPart& part, Calibration& calibration) const {
  const Tensor& tensor = graph_.tensors[part.tensor];
  const Buffer& buffer = graph_.BufferOf(tensor);
  std::vector<float> values(part.channels);
  for (size_t pixel = 0; pixel < batch_ * buffer.height * buffer.width; ++pixel) {
    ReadPixel(tensor, part.tensor_channel, pixel, values);
    calibration.Count(*part.layer, values);
  }
}

void Backbone::Run(std::span<const float> input, size_t batch, std::span<float> features,
                   Calibration* calibration) {
  CheckArgument(!ready_ || features.size() == batch * feature_size(),
                "the features have the wrong size");
  Execute(input, batch, calibration);
  PoolFeatures(features);
}

void Backbone::Calibrate(std::span<const float> input, Calibration& calibration) {
  Execute(input, /*batch=*/1, &calibration);
}

void Backbone::ReadPixel(const Tensor& tensor, int channel, size_t pixel,
                         std::span<float> values) const {
  const size_t first =
      pixel * graph_.BufferOf(tensor).channels + tensor.channel + static_cast<size_t>(channel);
  const uint8_t* buffer = arena_.data() + arena_plan_.offsets[tensor.buffer];
  arithmetic_->Read(&tensor - graph_.tensors.data(), buffer + first * arithmetic_->element_size(),
                    values);
}

std::vector<float> Backbone::Activations(std::string_view layer) const {
  const Tensor& tensor = graph_.Find(layer);
  const Buffer& buffer = graph_.BufferOf(tensor);
  const size_t pixels = batch_ * buffer.height * buffer.width;
  std::vector<float> values(pixels * tensor.channels);
  for (size_t pixel = 0; pixel < pixels; ++pixel) {
    ReadPixel(tensor, /*channel=*/0, pixel,
              std::span(values).subspan(pixel * tensor.channels, tensor.channels));
  }
  return values;
}

// Global average pooling of each feature layer, then the weights' transform.
void Backbone::PoolFeatures(std::span<float> features) const {
  size_t column = 0;
  for (const size_t index : graph_.features) {
    const Tensor& tensor = graph_.tensors[index];
    const Buffer& buffer = graph_.BufferOf(tensor);
    const auto channels = static_cast<size_t>(tensor.channels);
    const size_t pixels = static_cast<size_t>(buffer.height) * buffer.width;
    std::vector<float> row(channels);
    for (size_t image = 0; image < batch_; ++image) {
      const std::span<float> out = features.subspan(image * feature_size() + column, channels);
      std::fill(out.begin(), out.end(), 0.0f);
      for (size_t pixel = 0; pixel < pixels; ++pixel) {
        ReadPixel(tensor, /*channel=*/0, image * pixels + pixel, row);
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
