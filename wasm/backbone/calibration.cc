#include "backbone/calibration.h"

#include <algorithm>
#include <limits>

namespace tabtrain {
namespace {

constexpr size_t kBins = 2048;
constexpr size_t kFewestBins = 64;  // of a range that may be tried
constexpr double kLevels = 255;

}  // namespace

void Calibration::Histogram::Add(float value) {
  if (value <= 0) {
    lowest = std::min(lowest, value);
    return;
  }
  if (bins.empty()) {
    bins.resize(kBins);
    limit = value;
  }
  while (value > limit) {
    limit *= 2;
    for (size_t i = 0; i < kBins / 2; ++i) bins[i] = bins[2 * i] + bins[2 * i + 1];
    std::fill(bins.begin() + kBins / 2, bins.end(), 0);
  }
  ++bins[std::min(kBins - 1, static_cast<size_t>(value / limit * kBins))];
}

// A range that ends at bin n costs a value inside step^2 / 12 (the variance of rounding), a value
// beyond it the square of its distance. In units of bins.
float Calibration::Histogram::BestLimit() const {
  if (bins.empty()) return 0;
  size_t best = kBins;
  double best_error = std::numeric_limits<double>::infinity();
  for (size_t end = kFewestBins; end <= kBins; ++end) {
    const double step = static_cast<double>(end) / kLevels;
    double inside = 0, error = 0;
    for (size_t i = 0; i < end; ++i) inside += static_cast<double>(bins[i]);
    for (size_t i = end; i < kBins; ++i) {
      const double distance = static_cast<double>(i - end) + 0.5;
      error += static_cast<double>(bins[i]) * distance * distance;
    }
    error += inside * step * step / 12;
    if (error < best_error) {
      best_error = error;
      best = end;
    }
  }
  return limit * static_cast<float>(best) / kBins;
}

void Calibration::Count(const InceptionLayer& layer, std::span<const float> values) {
  Histogram& histogram = layers_[&layer - kInceptionV3.data()];
  for (const float value : values) histogram.Add(value);
}

ActivationRanges Calibration::Ranges() const {
  ActivationRanges ranges;
  for (size_t i = 0; i < ranges.size(); ++i) {
    // What is below 0 comes before a pooling and a relu, where cutting it off would show.
    ranges[i] = {.low = layers_[i].lowest, .high = layers_[i].BestLimit()};
  }
  return ranges;
}

}  // namespace tabtrain
