#include "head/novelty.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "head/moments.h"

namespace tabtrain {
namespace {

// Added to each variance, as a part of the mean variance: few samples leave some features with
// none.
constexpr double kVarianceFloor = 0.01;

}  // namespace

ClassDistances::ClassDistances(const Samples& training, size_t inputs, size_t classes)
    : inputs_(inputs), centres_(classes * inputs), variance_(inputs), known_(classes) {
  CheckArgument(training.size() > 0, "There is nothing to learn distances from: add images.");
  std::vector<float> row(inputs);
  std::vector<size_t> counts(classes);
  for (size_t i = 0; i < training.size(); ++i) {
    const auto label = static_cast<size_t>(training.labels[i]);
    training.features->Read(training.indices[i], row);
    AddRow(row, ++counts[label], std::span(centres_).subspan(label * inputs, inputs), variance_);
    known_[label] = true;
  }
  for (double& value : variance_) value /= static_cast<double>(training.size());
  const double mean =
      std::accumulate(variance_.begin(), variance_.end(), 0.0) / static_cast<double>(inputs);
  for (double& value : variance_) {
    value += kVarianceFloor * mean + std::numeric_limits<float>::min();
  }
}

std::vector<double> ClassDistances::ToEach(std::span<const float> row) const {
  std::vector<double> distances(known_.size(), std::numeric_limits<double>::infinity());
  for (size_t label = 0; label < known_.size(); ++label) {
    if (!known_[label]) continue;
    double sum = 0;
    for (size_t i = 0; i < inputs_; ++i) {
      const double difference = row[i] - centres_[label * inputs_ + i];
      sum += difference * difference / variance_[i];
    }
    distances[label] = std::sqrt(sum / static_cast<double>(inputs_));
  }
  return distances;
}

double ClassDistances::Nearest(std::span<const float> row) const {
  return std::ranges::min(ToEach(row));
}

std::vector<double> ClassDistances::Nearest(const Samples& samples) const {
  std::vector<double> distances(samples.size());
  std::vector<float> row(inputs_);
  for (size_t i = 0; i < samples.size(); ++i) {
    samples.features->Read(samples.indices[i], row);
    distances[i] = Nearest(row);
  }
  return distances;
}

double Quantile(std::vector<double> values, double quantile) {
  CheckArgument(!values.empty(), "There are no distances to take a threshold from.");
  CheckArgument(quantile >= 0 && quantile <= 1, "A quantile must be between 0 and 1; try 0.95.");
  std::ranges::sort(values);
  const double position = quantile * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], position - static_cast<double>(below));
}

}  // namespace tabtrain
