// 16 bytes in a register, by the vector extensions that GCC and Clang share: four floats or int32,
// eight int16, sixteen int8.
#pragma once

#include <cstdint>
#include <cstring>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tabtrain {

using Float4 = float __attribute__((vector_size(16)));
using Int4 = int32_t __attribute__((vector_size(16)));
using Short8 = int16_t __attribute__((vector_size(16)));
using Short4 = int16_t __attribute__((vector_size(8)));
using Byte16 = int8_t __attribute__((vector_size(16)));
using Byte8 = int8_t __attribute__((vector_size(8)));

template <typename Vector>
inline Vector Load(const void* from) {
  Vector value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

inline Float4 Load4(const float* from) { return Load<Float4>(from); }
inline void Store4(float* to, Float4 value) { std::memcpy(to, &value, sizeof(value)); }

inline Float4 Splat4(float value) { return Float4{value, value, value, value}; }

// Four int16 as floats.
inline Float4 Load4(const int16_t* from) {
#ifdef __wasm_simd128__
  return reinterpret_cast<Float4>(wasm_f32x4_convert_i32x4(wasm_i32x4_load16x4(from)));
#else
  return __builtin_convertvector(Load<Short4>(from), Float4);
#endif
}

// a b + c, in one rounding where relaxed SIMD is there.
inline Float4 MulAdd(Float4 a, Float4 b, Float4 c) {
#ifdef __wasm_relaxed_simd__
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return a * b + c;
#endif
}

// NaN where b is NaN.
inline Float4 Max4(Float4 a, Float4 b) {
#ifdef __wasm_simd128__
  return reinterpret_cast<Float4>(
      wasm_f32x4_pmax(reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(a)));
#else
  return a > b ? a : b;
#endif
}

inline Float4 Min4(Float4 a, Float4 b) { return -Max4(-a, -b); }

// Rounds to the nearest, ties to even, and stores; |value| below 2^15.
inline void StoreRounded4(int16_t* to, Float4 value) {
  // 1.5 * 2^23: in a float of that size the last bit is worth 1.
  const Float4 rounded = value + Splat4(12582912.0f);
#ifdef __wasm_simd128__
  const auto bits = reinterpret_cast<v128_t>(rounded);
  const v128_t low_halves = wasm_i16x8_shuffle(bits, bits, 0, 2, 4, 6, 0, 2, 4, 6);
  wasm_v128_store64_lane(to, low_halves, 0);
#else
  const Short4 low_halves = __builtin_convertvector(reinterpret_cast<Int4>(rounded), Short4);
  std::memcpy(to, &low_halves, sizeof(low_halves));
#endif
}

inline Short8 Max8(Short8 a, Short8 b) { return a > b ? a : b; }

// The two int16 at `pair` in every lane.
inline Short8 SplatPair(const int16_t* pair) {
#ifdef __wasm_simd128__
  return reinterpret_cast<Short8>(wasm_v128_load32_splat(pair));
#else
  const auto both = Load<int32_t>(pair);
  return reinterpret_cast<Short8>(Int4{both, both, both, both});
#endif
}

// Lane i: a[2i] b[2i] + a[2i + 1] b[2i + 1].
inline Int4 DotPairs(Short8 a, Short8 b) {
#ifdef __wasm_simd128__
  return reinterpret_cast<Int4>(
      wasm_i32x4_dot_i16x8(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
#elif defined(__SSE2__)
  return reinterpret_cast<Int4>(
      _mm_madd_epi16(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
#else
  Int4 sums;
  for (int i = 0; i < 4; ++i) sums[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
  return sums;
#endif
}

// The four int8 at `four` in every lane of 32 bits.
inline Byte16 SplatFour(const int8_t* four) {
#ifdef __wasm_simd128__
  return reinterpret_cast<Byte16>(wasm_v128_load32_splat(four));
#else
  const auto all = Load<int32_t>(four);
  return reinterpret_cast<Byte16>(Int4{all, all, all, all});
#endif
}

// Lane i: a[2i] b[2i] + a[2i + 1] b[2i + 1], which has to fit; b is not negative.
inline Short8 DotBytePairs(Byte16 a, Byte16 b) {
#ifdef __wasm_relaxed_simd__
  return reinterpret_cast<Short8>(
      wasm_i16x8_relaxed_dot_i8x16_i7x16(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
#else
  const auto odd_a = reinterpret_cast<Short8>(a), odd_b = reinterpret_cast<Short8>(b);
  return (odd_a << 8 >> 8) * (odd_b << 8 >> 8) + (odd_a >> 8) * (odd_b >> 8);
#endif
}

// Stores what is below 128 as it is, and the rest as 127.
inline void StoreBytes8(int8_t* to, Short8 value) {
#ifdef __wasm_simd128__
  const auto words = reinterpret_cast<v128_t>(value);
  wasm_v128_store64_lane(to, wasm_i8x16_narrow_i16x8(words, words), 0);
#else
  const Short8 largest = Short8{} + int16_t{127};
  const Byte8 bytes = __builtin_convertvector(value < largest ? value : largest, Byte8);
  std::memcpy(to, &bytes, sizeof(bytes));
#endif
}

}  // namespace tabtrain
