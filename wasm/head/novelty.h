// "None of these": how far a picture lies from all that the classes were trained on.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "head/samples.h"

namespace tabtrain {

class ClassDistances {
 public:
  // Learns the centre of each class and the variance within the classes, reading each of the
  // training samples, of `inputs` features, once. Throws Error{kInvalidArgument}.
  ClassDistances(const Samples& training, size_t inputs, size_t classes);

  // The distances of a row of features from the centre of each class: the root of the mean of
  // (feature - centre)^2 / variance, so about 1 for a sample like those of training, and infinite
  // for a class without samples. It is the distance of Mahalanobis with the features taken as
  // independent (after Lee et al. 2018).
  std::vector<double> ToEach(std::span<const float> row) const;

  // The distance from the nearest centre.
  double Nearest(std::span<const float> row) const;

  // The same of each of `samples`.
  std::vector<double> Nearest(const Samples& samples) const;

 private:
  size_t inputs_;
  std::vector<double> centres_;   // [classes, inputs]
  std::vector<double> variance_;  // within the classes
  std::vector<bool> known_;       // classes with samples
};

// The value that the part `quantile` of `values`, one at least, stays below; between two values
// linearly, as numpy.quantile. The threshold for "none of these" is such a quantile of the
// distances of validation samples: 0.95 takes one in twenty of those for nothing known.
double Quantile(std::vector<double> values, double quantile);

}  // namespace tabtrain
