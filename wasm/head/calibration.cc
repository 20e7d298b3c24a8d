#include "head/calibration.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "head/activation.h"

namespace tabtrain {
namespace {

// By the inverse temperature b, the cross-entropy of a row of logits z with the targets t has the
// derivative sum_j softmax(b z)_j z_j - sum_j t_j z_j, which rises with b.
double Slope(std::span<const float> logits, size_t label, double inverse, double softening) {
  const double max = *std::max_element(logits.begin(), logits.end());
  double sum = 0, weighted = 0, total = 0;
  for (const float logit : logits) {
    const double weight = std::exp(inverse * (logit - max));
    sum += weight;
    weighted += weight * logit;
    total += logit;
  }
  const double target =
      (1 - softening) * logits[label] + softening * total / static_cast<double>(logits.size());
  return weighted / sum - target;
}

}  // namespace

float FitTemperature(std::span<const float> logits, std::span<const int32_t> labels,
                     size_t classes) {
  CheckArgument(!labels.empty(), "There is nothing to calibrate on: give validation samples.");
  CheckArgument(logits.size() == labels.size() * classes,
                "The logits do not fit labels and classes.");
  const double softening =
      static_cast<double>(classes) / static_cast<double>(labels.size() + classes);
  double low = std::log(1 / 20.0), high = std::log(20.0);  // of the inverse temperature
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    double slope = 0;
    for (size_t row = 0; row < labels.size(); ++row) {
      slope += Slope(logits.subspan(row * classes, classes), static_cast<size_t>(labels[row]),
                     std::exp(middle), softening);
    }
    (slope < 0 ? low : high) = middle;
  }
  return static_cast<float>(std::exp(-low));
}

void Calibrate(std::span<float> logits, size_t classes, float temperature) {
  for (float& logit : logits) logit /= temperature;
  Activate(Activation::kSoftmax, classes, logits);
}

}  // namespace tabtrain
