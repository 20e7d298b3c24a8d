#include "backbone/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "core/error.h"

namespace tabtrain {
namespace {

TEST(ThreadPool, RunsEveryTaskOnce) {
  for (const size_t threads : {1, 2}) {
    ThreadPool pool(threads);
    std::vector<std::atomic<int>> runs(1000);
    pool.Run(runs.size(), [&](size_t i) { ++runs[i]; });
    for (const auto& count : runs) EXPECT_EQ(count, 1);
    pool.Run(0, [&](size_t) { FAIL(); });
  }
}

TEST(ThreadPool, RefusesNoThreads) { EXPECT_THROW(ThreadPool(0), Error); }

}  // namespace
}  // namespace tabtrain
