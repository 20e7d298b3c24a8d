// What several tests of the head share.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"
#include "head/head.h"

namespace tabtrain {

// Random samples, of classes that features can tell.
struct Data {
  size_t inputs;
  std::vector<float> features;
  std::vector<int32_t> labels;
};

inline Data MakeData(size_t rows, size_t inputs, size_t classes, uint64_t seed) {
  Rng rng(seed);
  std::vector<float> centres(classes * inputs);
  for (float& value : centres) value = rng.Normal();
  Data data{.inputs = inputs, .features = {}, .labels = {}};
  for (size_t row = 0; row < rows; ++row) {
    const size_t label = row % classes;
    data.labels.push_back(static_cast<int32_t>(label));
    for (size_t i = 0; i < inputs; ++i) {
      data.features.push_back(centres[label * inputs + i] + rng.Normal());
    }
  }
  return data;
}

// Says that it has several threads, and runs the tasks in an order that no loop would.
class Backwards : public Parallel {
 public:
  size_t threads() const override { return 4; }
  void Run(size_t count, const std::function<void(size_t)>& task) override {
    for (size_t i = count; i-- > 0;) task(i);
  }
};

// That `call` throws an Error with this code, whose message holds `part`.
inline void ExpectError(ErrorCode code, const std::string& part,
                        const std::function<void()>& call) {
  try {
    call();
    ADD_FAILURE() << "no error; expected one with: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

}  // namespace tabtrain
