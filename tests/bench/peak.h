#ifndef TABTRAIN_TESTS_BENCH_PEAK_H_
#define TABTRAIN_TESTS_BENCH_PEAK_H_

namespace tabtrain {

// What one thread reaches here in billions of operations a second, a multiplication and an addition
// counted as two, when nothing waits for memory. Measured by running the widest multiply-add that
// this build may use on registers alone, for some tenths of a second on the first call.
double PeakFloat32Gflops();

// The same for products of 8-bit integers, added up in 32 bits; 0 where there is no instruction for
// them.
double PeakInt8Gflops();

}  // namespace tabtrain

#endif  // TABTRAIN_TESTS_BENCH_PEAK_H_
