#include "backbone/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.h"

namespace tabtrain {
namespace {

const InceptionLayer& kLayer = kInceptionV3[3];

// The mean squared error of a range, counted out on the values themselves.
double Error(const std::vector<float>& values, float high) {
  const Quantization q = QuantizationFor({0, high});
  double error = 0;
  for (const float value : values) {
    const double back = q.scale * (Quantize(value, q) - q.zero_point);
    error += (value - back) * (value - back);
  }
  return error / static_cast<double>(values.size());
}

TEST(Calibration, CutsWhereTheErrorIsSmallest) {
  Rng rng(1);
  std::vector<float> values(40000);
  for (float& value : values) value = std::max(0.0f, static_cast<float>(rng.Normal()));
  values[100] = 40;  // far beyond the others
  Calibration calibration;
  calibration.Count(kLayer, std::span(values).first(10000));
  calibration.Count(kLayer, std::span(values).subspan(10000));
  const ActivationRange range = calibration.Ranges()[3];
  EXPECT_EQ(range.low, 0);
  double best = 1;
  for (int i = 1; i <= 100; ++i) best = std::min(best, Error(values, 0.4f * static_cast<float>(i)));
  EXPECT_LT(Error(values, range.high), 1.1 * best);
  EXPECT_LT(range.high, 40);
}

TEST(Calibration, KeepsWhatIsBelowZero) {
  Calibration calibration;
  calibration.Count(kLayer, std::vector<float>{-2.5f, 1, 3});
  const ActivationRange range = calibration.Ranges()[3];
  EXPECT_EQ(range.low, -2.5f);
  EXPECT_NEAR(range.high, 3, 0.01f);
  EXPECT_EQ(calibration.Ranges()[4].high, 0);  // nothing came from there
}

TEST(Calibration, RangesComeBackFromTheirTextAsTheyWere) {
  Rng rng(2);
  ActivationRanges ranges;
  for (ActivationRange& range : ranges) range = {rng.Uniform(-1e3f, 0), rng.Uniform(0, 1e-3f)};
  const ActivationRanges back = ParseRanges(RangesText(ranges));
  for (size_t i = 0; i < ranges.size(); ++i) {
    EXPECT_EQ(back[i].low, ranges[i].low);
    EXPECT_EQ(back[i].high, ranges[i].high);
  }
}

}  // namespace
}  // namespace tabtrain
