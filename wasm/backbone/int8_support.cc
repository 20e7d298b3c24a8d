#include "backbone/int8_support.h"

#ifdef __wasm_relaxed_simd__
#include <wasm_simd128.h>
#endif

namespace tabtrain {

#ifdef __wasm_relaxed_simd__
namespace {

// The instruction's second operand is meant to have 7 bits; what an eighth does is the processor's
// choice. These are the two choices that the kernels can use: signed, and unsigned without
// saturation in between. volatile: the compiler must not compute it with a choice of its own.
bool DotGives(int32_t as_signed_or_unsigned) {
  const volatile v128_t ones = wasm_i8x16_splat(1);
  const volatile v128_t high_bit = wasm_i8x16_splat(-128);
  const volatile v128_t low = wasm_i8x16_splat(-128);
  const v128_t small = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(ones, high_bit, wasm_i32x4_splat(0));
  const v128_t large = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(low, high_bit, wasm_i32x4_splat(0));
  return wasm_i32x4_extract_lane(small, 0) == 4 * as_signed_or_unsigned &&
         wasm_i32x4_extract_lane(large, 0) == 4 * -128 * as_signed_or_unsigned;
}

}  // namespace

bool HasInt8DotProducts() { return DotGives(-128) || DotGives(128); }
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
