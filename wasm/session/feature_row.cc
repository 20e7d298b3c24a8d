#include "session/feature_row.h"

#include <fp16.h>

#include <algorithm>

namespace tabtrain {

FeatureRow::FeatureRow(std::span<const float> features, FeatureType type) {
  if (type == FeatureType::kFloat32) {
    floats_.assign(features.begin(), features.end());
    return;
  }
  halves_.resize(features.size());
  std::ranges::transform(features, halves_.begin(), fp16_ieee_from_fp32_value);
}

void FeatureRow::Read(std::span<float> row) const {
  std::ranges::copy(floats_, row.begin());
  std::ranges::transform(halves_, row.begin(), fp16_ieee_to_fp32_value);
}

}  // namespace tabtrain
