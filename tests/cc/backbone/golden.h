// What the golden files of tests/golden/backbone/make_backbone.py hold, and the images that they
// were made from.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "backbone/safetensors.h"
#include "core/input.h"
#include "test_files.h"

namespace tabtrain {

inline constexpr float kTolerance = 1e-4f;  // of the block's largest magnitude
inline constexpr const char* kDefaultWeights = "build/weights/nsfwjs.safetensors";

inline int Wave(int t, int period) { return std::abs(2 * (t % period) - period) * 255 / period; }

// The synthetic image of the golden files, preprocessed.
inline std::vector<float> Pixels(int seed) {
  std::vector<float> image;
  for (int y = 0; y < kInputSize; ++y) {
    for (int x = 0; x < kInputSize; ++x) {
      for (int c = 0; c < kInputChannels; ++c) {
        const int noise = ((x * 7919 + y * 104729 + c * 1299709 + seed * 15485863) >> 3) % 64;
        const int waves =
            Wave(x * 3 + y + 40 * c + 17 * seed, 97) + Wave(2 * y + 5 * seed + 30 * c, 61);
        image.push_back(static_cast<float>((waves + noise) / 3) / 127.5f - 1);
      }
    }
  }
  return image;
}

// A safetensors file whose tensors are all float32.
class TensorFile {
 public:
  explicit TensorFile(const std::string& path) : bytes_(ReadFile(path)) {
    uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), 8);
    data_ = 8 + static_cast<size_t>(length);
    header_ = ParseSafetensorsHeader(
        {reinterpret_cast<const char*>(bytes_.data()) + 8, static_cast<size_t>(length)});
  }

  const std::vector<uint8_t>& bytes() const { return bytes_; }

  std::vector<float> Get(const std::string& name) const {
    const TensorInfo& tensor = Find(name);
    std::vector<float> values(static_cast<size_t>(tensor.end - tensor.begin) / sizeof(float));
    std::memcpy(values.data(), &bytes_[Position(tensor)], values.size() * sizeof(float));
    return values;
  }
  void Set(const std::string& name, const std::vector<float>& values) {
    std::memcpy(&bytes_[Position(Find(name))], values.data(), values.size() * sizeof(float));
  }

  // Changes a value of the metadata, which must not be shorter than the new one.
  void SetMetadata(const std::string& key, const std::string& value) {
    const std::string old = Entry(key, header_.metadata.at(key));
    std::string entry = Entry(key, value);
    ASSERT_LE(entry.size(), old.size());
    entry.resize(old.size(), ' ');
    const auto end = bytes_.begin() + static_cast<ptrdiff_t>(data_);
    const auto place = std::search(bytes_.begin(), end, old.begin(), old.end());
    ASSERT_NE(place, end) << old;
    std::copy(entry.begin(), entry.end(), place);
  }

 private:
  static std::string Entry(const std::string& key, const std::string& value) {
    return "\"" + key + "\":\"" + value + "\"";
  }
  const TensorInfo& Find(const std::string& name) const {
    const auto tensor = std::find_if(header_.tensors.begin(), header_.tensors.end(),
                                     [&](const TensorInfo& t) { return t.name == name; });
    if (tensor == header_.tensors.end()) throw std::runtime_error("no tensor " + name);
    return *tensor;
  }
  size_t Position(const TensorInfo& tensor) const {
    return data_ + static_cast<size_t>(tensor.begin);
  }

  std::vector<uint8_t> bytes_;
  size_t data_ = 0;
  SafetensorsHeader header_;
};

using Golden = TensorFile;

}  // namespace tabtrain
