// Whether 8-bit numbers are multiplied fast and exactly here.
#pragma once

namespace tabtrain {

// True where the kernels have dot products of 8-bit numbers whose 8 bits all count: natively, and
// with relaxed SIMD on the processors whose instruction behind i32x4.relaxed_dot_i8x16_i7x16_add
// takes them. Elsewhere int8 runs on int16.h, which is faster than 8-bit products that have to be
// widened first.
bool HasInt8DotProducts();

}  // namespace tabtrain
