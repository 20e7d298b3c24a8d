// Whether this device computes what the kernels expect: some engines accept SIMD instructions and
// compute something else.
#pragma once

#include "backbone/thread_pool.h"

namespace tabtrain {

// Runs each kind of layer on small random data and compares with plain loops; takes a few
// milliseconds. Throws Error{kInternal} that names the first kind that is off.
void SelfTest(ThreadPool& pool);

}  // namespace tabtrain
