// Features in memory.
#pragma once

#include <algorithm>
#include <numeric>

#include "head/samples.h"
#include "head/test_util.h"

namespace tabtrain {

class MemorySource : public FeatureSource {
 public:
  // `data` must outlive this.
  explicit MemorySource(const Data& data) : data_(data) {}

  void Read(size_t index, std::span<float> row) override {
    std::copy_n(&data_.features[index * data_.inputs], data_.inputs, row.begin());
  }

  // The samples first to last - 1.
  Samples Range(size_t first, size_t last) {
    Samples samples;
    samples.features = this;
    samples.indices.resize(last - first);
    std::iota(samples.indices.begin(), samples.indices.end(), first);
    for (const size_t i : samples.indices) samples.labels.push_back(data_.labels[i]);
    return samples;
  }

 private:
  const Data& data_;
};

}  // namespace tabtrain
