#include "backbone/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/error.h"

namespace tabtrain {
namespace {

using nlohmann::json;

constexpr size_t kMaxTensors = 1024;
constexpr size_t kMaxRank = 8;
constexpr int kMaxDepth = 4;  // header -> tensor -> shape -> number

[[noreturn]] void Refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidWeights, message);
}

// Parses the JSON, refusing what a lenient parser lets through: a key given twice, deep nesting.
json ParseJson(std::string_view text) {
  std::vector<std::set<std::string>> keys;
  std::string problem;
  const auto inspect = [&](int depth, json::parse_event_t event, json& value) {
    if (depth > kMaxDepth) problem = "is nested too deeply";
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
      problem = "has the key " + value.get<std::string>() + " twice";
    }
    return problem.empty();
  };
  json parsed = json::parse(text, inspect, /*allow_exceptions=*/false);
  if (!problem.empty()) Refuse("the header of the weights file " + problem);
  if (!parsed.is_object()) Refuse("this is not a safetensors file: its header is not JSON");
  return parsed;
}

std::optional<DType> ParseDType(const std::string& name) {
  if (name == "F32") return DType::kF32;
  if (name == "F16") return DType::kF16;
  if (name == "I8") return DType::kI8;
  return std::nullopt;
}

TensorInfo ParseTensor(const std::string& name, const json& entry) {
  TensorInfo tensor{.name = name};
  const auto malformed = [&] { Refuse("the header entry of " + name + " is malformed"); };
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
      !entry.contains("shape") || !entry.contains("data_offsets")) {
    malformed();
  }
  const json &dtype = entry["dtype"], &shape = entry["shape"], &offsets = entry["data_offsets"];
  const auto is_size = [](const json& value) { return value.is_number_unsigned(); };
  if (!dtype.is_string() || !shape.is_array() || shape.size() > kMaxRank || !offsets.is_array() ||
      offsets.size() != 2 || !std::all_of(shape.begin(), shape.end(), is_size) ||
      !std::all_of(offsets.begin(), offsets.end(), is_size)) {
    malformed();
  }
  const std::optional<DType> parsed = ParseDType(dtype.get<std::string>());
  if (!parsed) {
    Refuse(name + " has the type " + dtype.get<std::string>() + ", which is not used here");
  }
  tensor.dtype = *parsed;
  tensor.begin = offsets[0].get<uint64_t>();
  tensor.end = offsets[1].get<uint64_t>();

  uint64_t size = DTypeSize(tensor.dtype);
  for (const json& dimension : shape) {
    tensor.shape.push_back(dimension.get<uint64_t>());
    if (__builtin_mul_overflow(size, tensor.shape.back(), &size)) malformed();
  }
  if (tensor.end < tensor.begin || tensor.end - tensor.begin != size) {
    Refuse(name + " has a shape that does not fit the bytes it is given");
  }
  return tensor;
}

}  // namespace

size_t DTypeSize(DType dtype) { return dtype == DType::kF32 ? 4 : dtype == DType::kF16 ? 2 : 1; }

std::string_view DTypeName(DType dtype) {
  return dtype == DType::kF32 ? "float32" : dtype == DType::kF16 ? "float16" : "int8";
}

SafetensorsHeader ParseSafetensorsHeader(std::string_view text) {
  const json parsed = ParseJson(text);
  SafetensorsHeader header;
  for (const auto& [name, entry] : parsed.items()) {
    if (name != "__metadata__") {
      header.tensors.push_back(ParseTensor(name, entry));
      continue;
    }
    if (!entry.is_object()) Refuse("the metadata of the weights file is malformed");
    for (const auto& [key, value] : entry.items()) {
      if (!value.is_string()) Refuse("the metadata entry " + key + " is not a text");
      header.metadata[key] = value.get<std::string>();
    }
  }
  if (header.tensors.size() > kMaxTensors) Refuse("the weights file has too many tensors");
  std::sort(header.tensors.begin(), header.tensors.end(),
            [](const TensorInfo& a, const TensorInfo& b) { return a.begin < b.begin; });
  uint64_t position = 0;
  for (const TensorInfo& tensor : header.tensors) {
    if (tensor.begin != position) Refuse(tensor.name + " leaves a hole or overlaps another tensor");
    position = tensor.end;
  }
  return header;
}

}  // namespace tabtrain
