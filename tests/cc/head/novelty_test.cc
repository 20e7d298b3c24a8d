#include "head/novelty.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "head/memory_source.h"
#include "head/test_util.h"

namespace tabtrain {
namespace {

TEST(ClassDistances, AreThoseOfTheDefinition) {
  // Class 0 at (0, 0) and (2, 4), class 2 at (10, 10); class 1 has no sample. Centres (1, 2) and
  // (10, 10); variances within the classes (1 + 1 + 0) / 3 and (4 + 4 + 0) / 3, and to each one
  // hundredth of their mean, 5 / 3.
  const Data data{.inputs = 2, .features = {0, 0, 2, 4, 10, 10}, .labels = {0, 0, 2}};
  MemorySource source(data);
  const ClassDistances distances(source.Range(0, 3), 2, 3);
  const double vx = 2.0 / 3 + 5 / 300.0, vy = 8.0 / 3 + 5 / 300.0;
  EXPECT_NEAR(distances.Nearest(std::vector<float>{1, 2}), 0, 1e-9);
  EXPECT_NEAR(distances.Nearest(std::vector<float>{3, 3}), std::sqrt((4 / vx + 1 / vy) / 2), 1e-9);
  EXPECT_NEAR(distances.Nearest(std::vector<float>{10, 7}), std::sqrt(9 / vy / 2), 1e-9);
  EXPECT_EQ(distances.Nearest(source.Range(0, 3))[2], 0);
  const std::vector<double> each = distances.ToEach(std::vector<float>{1, 1});
  EXPECT_NEAR(each[0], std::sqrt(1 / vy / 2), 1e-9);
  EXPECT_TRUE(std::isinf(each[1]));
  EXPECT_NEAR(each[2], std::sqrt((81 / vx + 81 / vy) / 2), 1e-9);
}

TEST(ClassDistances, TellOtherSamplesFromThoseOfTheClasses) {
  const Data data = MakeData(300, 32, 3, 1), other = MakeData(100, 32, 1, 9);
  MemorySource source(data), other_source(other);
  const ClassDistances distances(source.Range(0, 200), 32, 3);
  const double threshold = Quantile(distances.Nearest(source.Range(200, 300)), 0.95);
  size_t found = 0;
  for (const double distance : distances.Nearest(other_source.Range(0, 100))) {
    found += distance > threshold;
  }
  EXPECT_GE(found, 90u);
}

TEST(ClassDistances, StayFiniteForOneSampleAClass) {
  const Data data{.inputs = 1, .features = {1, 2}, .labels = {0, 1}};
  MemorySource source(data);
  const ClassDistances distances(source.Range(0, 2), 1, 2);
  EXPECT_EQ(distances.Nearest(std::vector<float>{1}), 0);
  EXPECT_TRUE(std::isfinite(distances.Nearest(std::vector<float>{3})));
}

TEST(ClassDistances, NeedSamples) {
  ExpectError(ErrorCode::kInvalidArgument, "add images", [] { ClassDistances({}, 1, 2); });
}

TEST(Quantile, AsNumPy) {
  const std::vector<double> values{3, 1, 4, 1.5, 9};
  EXPECT_DOUBLE_EQ(Quantile(values, 0), 1);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.1), 1.2);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.5), 3);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.95), 8);
  EXPECT_DOUBLE_EQ(Quantile(values, 1), 9);
  ExpectError(ErrorCode::kInvalidArgument, "no distances", [] { Quantile({}, 0.5); });
  ExpectError(ErrorCode::kInvalidArgument, "between 0 and 1", [] { Quantile({1}, 1.1); });
  ExpectError(ErrorCode::kInvalidArgument, "between 0 and 1", [] { Quantile({1}, NAN); });
}

}  // namespace
}  // namespace tabtrain
