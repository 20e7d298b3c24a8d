// The inner loop of our own convolutions: rows of activations times a panel of weights that covers
// kGemmColumns output channels. float: fused multiply-adds. int16: sums of two products at a time
// (pmaddwd), at twice the rate, exact in int32.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/simd.h"

namespace tabtrain {

inline constexpr int kGemmColumns = 8;
// Rows at once: with two registers of sums each, what fits into 16 registers.
inline constexpr int kGemmRows = 5;
// Of the depth: rows are read in steps of so many.
inline constexpr size_t kGemmDepthStep = 4;

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
template <typename T, int kRows>
using GemmSums = std::array<std::array<typename GemmSum<T>::Type, 2>, kRows>;

// Where weight (depth k, column c) lies in a panel of the type.
template <typename T>
constexpr size_t PanelIndex(size_t k, size_t c) {
  constexpr size_t kPairs = sizeof(float) / sizeof(T);  // weights of a column that lie together
  return (k / kPairs * kGemmColumns + c) * kPairs + k % kPairs;
}

namespace internal {

template <int kRows>
inline void GemmStep(const std::array<const float*, kRows>& rows, size_t k, const float*& panel,
                     GemmSums<float, kRows>& sums) {
  const Float4 left = Load4(panel), right = Load4(panel + 4);
  panel += kGemmColumns;
  for (int r = 0; r < kRows; ++r) {
    const Float4 x = Splat4(rows[r][k]);
    sums[r][0] = MulAdd(x, left, sums[r][0]);
    sums[r][1] = MulAdd(x, right, sums[r][1]);
  }
}

template <int kRows>
inline void GemmStep(const std::array<const int16_t*, kRows>& rows, size_t k,
                     const int16_t*& panel, GemmSums<int16_t, kRows>& sums) {
  const auto left = Load<Short8>(panel), right = Load<Short8>(panel + 8);
  panel += 2 * kGemmColumns;
  for (int r = 0; r < kRows; ++r) {
    const Short8 x = SplatPair(rows[r] + k);
    sums[r][0] += DotPairs(x, left);
    sums[r][1] += DotPairs(x, right);
  }
}

}  // namespace internal

// The sums over taps and depth. rows [taps][kRows]: where each row's values of a tap begin, `depth`
// of them, a multiple of kGemmDepthStep; panel: the weights [taps * depth] by PanelIndex.
template <typename T, int kRows>
GemmSums<T, kRows> MultiplyPanel(const T* const* rows, size_t taps, size_t depth, const T* panel) {
  constexpr size_t kStep = sizeof(float) / sizeof(T);
  GemmSums<T, kRows> sums{};
  for (size_t tap = 0; tap < taps; ++tap, rows += kRows) {
    std::array<const T*, kRows> tap_rows;
    for (int r = 0; r < kRows; ++r) tap_rows[r] = rows[r];
    for (size_t k = 0; k < depth; k += kGemmDepthStep) {
      for (size_t i = 0; i < kGemmDepthStep; i += kStep) {
        internal::GemmStep<kRows>(tap_rows, i, panel, sums);
      }
      for (const T*& row : tap_rows) row += kGemmDepthStep;
    }
  }
  return sums;
}

// Calls body<kRows>(first) for groups of at most kGemmRows of `rows` rows, all of nearly one size.
template <typename Body>
void ForRowGroups(size_t rows, const Body& body) {
  const size_t groups = (rows + kGemmRows - 1) / kGemmRows;
  for (size_t group = 0; group < groups; ++group) {
    const size_t first = rows * group / groups;
    switch (rows * (group + 1) / groups - first) {
      case 1:
        body.template operator()<1>(first);
        break;
      case 2:
        body.template operator()<2>(first);
        break;
      case 3:
        body.template operator()<3>(first);
        break;
      case 4:
        body.template operator()<4>(first);
        break;
      default:
        body.template operator()<kGemmRows>(first);
    }
  }
}

}  // namespace tabtrain
