// Access to tests/golden/image.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "image/image.h"

namespace tabtrain {

inline std::vector<uint8_t> ReadGolden(const std::string& name) {
  const std::string path = TABTRAIN_SOURCE_DIR "/tests/golden/image/" + name;
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A binary PPM as Pillow writes it: "P6\n<width> <height>\n255\n", then RGB.
inline Image ReadPpm(const std::string& name) {
  const std::string path = TABTRAIN_SOURCE_DIR "/tests/golden/image/" + name;
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  Image image;
  std::string magic;
  int maximum = 0;
  file >> magic >> image.width >> image.height >> maximum;
  file.get();
  image.rgb.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  EXPECT_EQ(image.rgb.size(), size_t{3} * image.width * image.height) << path;
  return image;
}

// An image full of steps, which the generator of the golden files makes as well.
inline Image FormulaImage(int width, int height) {
  Image image{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (const int value : {x * 7 + y * 13, x * y, x + 3 * y}) {
        image.rgb.push_back(static_cast<uint8_t>(value));
      }
    }
  }
  return image;
}

// The largest difference of two images of the same size, in levels of 255.
inline int MaxDifference(const Image& actual, const Image& expected) {
  EXPECT_EQ(actual.width, expected.width);
  EXPECT_EQ(actual.height, expected.height);
  EXPECT_EQ(actual.rgb.size(), expected.rgb.size());
  int difference = 0;
  for (size_t i = 0; i < std::min(actual.rgb.size(), expected.rgb.size()); ++i) {
    difference = std::max(difference, std::abs(actual.rgb[i] - expected.rgb[i]));
  }
  return difference;
}

}  // namespace tabtrain
