#include "session/feature_row.h"

#include <fp16.h>

#include <algorithm>
#include <utility>

namespace tabtrain {

FeatureRow::FeatureRow(std::span<const float> features, FeatureType type,
                       const std::shared_ptr<RowFile>& file)
    : size_(features.size()) {
  if (type == FeatureType::kFloat32) {
    floats_.assign(features.begin(), features.end());
    return;
  }
  std::vector<uint16_t> halves(size_);
  std::ranges::transform(features, halves.begin(), fp16_ieee_from_fp32_value);
  const std::optional<size_t> place = file ? file->Add(halves) : std::nullopt;
  if (place) {
    filed_ = std::make_unique<FiledRow>(file, *place);
  } else {
    halves_ = std::move(halves);
  }
}

void FeatureRow::Read(std::span<float> row) const {
  if (!floats_.empty()) {
    std::ranges::copy(floats_, row.begin());
    return;
  }
  std::vector<uint16_t> filed(filed_ ? size_ : 0);
  if (filed_) filed_->Read(filed);
  std::ranges::transform(filed_ ? filed : halves_, row.begin(), fp16_ieee_to_fp32_value);
}

}  // namespace tabtrain
