// The inner loop of our own convolutions: rows of activations times a panel of weights that covers
// kGemmColumns output channels. float: fused multiply-adds. int16: sums of two products at a time
// (pmaddwd), exact in int32, at up to twice the rate. int8: sums of four (pmaddubsw, twice), which
// have to fit into int16, at up to three times the rate; rows are not negative.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/simd.h"

// Engines keep to the order of the loads, which in an unrolled loop fill more registers than there
// are.
#ifdef __clang__
#define TABTRAIN_NO_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define TABTRAIN_NO_UNROLL _Pragma("GCC unroll 1")
#endif

namespace tabtrain {

inline constexpr int kGemmColumns = 8;
// Values of the depth that lie together in a panel: 32 bits of int16 and int8.
template <typename T>
inline constexpr size_t kGemmGroup = 1;
template <>
inline constexpr size_t kGemmGroup<int16_t> = 2;
template <>
inline constexpr size_t kGemmGroup<int8_t> = 4;
// Values of the depth that one step multiplies.
template <typename T>
inline constexpr size_t kGemmStep = kGemmGroup<T>;
template <>
inline constexpr size_t kGemmStep<int8_t> = 2 * kGemmGroup<int8_t>;

// Rows at once, as many as run fastest: those of float fill the registers with sums, and for
// integers it is the ports of the processor that decide.
template <typename T>
inline constexpr size_t kGemmRows = 3;
template <>
inline constexpr size_t kGemmRows<float> = 6;

template <typename T>
struct GemmSum {
  using Type = Int4;
};
template <>
struct GemmSum<float> {
  using Type = Float4;
};

// [row][half of the columns]
template <typename T, size_t kRows>
using GemmSums = std::array<std::array<typename GemmSum<T>::Type, 2>, kRows>;

// Where weight (depth k, column c) lies in a panel of the type.
template <typename T>
constexpr size_t PanelIndex(size_t k, size_t c) {
  return (k / kGemmGroup<T> * kGemmColumns + c) * kGemmGroup<T> + k % kGemmGroup<T>;
}

namespace internal {

template <size_t kRows>
inline void GemmStep(const std::array<const float*, kRows>& rows, const float* panel,
                     GemmSums<float, kRows>& sums) {
  const Float4 left = Load4(panel), right = Load4(panel + 4);
  for (size_t r = 0; r < kRows; ++r) {
    const Float4 x = Splat4(*rows[r]);
    sums[r][0] = MulAdd(x, left, sums[r][0]);
    sums[r][1] = MulAdd(x, right, sums[r][1]);
  }
}

template <size_t kRows>
inline void GemmStep(const std::array<const int16_t*, kRows>& rows, const int16_t* panel,
                     GemmSums<int16_t, kRows>& sums) {
  const auto left = Load<Short8>(panel), right = Load<Short8>(panel + 8);
  for (size_t r = 0; r < kRows; ++r) {
    const Short8 x = SplatPair(rows[r]);
    sums[r][0] += DotPairs(x, left);
    sums[r][1] += DotPairs(x, right);
  }
}

template <size_t kRows>
inline void GemmStep(const std::array<const int8_t*, kRows>& rows, const int8_t* panel,
                     GemmSums<int8_t, kRows>& sums) {
  const std::array weights = {Load<Byte16>(panel), Load<Byte16>(panel + 16),
                              Load<Byte16>(panel + 32), Load<Byte16>(panel + 48)};
  const Short8 ones = Short8{} + int16_t{1};
  for (size_t r = 0; r < kRows; ++r) {
    const Byte16 x = SplatFour(rows[r]), next = SplatFour(rows[r] + 4);
    for (size_t half = 0; half < 2; ++half) {
      const Short8 four = DotBytePairs(weights[half], x) + DotBytePairs(weights[2 + half], next);
      sums[r][half] += DotPairs(four, ones);
    }
  }
}

}  // namespace internal

// The sums over taps and depth. rows [taps][kRows]: where each row's values of a tap begin, `depth`
// of them, a multiple of kGemmStep; panel: the weights [taps * depth] by PanelIndex. Always inline,
// and with the loop over taps, though there be one: otherwise the compiler orders the inner loop so
// that it needs more registers than there are, at half the speed.
template <typename T, size_t kRows>
[[gnu::always_inline]] inline GemmSums<T, kRows> MultiplyPanel(const T* const* rows, size_t taps,
                                                               size_t depth, const T* panel) {
  GemmSums<T, kRows> sums{};
  for (size_t tap = 0; tap < taps; ++tap, rows += kRows) {
    std::array<const T*, kRows> tap_rows;
    for (size_t r = 0; r < kRows; ++r) tap_rows[r] = rows[r];
    TABTRAIN_NO_UNROLL
    for (size_t k = 0; k < depth; k += kGemmStep<T>) {
      internal::GemmStep<kRows>(tap_rows, panel, sums);
      panel += kGemmStep<T> * kGemmColumns;
      for (const T*& row : tap_rows) row += kGemmStep<T>;
    }
  }
  return sums;
}

// Calls body<kRows>(first) for groups of at most kGemmRows<T> of `rows` rows, all of nearly one
// size.
template <typename T, typename Body>
void ForRowGroups(size_t rows, const Body& body) {
  constexpr size_t kMost = kGemmRows<T>;
  const size_t groups = (rows + kMost - 1) / kMost;
  const auto call = [&]<size_t... kRows>(size_t first, size_t size, std::index_sequence<kRows...>) {
    ((size == kRows + 1 ? body.template operator()<kRows + 1>(first) : void()), ...);
  };
  for (size_t group = 0; group < groups; ++group) {
    const size_t first = rows * group / groups;
    call(first, rows * (group + 1) / groups - first, std::make_index_sequence<kMost>());
  }
}

}  // namespace tabtrain
