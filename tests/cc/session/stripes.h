// Pictures that are easy to tell apart.
#pragma once

#include <cstdint>
#include <vector>

#include "core/input.h"

namespace tabtrain {

// Stripes of one direction in a colour that differs from image to image.
inline std::vector<uint8_t> Stripes(bool vertical, int seed) {
  std::vector<uint8_t> pixels;
  for (int y = 0; y < kInputSize; ++y) {
    for (int x = 0; x < kInputSize; ++x) {
      const bool dark = ((vertical ? x : y) + 7 * seed) / 30 % 2 == 0;
      for (int c = 0; c < 3; ++c) {
        pixels.push_back(static_cast<uint8_t>(dark ? (seed * 29 + c * 70) % 120 : 230));
      }
    }
  }
  return pixels;
}

}  // namespace tabtrain
