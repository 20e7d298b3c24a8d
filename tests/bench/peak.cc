// Built for the very machine that it runs on (tests/bench/CMakeLists.txt), or for the variant.
#include "peak.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tabtrain {
namespace {

#if defined(__AVX512F__)
constexpr int kBytes = 64;
#elif defined(__AVX__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 16;
#endif
using Floats [[gnu::vector_size(kBytes)]] = float;
constexpr size_t kFloats = kBytes / sizeof(float);

Floats MultiplyAdd(Floats sum, Floats factor, Floats term) {
#if defined(__wasm_relaxed_simd__)
  return wasm_f32x4_relaxed_madd(sum, factor, term);
#else
  return sum * factor + term;
#endif
}

// 4 products for each sum of 32 bits, where there is an instruction for them.
#if defined(__wasm_relaxed_simd__)
using Ints = v128_t;
Ints DotAdd(Ints sum, Ints a, Ints b) { return wasm_i32x4_relaxed_dot_i8x16_i7x16_add(a, b, sum); }
#elif defined(__AVX512VNNI__)
using Ints = __m512i;
Ints DotAdd(Ints sum, Ints a, Ints b) { return _mm512_dpbusd_epi32(sum, a, b); }
#else
#define TABTRAIN_NO_DOT
#endif

// Keeps the compiler from knowing a value, and from leaving out what made it.
template <typename Vector>
void Hide(Vector& value) {
  Vector copy = value;
  asm volatile("" : "+m"(copy));
  value = copy;
}

// Billions of calls of `step` a second. The sums do not depend on each other: enough of them to
// hide the latency of one, few enough to stay in registers. A call of its own each time, because V8
// puts better code in place between calls only.
template <typename Vector, typename Step>
[[gnu::noinline]] double Rate(Step step) {
  constexpr int kSums = 12;
  constexpr int kSteps = 1'000'000;
  Vector sums[kSums] = {};
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kSteps; ++i) {
    for (Vector& sum : sums) sum = step(sum);
  }
  for (Vector& sum : sums) Hide(sum);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return 1e-9 * kSums * kSteps / seconds.count();
}

template <typename Vector, typename Step>
double BestRate(Step step) {
  constexpr int kRuns = 30;
  double best = 0;
  for (int run = 0; run < kRuns; ++run) best = std::max(best, Rate<Vector>(step));
  return best;
}

}  // namespace

double PeakFloat32Gflops() {
  static const double peak = [] {
    Floats factor = Floats{} + 0.5F, term = Floats{} + 1.0F;
    Hide(factor);
    Hide(term);
    const auto step = [&](Floats sum) { return MultiplyAdd(sum, factor, term); };
    return 2.0 * kFloats * BestRate<Floats>(step);
  }();
  return peak;
}

double PeakInt8Gflops() {
#if defined(TABTRAIN_NO_DOT)
  return 0;
#else
  static const double peak = [] {
    Ints a = {}, b = {};
    Hide(a);
    Hide(b);
    const auto step = [&](Ints sum) { return DotAdd(sum, a, b); };
    return 2.0 * sizeof(Ints) * BestRate<Ints>(step);
  }();
  return peak;
#endif
}

}  // namespace tabtrain
