#include "backbone/weights_reader.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "backbone/calibration.h"
#include "core/error.h"

namespace tabtrain {
namespace {

constexpr std::string_view kFormat = "tabtrain-inceptionv3";
constexpr std::string_view kVersion = "1";

[[noreturn]] void Refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidWeights, message);
}

// IEEE 754 binary16 to binary32.
float HalfToFloat(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
  const uint32_t magnitude = half & 0x7fff;
  if (magnitude >= 0x7c00) {
    return std::bit_cast<float>(sign | 0x7f800000 | (magnitude & 0x3ff) << 13);
  }
  // Shifted into place the exponent is 112 too small; scaling by 2^112 mends subnormals as well.
  const float value = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(value));
}

std::vector<float> ToFloats(const TensorInfo& tensor, std::span<const uint8_t> bytes) {
  std::vector<float> values(bytes.size() / DTypeSize(tensor.dtype));
  if (tensor.dtype == DType::kF32) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
  } else if (tensor.dtype == DType::kI8) {
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int8_t>(bytes[i]);
  } else {
    for (size_t i = 0; i < values.size(); ++i) {
      uint16_t half = 0;
      std::memcpy(&half, &bytes[2 * i], 2);
      values[i] = HalfToFloat(half);
    }
  }
  for (const float value : values) {
    if (!std::isfinite(value)) Refuse(tensor.name + " holds a value that is not a number");
  }
  return values;
}

std::string ShapeText(std::span<const uint64_t> shape) {
  std::string text = "[";
  for (const uint64_t dimension : shape) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(dimension);
  }
  return text + "]";
}

std::string NormName(const InceptionLayer& layer) {
  return "batch_normalization_" +
         std::string(layer.name.substr(std::string_view("conv2d_").size()));
}

// What a file must hold, in the order of the table. Gamma may be absent, and the scale of a kernel,
// which only an int8 kernel has.
struct Expected {
  std::string name;
  std::vector<uint64_t> shape;
  bool optional = false;
};

std::vector<Expected> ExpectedTensors() {
  std::vector<Expected> expected;
  for (const InceptionLayer& layer : kInceptionV3) {
    if (layer.type != LayerType::kConv) continue;
    const std::string norm = NormName(layer);
    const auto in = static_cast<uint64_t>(layer.in_channels);
    const auto out = static_cast<uint64_t>(layer.out_channels);
    expected.push_back({std::string(layer.name) + "/kernel",
                        {static_cast<uint64_t>(layer.kernel_height),
                         static_cast<uint64_t>(layer.kernel_width), in, out}});
    expected.push_back({std::string(layer.name) + "/kernel_scale", {out}, /*optional=*/true});
    for (const char* vector : {"/beta", "/moving_mean", "/moving_variance"}) {
      expected.push_back({norm + vector, {out}});
    }
    expected.push_back({norm + "/gamma", {out}, /*optional=*/true});
  }
  return expected;
}

// "none" or absent, or `name`: anything else is from a newer program.
bool ParseSwitch(const std::string& key, const std::string& value, std::string_view name) {
  if (value.empty() || value == "none") return false;
  if (value != name) {
    Refuse("the weights file asks for the " + key + " " + value + ", unknown here");
  }
  return true;
}

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

WeightsInfo InfoFrom(const SafetensorsHeader& header) {
  const auto get = [&](const char* key) {
    const auto found = header.metadata.find(key);
    return found == header.metadata.end() ? std::string() : found->second;
  };
  if (get("format") != kFormat) {
    Refuse("this safetensors file was not made for InceptionV3 here: convert the original weights");
  }
  if (get("version") != kVersion) {
    Refuse("the weights file has version " + get("version") + ", this program reads version 1");
  }
  WeightsInfo info{
      .name = get("name"),
      .source = get("source"),
      .licence = get("licence"),
      .source_sha256 = get("source_sha256"),
      .feature_layers = SplitAtCommas(get("feature_layers")),
      .feature_sqrt = ParseSwitch("feature transform", get("feature_transform"), "sqrt"),
      .standardize = ParseSwitch("feature scaling", get("feature_scaling"), "standardize"),
      .int8_cosine = std::strtod(get("int8_cosine").c_str(), nullptr)};
  const std::string ranges = get("activation_ranges");
  if (!ranges.empty()) info.activation_ranges = ParseRanges(ranges);
  for (const TensorInfo& tensor : header.tensors) {
    if (tensor.shape.size() == 4) info.dtype = DTypeName(tensor.dtype);
  }
  return info;
}

// int8 is for kernels, each of which has a scale; nothing else has one. The scale comes after the
// kernel in ExpectedTensors.
void CheckType(const TensorInfo& tensor,
               const std::map<std::string_view, const TensorInfo*>& tensors) {
  const bool is_kernel = tensor.name.ends_with("/kernel");
  if (!is_kernel) {
    if (tensor.dtype == DType::kI8) Refuse(tensor.name + " is int8: only kernels can be");
    return;
  }
  const std::string scale = tensor.name + "_scale";
  if (tensors.contains(scale) != (tensor.dtype == DType::kI8)) {
    Refuse(tensor.dtype == DType::kI8 ? scale + " is missing: an int8 kernel needs it"
                                      : scale + " is there, but the kernel is not int8");
  }
}

}  // namespace

WeightsReader::WeightsReader(OnInfo on_info, OnConvolution on_convolution)
    : on_info_(std::move(on_info)), on_convolution_(std::move(on_convolution)) {}

void WeightsReader::Push(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    if (header_read_ && next_tensor_ == header_.tensors.size()) {
      Refuse("the weights file goes on after its last tensor");
    }
    const auto count =
        static_cast<size_t>(std::min<uint64_t>(bytes.size(), buffer_target_ - buffer_.size()));
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(count));
    bytes = bytes.subspan(count);
    if (buffer_.size() < buffer_target_) return;
    if (header_read_) {
      FinishTensor();
    } else {
      ReadHeader();
    }
  }
}

// First the eight bytes of the header's length, then the header itself.
void WeightsReader::ReadHeader() {
  if (buffer_target_ == 8) {
    uint64_t length = 0;
    std::memcpy(&length, buffer_.data(), 8);
    if (length < 2 || length > kMaxSafetensorsHeader) {
      Refuse("this is not a safetensors file: its first bytes are not the length of a header");
    }
    buffer_target_ = 8 + length;
    return;
  }
  header_ = ParseSafetensorsHeader(
      {reinterpret_cast<const char*>(buffer_.data()) + 8, buffer_.size() - 8});
  const WeightsInfo info = InfoFrom(header_);
  CheckTensors();
  header_read_ = true;
  buffer_.clear();
  buffer_target_ = header_.tensors[0].end;
  on_info_(info);
}

// Every tensor that InceptionV3 has, in its shape, and no other: said before anything is read.
void WeightsReader::CheckTensors() const {
  std::map<std::string_view, const TensorInfo*> found;
  for (const TensorInfo& tensor : header_.tensors) found[tensor.name] = &tensor;
  for (const Expected& expected : ExpectedTensors()) {
    const auto tensor = found.find(expected.name);
    if (tensor == found.end()) {
      if (expected.optional) continue;
      Refuse(expected.name + " is missing: this is not a whole InceptionV3");
    }
    if (tensor->second->shape != expected.shape) {
      Refuse(expected.name + " has the shape " + ShapeText(tensor->second->shape) +
             ", InceptionV3 has " + ShapeText(expected.shape));
    }
    CheckType(*tensor->second, found);
    found.erase(tensor);
  }
  if (!found.empty()) {
    Refuse(std::string(found.begin()->first) + " is not a tensor of InceptionV3 without top");
  }
}

void WeightsReader::FinishTensor() {
  const TensorInfo& tensor = header_.tensors[next_tensor_++];
  pending_[tensor.name] = ToFloats(tensor, buffer_);
  buffer_.clear();
  if (next_tensor_ < header_.tensors.size()) {
    const TensorInfo& next = header_.tensors[next_tensor_];
    buffer_target_ = next.end - next.begin;
  }

  const std::string number = tensor.name.substr(0, tensor.name.find('/'));
  const std::string index = number.substr(number.rfind('_') + 1);
  const std::string convolution = "conv2d_" + index;
  const std::string norm = "batch_normalization_" + index;
  for (const TensorInfo& later : std::span(header_.tensors).subspan(next_tensor_)) {
    if (later.name.starts_with(convolution + "/") || later.name.starts_with(norm + "/")) return;
  }
  const auto layer = std::find_if(kInceptionV3.begin(), kInceptionV3.end(),
                                  [&](const InceptionLayer& l) { return l.name == convolution; });
  FoldAndEmit(*layer, convolution + "/kernel", norm);
}

// y = gamma * (conv(x) - mean) / sqrt(variance + epsilon) + beta
void WeightsReader::FoldAndEmit(const InceptionLayer& layer, const std::string& kernel_name,
                                const std::string& norm) {
  const std::vector<float>& kernel = pending_.at(kernel_name);
  const std::vector<float>& beta = pending_.at(norm + "/beta");
  const std::vector<float>& mean = pending_.at(norm + "/moving_mean");
  const std::vector<float>& variance = pending_.at(norm + "/moving_variance");
  const auto gamma = pending_.find(norm + "/gamma");
  const auto kernel_scale = pending_.find(kernel_name + "_scale");

  const auto out = static_cast<size_t>(layer.out_channels);
  const size_t taps = kernel.size() / out;  // height * width * in
  std::vector<float> folded(kernel.size()), bias(out);
  for (size_t o = 0; o < out; ++o) {
    if (variance[o] < 0) Refuse(norm + "/moving_variance holds a negative value");
    const float scale = (gamma == pending_.end() ? 1.0f : gamma->second[o]) /
                        std::sqrt(variance[o] + kBatchNormEpsilon);
    bias[o] = beta[o] - mean[o] * scale;
    const float of_kernel =
        kernel_scale == pending_.end() ? scale : kernel_scale->second[o] * scale;
    for (size_t t = 0; t < taps; ++t) folded[o * taps + t] = kernel[t * out + o] * of_kernel;
  }
  on_convolution_(layer, folded, bias);
  ++convolutions_read_;
  for (const std::string& name :
       {kernel_name, kernel_name + "_scale", norm + "/beta", norm + "/moving_mean",
        norm + "/moving_variance", norm + "/gamma"}) {
    pending_.erase(name);
  }
}

void WeightsReader::Finish() const {
  if (!header_read_) Refuse("the weights file ends inside its header");
  if (next_tensor_ < header_.tensors.size()) {
    Refuse("the weights file is cut off: it ends inside " + header_.tensors[next_tensor_].name);
  }
  CheckInvariant(convolutions_read_ == kConvolutions, "not every convolution was read");
}

}  // namespace tabtrain
