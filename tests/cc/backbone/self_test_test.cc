#include "backbone/self_test.h"

#include <gtest/gtest.h>

namespace tabtrain {
namespace {

// On every machine that runs these tests the kernels are right, whatever the number of threads.
TEST(SelfTest, Passes) {
  for (const size_t threads : {1, 2}) {
    ThreadPool pool(threads);
    EXPECT_NO_THROW(SelfTest(pool));
  }
}

}  // namespace
}  // namespace tabtrain
