#include "image/resize.h"

#include <gtest/gtest.h>

#include "image/failure.h"
#include "image/golden.h"

namespace tabtrain {
namespace {

std::string SizeName(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

struct Case {
  std::string source;
  int width;
  int height;
};

class ResizeGolden : public testing::TestWithParam<Case> {};

// Bit for bit: the arithmetic is Pillow's.
TEST_P(ResizeGolden, IsPillows) {
  const auto& [source, width, height] = GetParam();
  const std::string name = "resize/" + source;
  const Image expected = ReadPpm(name + "_to_" + SizeName(width, height) + ".ppm");
  EXPECT_EQ(MaxDifference(Resize(ReadPpm(name + ".ppm"), width, height), expected), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, ResizeGolden,
    testing::Values(Case{"61x47", 20, 47}, Case{"61x47", 61, 60}, Case{"61x47", 17, 13},
                    Case{"61x47", 80, 61}, Case{"61x47", 1, 1}, Case{"61x47", 120, 5},
                    Case{"1x1", 7, 5}, Case{"400x3", 11, 9}, Case{"400x3", 3, 2},
                    Case{"3x400", 9, 11}, Case{"3x400", 2, 3}),
    [](const auto& test) {
      return test.param.source + "_to_" + SizeName(test.param.width, test.param.height);
    });

// The size that the network takes; the golden file holds the first, middle and last row.
TEST(Resize, IsPillowsAtTheInputSize) {
  const Image resized = Resize(FormulaImage(1200, 900), 299, 299);
  Image rows{299, 3, {}};
  for (const int row : {0, 149, 298}) {
    const auto first = resized.rgb.begin() + ptrdiff_t{3} * 299 * row;
    rows.rgb.insert(rows.rgb.end(), first, first + ptrdiff_t{3} * 299);
  }
  EXPECT_EQ(MaxDifference(rows, ReadPpm("resize/formula_rows.ppm")), 0);
}

TEST(Resize, KeepsAnImageOfTheSameSize) {
  const Image source = FormulaImage(61, 47);
  EXPECT_EQ(Resize(source, 61, 47).rgb, source.rgb);
}

TEST(Resize, KeepsWhiteWhiteOverManyPixels) {
  const Image white{16000, 2, std::vector<uint8_t>(size_t{3} * 16000 * 2, 255)};
  EXPECT_EQ(Resize(white, 1, 1).rgb, (std::vector<uint8_t>{255, 255, 255}));
}

TEST(Resize, RefusesEmptySizes) {
  const Image pixel{1, 1, {1, 2, 3}};
  EXPECT_EQ(FailureOf([&] { Resize(pixel, 0, 5); }).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(FailureOf([&] { Resize(pixel, 5, -1); }).code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace tabtrain
