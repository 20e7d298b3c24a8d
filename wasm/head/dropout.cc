#include "head/dropout.h"

#include <algorithm>

#include "core/error.h"

namespace tabtrain {

DropoutLayer::DropoutLayer(size_t inputs, const Dropout& spec) : inputs_(inputs), rate_(spec.rate) {
  CheckArgument(rate_ >= 0 && rate_ < 1,
                "The rate of a dropout must be at least 0 and below 1; try 0.2.");
}

void DropoutLayer::Forward(std::span<const float> x, size_t, std::span<float> y, Parallel&) const {
  std::ranges::copy(x, y.begin());
}

void DropoutLayer::ForwardTraining(std::span<const float> x, size_t, std::span<float> y, Rng& rng,
                                   Parallel&) {
  scales_.resize(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    scales_[i] = rng.Uniform() < rate_ ? 0 : 1 / (1 - rate_);
    y[i] = x[i] * scales_[i];
  }
}

void DropoutLayer::Backward(std::span<const float>, std::span<const float>, std::span<float> dy,
                            size_t, std::span<float> dx, GradientSink&, Parallel&) {
  for (size_t i = 0; i < dx.size(); ++i) dx[i] = dy[i] * scales_[i];
}

}  // namespace tabtrain
