// Who runs the tasks of a loop. backbone/ implements it on its thread pool; head/ and image/ take
// it as an argument, so that one pool serves all and no folder has to know another.
#pragma once

#include <cstddef>
#include <functional>

namespace tabtrain {

class Parallel {
 public:
  virtual ~Parallel() = default;
  // How many tasks run at once.
  virtual size_t threads() const = 0;
  // Calls task(i) once for each i in [0, count), in any order, and returns when all have returned.
  // A task must not throw.
  virtual void Run(size_t count, const std::function<void(size_t)>& task) = 0;
};

// Runs the tasks one after the other on the caller's thread.
Parallel& SerialParallel();

}  // namespace tabtrain
