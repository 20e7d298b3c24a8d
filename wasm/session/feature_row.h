// The features of one image, as they are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tabtrain {

enum class FeatureType {
  kFloat32,
  kFloat16,  // within 1 part in 2048, at half the memory
};

class FeatureRow {
 public:
  FeatureRow(std::span<const float> features, FeatureType type);

  size_t size() const { return floats_.size() + halves_.size(); }
  // Writes size() values.
  void Read(std::span<float> row) const;

 private:
  std::vector<float> floats_;
  std::vector<uint16_t> halves_;
};

}  // namespace tabtrain
