// A decoded picture.
#pragma once

#include <cstdint>
#include <vector>

namespace tabtrain {

struct Image {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;  // [height, width, 3], RGB, 8 bit, upright
};

}  // namespace tabtrain
