#include "head/reduce.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/rng.h"
#include "head/test_util.h"

namespace tabtrain {
namespace {

TEST(SumOfSquares, IsTheSumForAnyThreads) {
  Rng rng(1);
  for (const size_t size : {0, 1, 15, 16, 16384, 40007}) {
    std::vector<float> values(size);
    for (float& value : values) value = rng.Normal();
    double expected = 0;
    for (const float value : values) expected += double{value} * value;
    const double sum = SumOfSquares(values, SerialParallel());
    EXPECT_NEAR(sum, expected, 1e-6 * expected);
    Backwards backwards;
    EXPECT_EQ(sum, SumOfSquares(values, backwards));
  }
}

TEST(SumOfSquares, ShowsAValueThatIsNoNumber) {
  std::vector<float> values(20000, 1);
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    values[17000] = bad;
    EXPECT_FALSE(std::isfinite(SumOfSquares(values, SerialParallel())));
  }
}

}  // namespace
}  // namespace tabtrain
