// The inner loop of our own convolutions: rows of activations times a panel of weights that covers
// kGemmColumns output channels. float: fused multiply-adds. int16: sums of two products at a time
// (pmaddwd), exact in int32, at up to twice the rate.
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
// Values of the depth that one step multiplies: those that lie together in a panel.
template <typename T>
inline constexpr size_t kGemmStep = 1;
template <>
inline constexpr size_t kGemmStep<int16_t> = 2;

// Rows at once, as many as run fastest: those of float fill the registers with sums, and for those
// of int16 it is the ports of the processor that decide.
template <typename T>
inline constexpr size_t kGemmRows = 6;
template <>
inline constexpr size_t kGemmRows<int16_t> = 3;

template <typename T>
struct GemmSum;
template <>
struct GemmSum<float> {
  using Type = Float4;
};
template <>
struct GemmSum<int16_t> {
  using Type = Int4;
};

// [row][half of the columns]
template <typename T, size_t kRows>
using GemmSums = std::array<std::array<typename GemmSum<T>::Type, 2>, kRows>;

// Where weight (depth k, column c) lies in a panel of the type.
template <typename T>
constexpr size_t PanelIndex(size_t k, size_t c) {
  return (k / kGemmStep<T> * kGemmColumns + c) * kGemmStep<T> + k % kGemmStep<T>;
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

}  // namespace internal

// The sums over taps and depth. rows [taps][kRows]: where each row's values of a tap begin, `depth`
// of them, a multiple of kGemmStep; panel: the weights [taps * depth] by PanelIndex. Always inline:
// on its own, the compiler orders the loop so that it needs more registers than there are, at two
// thirds of the speed.
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
