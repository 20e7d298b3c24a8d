// The header of a safetensors file, checked as strictly as the format's own reference does
// (https://github.com/huggingface/safetensors): tensors lie one after the other, without holes or
// overlap, each as long as its shape and dtype say, and they end where the file ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tabtrain {

enum class DType { kF32, kF16, kI8 };

size_t DTypeSize(DType dtype);
// Keras' name: "float32", "float16", "int8".
std::string_view DTypeName(DType dtype);

struct TensorInfo {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<uint64_t> shape;
  uint64_t begin = 0, end = 0;  // bytes from the end of the header
};

struct SafetensorsHeader {
  std::vector<TensorInfo> tensors;  // in the order of their bytes
  std::map<std::string, std::string> metadata;
  uint64_t data_size() const { return tensors.empty() ? 0 : tensors.back().end; }
};

inline constexpr size_t kMaxSafetensorsHeader = 1 << 20;  // bytes

// Throws Error{kInvalidWeights} with the first thing that is wrong.
SafetensorsHeader ParseSafetensorsHeader(std::string_view json);

}  // namespace tabtrain
