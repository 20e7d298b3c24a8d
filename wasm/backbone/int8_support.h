// Whether int8 is faster than float32 here.
#pragma once

namespace tabtrain {

// True where the kernels have dot products of 8-bit numbers whose 8 bits all count: natively, and
// with relaxed SIMD on the processors whose instruction behind i32x4.relaxed_dot_i8x16_i7x16_add
// takes them. Elsewhere 8-bit products are widened first, which takes as long as float32.
bool HasInt8DotProducts();

}  // namespace tabtrain
