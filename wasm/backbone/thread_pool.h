// The one pool of threads: XNNPACK's operators run on it, and through Parallel everything else
// does.
#pragma once

#include <cstddef>
#include <functional>

#include "core/parallel.h"

struct pthreadpool;

namespace tabtrain {

class ThreadPool : public Parallel {
 public:
  // `threads` counts the caller's own; 1 starts none, and a build without threads runs on one
  // whatever is asked. Throws kOutOfMemory when they cannot be had.
  explicit ThreadPool(size_t threads);
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  size_t threads() const override;
  void Run(size_t count, const std::function<void(size_t)>& task) override;

  // Null for one thread, which is how XNNPACK asks for the caller's own.
  pthreadpool* handle() const { return pool_; }

 private:
  pthreadpool* pool_ = nullptr;
};

}  // namespace tabtrain
