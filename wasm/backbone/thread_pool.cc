#include "backbone/thread_pool.h"

#include <pthreadpool.h>

#include "core/error.h"

namespace tabtrain {
namespace {

#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)
constexpr bool kHasThreads = false;
#else
constexpr bool kHasThreads = true;
#endif

}  // namespace

ThreadPool::ThreadPool(size_t threads) {
  CheckArgument(threads >= 1, "threads is 0: use at least one");
  if (threads == 1 || !kHasThreads) return;
  pool_ = pthreadpool_create(threads);
  if (pool_ == nullptr) throw Error(ErrorCode::kOutOfMemory, "the threads could not be started");
}

ThreadPool::~ThreadPool() {
  if (pool_ != nullptr) pthreadpool_destroy(pool_);
}

size_t ThreadPool::threads() const { return pthreadpool_get_threads_count(pool_); }

void ThreadPool::Run(size_t count, const std::function<void(size_t)>& task) {
  const auto call = [](void* context, size_t i) {
    (*static_cast<const std::function<void(size_t)>*>(context))(i);
  };
  pthreadpool_parallelize_1d(pool_, call, const_cast<std::function<void(size_t)>*>(&task), count,
                             /*flags=*/0);
}

}  // namespace tabtrain
