// The network's input, which image/ makes and backbone/ takes: [299, 299, 3] float32, RGB, -1..1.
#pragma once

#include <cstddef>

namespace tabtrain {

inline constexpr int kInputSize = 299;    // height and width, in pixels
inline constexpr int kInputChannels = 3;  // RGB
inline constexpr size_t kInputFloats = size_t{kInputSize} * kInputSize * kInputChannels;

}  // namespace tabtrain
