#include "head/mixup.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tabtrain {
namespace {

// The logarithm of a draw of Gamma(shape, 1), by Marsaglia and Tsang, "A simple method for
// generating gamma variables" (2000). Small shapes give values that only a logarithm can hold.
double LogGamma(double shape, Rng& rng) {
  if (shape < 1) {
    const double uniform = 1 - rng.Uniform();  // (0, 1]
    return LogGamma(shape + 1, rng) + std::log(uniform) / shape;
  }
  const double d = shape - 1.0 / 3;
  while (true) {
    const double normal = rng.Normal();
    const double root = 1 + normal / std::sqrt(9 * d);
    if (root <= 0) continue;
    const double cube = root * root * root;
    const double uniform = 1 - rng.Uniform();
    if (std::log(uniform) < normal * normal / 2 + d - d * cube + d * std::log(cube)) {
      return std::log(d * cube);
    }
  }
}

}  // namespace

Mix DrawMix(float alpha, size_t rows, Rng& rng) {
  const double a = LogGamma(alpha, rng);
  const double b = LogGamma(alpha, rng);
  Mix mix{.share = static_cast<float>(1 / (1 + std::exp(b - a))),
          .partners = std::vector<size_t>(rows)};
  std::iota(mix.partners.begin(), mix.partners.end(), size_t{0});
  rng.Shuffle(std::span(mix.partners));
  return mix;
}

void MixRows(const Mix& mix, std::span<const float> from, std::span<float> to) {
  const size_t columns = from.size() / mix.partners.size();
  for (size_t row = 0; row < mix.partners.size(); ++row) {
    const float* a = &from[row * columns];
    const float* b = &from[mix.partners[row] * columns];
    for (size_t i = 0; i < columns; ++i) {
      to[row * columns + i] = mix.share * a[i] + (1 - mix.share) * b[i];
    }
  }
}

}  // namespace tabtrain
