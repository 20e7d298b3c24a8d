// Where a training reads its samples from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tabtrain {

// A store of feature rows, owned by the caller: in memory, as float16, streamed, or one of several
// views of an image.
class FeatureSource {
 public:
  virtual ~FeatureSource() = default;
  // Writes the features of the sample `index` to `row`, input_size values.
  virtual void Read(size_t index, std::span<float> row) = 0;
};

// Samples of a store: the i-th has the index indices[i] there and the class labels[i].
struct Samples {
  FeatureSource* features = nullptr;
  std::vector<size_t> indices;
  std::vector<int32_t> labels;

  size_t size() const { return indices.size(); }
};

// The ones of `samples` at `positions`.
Samples Select(const Samples& samples, std::span<const size_t> positions);

// Writes the features of the ones of `samples` at `positions` to `rows`, one after the other, and
// their classes to `labels`.
void Gather(const Samples& samples, std::span<const size_t> positions, std::span<float> rows,
            std::span<int32_t> labels);

}  // namespace tabtrain
