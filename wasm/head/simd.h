// Four floats in a register, by the vector extensions that GCC and Clang share.
#pragma once

#include <cstring>

namespace tabtrain {

using Float4 = float __attribute__((vector_size(16)));

inline Float4 Load4(const float* from) {
  Float4 value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

inline void Store4(float* to, Float4 value) { std::memcpy(to, &value, sizeof(value)); }

inline Float4 Splat4(float value) { return Float4{value, value, value, value}; }

// a b + c, in one rounding where relaxed SIMD is there.
inline Float4 MulAdd(Float4 a, Float4 b, Float4 c) {
#ifdef __wasm_relaxed_simd__
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return a * b + c;
#endif
}

}  // namespace tabtrain
