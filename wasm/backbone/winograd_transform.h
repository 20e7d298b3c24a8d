// Winograd's minimal filtering, one dimension at a time: kOutputs neighbours of a convolution with
// kTaps taps from kSize = kOutputs + kTaps - 1 products in place of kOutputs * kTaps (Lavin and
// Gray 2015, https://arxiv.org/abs/1509.09308). The matrices are Cook and Toom's for the points 0,
// +-p for each p of WinogradPoints, and infinity: value i of an input transform has the
// coefficients of the polynomial whose zeros are all points but its own. Those of +p and -p differ
// in the sign of every other coefficient only, so both come from one sum of even and one of odd
// terms.
#pragma once

#include <array>
#include <cstddef>

#include "core/simd.h"

namespace tabtrain {

// The positive points for tiles of `size` values, chosen for small errors of rounding.
template <int kSize>
constexpr auto WinogradPoints() {
  constexpr std::array kPoints = {1.0, 2.0, 0.5, 1.5};
  static_assert(kSize >= 4 && kSize % 2 == 0 && (kSize - 2) / 2 <= kPoints.size());
  std::array<double, (kSize - 2) / 2> points{};
  for (size_t i = 0; i < points.size(); ++i) points[i] = kPoints[i];
  return points;
}

template <int kSize>
class WinogradTransform {
 public:
  // kSize neighbours of the input to kSize values, in the order 0, +p, -p, ..., infinity.
  static void Input(const std::array<Float4, kSize>& d, std::array<Float4, kSize>& v) {
    v[0] = Sum<0>(d, kWhole);
    v[kSize - 1] = Sum<1>(d, kWhole);
    for (size_t j = 0; j < kPairs; ++j) {
      const Float4 even = Sum<2>(d, kWithout[j]);
      const Float4 odd = Sum<1>(d, kWithoutTimesPoint[j]);
      v[1 + 2 * j] = even + odd;
      v[2 + 2 * j] = even - odd;
    }
  }

  // kTaps weights to kSize values.
  template <size_t kTaps>
  static std::array<double, kSize> Kernel(const std::array<double, kTaps>& w) {
    std::array<double, kSize> u{};
    u[0] = w[0] / kWhole[0];
    u[kSize - 1] = w[kTaps - 1] / kWhole[kPairs];
    for (size_t j = 0; j < kPairs; ++j) {
      const double p = kPoints[j];
      double even = 0, odd = 0;
      for (size_t k = 0; k < kTaps; ++k) (k % 2 == 0 ? even : odd) += Power(p, k) * w[k];
      const double others = 2 * p * p * Value(kWithout[j], p * p);
      u[1 + 2 * j] = (even + odd) / others;
      u[2 + 2 * j] = (even - odd) / others;
    }
    return u;
  }

  // kSize products to kOutputs neighbours of the output.
  template <size_t kOutputs>
  static void Output(const std::array<Float4, kSize>& m, std::array<Float4, kOutputs>& y) {
    std::array<Float4, kPairs> sum, difference;
    for (size_t j = 0; j < kPairs; ++j) {
      sum[j] = m[1 + 2 * j] + m[2 + 2 * j];
      difference[j] = m[1 + 2 * j] - m[2 + 2 * j];
    }
    for (size_t i = 0; i < kOutputs; ++i) {
      const std::array<Float4, kPairs>& terms = i % 2 == 0 ? sum : difference;
      y[i] = i == 0 ? m[0] + terms[0] : terms[0];  // the first point is 1
      for (size_t j = 1; j < kPairs; ++j) {
        y[i] = MulAdd(Splat4(static_cast<float>(Power(kPoints[j], i))), terms[j], y[i]);
      }
    }
    y[kOutputs - 1] += m[kSize - 1];
  }

  // What the coefficients of each value of Input sum to, those above 0 and those below.
  struct Gains {
    std::array<double, kSize> positive{}, negative{};
  };
  static constexpr Gains InputGains() {
    Gains gains;
    const auto add = [&gains](size_t value, double coefficient) {
      (coefficient > 0 ? gains.positive : gains.negative)[value] +=
          coefficient > 0 ? coefficient : -coefficient;
    };
    for (const double c : kWhole) {
      add(0, c);
      add(kSize - 1, c);
    }
    for (size_t j = 0; j < kPairs; ++j) {
      for (size_t k = 0; k < kPairs; ++k) {
        for (const size_t value : {1 + 2 * j, 2 + 2 * j}) add(value, kWithout[j][k]);
        add(1 + 2 * j, kWithoutTimesPoint[j][k]);
        add(2 + 2 * j, -kWithoutTimesPoint[j][k]);
      }
    }
    return gains;
  }

 private:
  static constexpr size_t kPairs = (kSize - 2) / 2;
  static constexpr std::array<double, kPairs> kPoints = WinogradPoints<kSize>();

  // Coefficients of the product of x^2 - p^2 over all points p but `skipped`, by powers of x^2,
  // times the power of 2 that brings their sum near 8: values of one size round alike.
  template <size_t kCount>
  static constexpr std::array<double, kCount> Product(size_t skipped) {
    std::array<double, kCount> c{1};
    size_t degree = 0;
    for (size_t i = 0; i < kPairs; ++i) {
      if (i == skipped) continue;
      ++degree;
      for (size_t k = degree + 1; k-- > 0;) {
        c[k] = (k > 0 ? c[k - 1] : 0) - kPoints[i] * kPoints[i] * (k < degree ? c[k] : 0);
      }
    }
    double sum = 0;
    for (const double value : c) sum += value > 0 ? value : -value;
    double scale = 1;
    while (sum * scale > 11) scale /= 2;
    for (double& value : c) value *= scale;
    return c;
  }
  static constexpr auto MakeWithout(bool times_point) {
    std::array<std::array<double, kPairs>, kPairs> products{};
    for (size_t j = 0; j < kPairs; ++j) {
      products[j] = Product<kPairs>(j);
      for (double& c : products[j]) c *= times_point ? kPoints[j] : 1;
    }
    return products;
  }
  static constexpr std::array<double, kPairs + 1> kWhole = Product<kPairs + 1>(kPairs);
  static constexpr auto kWithout = MakeWithout(/*times_point=*/false);
  static constexpr auto kWithoutTimesPoint = MakeWithout(/*times_point=*/true);

  static constexpr double Power(double base, size_t exponent) {
    double power = 1;
    for (size_t i = 0; i < exponent; ++i) power *= base;
    return power;
  }
  template <size_t kCount>
  static constexpr double Value(const std::array<double, kCount>& coefficients, double x) {
    double value = 0;
    for (size_t k = kCount; k-- > 0;) value = value * x + coefficients[k];
    return value;
  }
  // The terms of every other d from kFirst on.
  template <size_t kFirst, size_t kCount>
  static Float4 Sum(const std::array<Float4, kSize>& d, const std::array<double, kCount>& c) {
    Float4 sum = Splat4(static_cast<float>(c[0])) * d[kFirst];
    for (size_t k = 1; k < kCount; ++k) {
      sum = MulAdd(Splat4(static_cast<float>(c[k])), d[kFirst + 2 * k], sum);
    }
    return sum;
  }
};

}  // namespace tabtrain
