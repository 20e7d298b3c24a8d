#include "backbone/calibration.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "core/error.h"

namespace tabtrain {
namespace {

constexpr size_t kBins = 2048;
constexpr size_t kFewestBins = 64;  // of a range that may be tried
constexpr double kLevels = 255;

[[noreturn]] void Refuse(const std::string& reason) {
  throw Error(ErrorCode::kInvalidWeights, "activation_ranges " + reason);
}

}  // namespace

std::string RangesText(const ActivationRanges& ranges) {
  std::string text;
  for (const ActivationRange& range : ranges) {
    char pair[64];
    std::snprintf(pair, sizeof pair, "%s%.9g,%.9g", text.empty() ? "" : ",", range.low, range.high);
    text += pair;
  }
  return text;
}

ActivationRanges ParseRanges(const std::string& text) {
  std::vector<float> numbers;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    char* rest = nullptr;
    numbers.push_back(std::strtof(part.c_str(), &rest));
    if (part.empty() || *rest != '\0' || !std::isfinite(numbers.back())) {
      Refuse("holds \"" + part + "\", which is no number");
    }
    begin = end + 1;
  }
  ActivationRanges ranges;
  if (numbers.size() != 2 * ranges.size()) {
    Refuse("has " + std::to_string(numbers.size()) + " numbers, not " +
           std::to_string(2 * ranges.size()));
  }
  for (size_t i = 0; i < ranges.size(); ++i) ranges[i] = {numbers[2 * i], numbers[2 * i + 1]};
  return ranges;
}

double Cosine(std::span<const float> a, std::span<const float> b) {
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

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
