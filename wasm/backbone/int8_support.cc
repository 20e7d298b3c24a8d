#include "backbone/int8_support.h"

#ifdef __wasm_relaxed_simd__
#include <wasm_simd128.h>
#endif

namespace tabtrain {

#ifdef __wasm_relaxed_simd__
namespace {

// The instruction's second operand is meant to have 7 bits; what an eighth does is the processor's
// choice. The kernels can use two: it is the sign, or one more bit of an unsigned number; in both,
// nothing may saturate on the way, which -128 * 255 shows. `top` is what a byte of ones stands for.
bool DotReadsOnesAs(int32_t top) {
  // volatile: the compiler must not compute it with a choice of its own.
  const volatile v128_t one = wasm_i8x16_splat(1);
  const volatile v128_t lowest = wasm_i8x16_splat(-128);
  const volatile v128_t ones = wasm_i8x16_splat(-1);
  const v128_t zero = wasm_i32x4_splat(0);
  const v128_t small = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(one, ones, zero);
  const v128_t large = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(lowest, ones, zero);
  const v128_t largest = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(lowest, lowest, zero);
  const int32_t high_bit = top - 127;  // -128 or 128
  return wasm_i32x4_extract_lane(small, 0) == 4 * top &&
         wasm_i32x4_extract_lane(large, 0) == 4 * -128 * top &&
         wasm_i32x4_extract_lane(largest, 0) == 4 * -128 * high_bit;
}

}  // namespace

bool HasInt8DotProducts() { return DotReadsOnesAs(-1) || DotReadsOnesAs(255); }
#else
bool HasInt8DotProducts() {
#ifdef __wasm__
  return false;
#else
  return true;
#endif
}
#endif

}  // namespace tabtrain
