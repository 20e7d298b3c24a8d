#include "head/samples.h"

namespace tabtrain {

Samples Select(const Samples& samples, std::span<const size_t> positions) {
  Samples selected;
  selected.features = samples.features;
  for (const size_t position : positions) {
    selected.indices.push_back(samples.indices[position]);
    selected.labels.push_back(samples.labels[position]);
  }
  return selected;
}

void Gather(const Samples& samples, std::span<const size_t> positions, std::span<float> rows,
            std::span<int32_t> labels) {
  const size_t stride = rows.size() / positions.size();
  for (size_t i = 0; i < positions.size(); ++i) {
    samples.features->Read(samples.indices[positions[i]], rows.subspan(i * stride, stride));
    labels[i] = samples.labels[positions[i]];
  }
}

}  // namespace tabtrain
