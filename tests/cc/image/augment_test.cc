#include "image/augment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <sstream>

#include "image/failure.h"
#include "image/golden.h"
#include "image/preprocess.h"

namespace tabtrain {
namespace {

std::vector<float> Levels(const Image& source, const DrawnTransform& transform,
                          const AugmentOptions& options) {
  std::vector<float> tensor(kInputFloats);
  Augment(source, transform, options, tensor);
  for (float& value : tensor) value = (value + 1) * 127.5f;
  return tensor;
}

const Image& Source() {
  static const Image source = FormulaImage(kInputSize, kInputSize);
  return source;
}

struct Case {
  std::string name;
  DrawnTransform transform;
  AugmentOptions options;
};

void PrintTo(const Case& view, std::ostream* out) { *out << view.name; }

Case ParseCase(const std::string& line) {
  const std::map<std::string, FillMode> modes = {{"constant", FillMode::kConstant},
                                                 {"nearest", FillMode::kNearest},
                                                 {"reflect", FillMode::kReflect},
                                                 {"wrap", FillMode::kWrap}};
  std::istringstream words(line);
  Case view;
  DrawnTransform& t = view.transform;
  double brightness = 0;
  std::string mode;
  words >> view.name >> t.theta >> t.tx >> t.ty >> t.shear >> t.zx >> t.zy >> t.flip_horizontal >>
      t.flip_vertical >> t.channel_shift_intensity >> brightness >> mode >> view.options.cval;
  EXPECT_TRUE(words) << line;
  if (brightness >= 0) t.brightness = brightness;
  view.options.fill_mode = modes.at(mode);
  return view;
}

std::vector<Case> GoldenCases() {
  const std::vector<uint8_t> text = ReadGolden("augment/cases.txt");
  std::istringstream lines(std::string(text.begin(), text.end()));
  std::vector<Case> cases;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('#')) cases.push_back(ParseCase(line));
  }
  return cases;
}

class AugmentGolden : public testing::TestWithParam<Case> {};

// The golden file holds every level of a grid of 34 x 34 points as 16 bit, in 256ths.
TEST_P(AugmentGolden, IsKeras) {
  constexpr int kGrid = 34;
  const auto& [name, transform, options] = GetParam();
  const std::vector<uint8_t> golden = ReadGolden("augment/" + name + ".u16");
  ASSERT_EQ(golden.size(), size_t{2} * 3 * kGrid * kGrid);
  const std::vector<float> levels = Levels(Source(), transform, options);
  size_t i = 0;
  for (int row = 0; row < kGrid; ++row) {
    for (int column = 0; column < kGrid; ++column) {
      const int y = row * (kInputSize - 1) / (kGrid - 1);
      const int x = column * (kInputSize - 1) / (kGrid - 1);
      for (int c = 0; c < 3; ++c, i += 2) {
        const double expected = (golden[i] + 256 * golden[i + 1]) / 256.0;
        ASSERT_NEAR(levels[3 * (y * kInputSize + x) + c], expected, 0.01) << x << ", " << y;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Views, AugmentGolden, testing::ValuesIn(GoldenCases()),
                         [](const auto& view) { return view.param.name; });

TEST(Augment, OfNothingIsToTensor) {
  std::vector<float> expected(kInputFloats);
  ToTensor(Source(), expected);
  for (const FillMode mode :
       {FillMode::kConstant, FillMode::kNearest, FillMode::kReflect, FillMode::kWrap}) {
    std::vector<float> tensor(kInputFloats);
    Augment(Source(), {}, {.fill_mode = mode}, tensor);
    EXPECT_EQ(tensor, expected);
  }
}

TEST(Augment, OfAPlainImageStaysPlain) {
  const Image plain{kInputSize, kInputSize, std::vector<uint8_t>(kInputFloats, 77)};
  const DrawnTransform transform{.theta = 33, .tx = 50, .shear = 7, .zx = 1.3, .zy = 0.6};
  for (const FillMode mode : {FillMode::kNearest, FillMode::kReflect, FillMode::kWrap}) {
    for (const float level : Levels(plain, transform, {.fill_mode = mode})) {
      ASSERT_NEAR(level, 77, 1e-4);
    }
  }
}

TEST(Augment, SurvivesViewsFarOutside) {
  const DrawnTransform transform{.tx = 1e12, .ty = -1e12, .zx = 100, .zy = 0.01};
  for (const FillMode mode :
       {FillMode::kConstant, FillMode::kNearest, FillMode::kReflect, FillMode::kWrap}) {
    for (const float level : Levels(Source(), transform, {.fill_mode = mode})) {
      ASSERT_GE(level, -1e-4);
      ASSERT_LE(level, 255.0001);
    }
  }
}

TEST(Augment, RefusesOtherSizes) {
  std::vector<float> tensor(kInputFloats);
  const Image small = FormulaImage(298, 299);
  EXPECT_EQ(FailureOf([&] { Augment(small, {}, {}, tensor); }).code, ErrorCode::kInvalidArgument);
  tensor.pop_back();
  EXPECT_EQ(FailureOf([&] { Augment(Source(), {}, {}, tensor); }).code,
            ErrorCode::kInvalidArgument);
}

// A width shift alone moves a picture sideways: a bright column wanders, and stays a column.
TEST(AffineMatrix, ShiftsAlongTheNamedAxis) {
  Rng rng(1);
  const DrawnTransform wide = DrawTransform({.width_shift_range = 0.2}, 299, 299, rng);
  const DrawnTransform high = DrawTransform({.height_shift_range = 0.2}, 299, 299, rng);
  EXPECT_NE(AffineMatrix(wide, 299)[0][2], 0);
  EXPECT_EQ(AffineMatrix(wide, 299)[1][2], 0);
  EXPECT_EQ(AffineMatrix(high, 299)[0][2], 0);
  EXPECT_NE(AffineMatrix(high, 299)[1][2], 0);
}

TEST(AffineMatrix, TurnsAboutTheCentre) {
  const Matrix3 matrix = AffineMatrix({.theta = 90}, 299);
  EXPECT_NEAR(matrix[0][0] * 149 + matrix[0][1] * 149 + matrix[0][2], 149, 1e-9);
  EXPECT_NEAR(matrix[1][0] * 149 + matrix[1][1] * 149 + matrix[1][2], 149, 1e-9);
  EXPECT_NEAR(matrix[0][2], 298, 1e-9);  // the view's corner shows the source's right corner
  EXPECT_NEAR(matrix[1][2], 0, 1e-9);
}

struct Range {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  double mean = 0;
};

// Of `value` over many draws.
template <typename Value>
Range Drawn(const AugmentOptions& options, const Value& value) {
  constexpr int kDraws = 4000;
  Rng rng(5);
  Range range;
  for (int i = 0; i < kDraws; ++i) {
    const double drawn = value(DrawTransform(options, 200, 100, rng));
    range.lowest = std::min(range.lowest, drawn);
    range.highest = std::max(range.highest, drawn);
    range.mean += drawn / kDraws;
  }
  return range;
}

// A uniform draw reaches within 1 % of both ends, and its mean is the middle.
void ExpectUniform(const Range& range, double low, double high) {
  const double width = high - low;
  EXPECT_GE(range.lowest, low);
  EXPECT_LE(range.highest, high);
  EXPECT_LT(range.lowest, low + 0.01 * width);
  EXPECT_GT(range.highest, high - 0.01 * width);
  EXPECT_NEAR(range.mean, (low + high) / 2, 0.03 * width);
}

using T = DrawnTransform;

TEST(DrawTransform, IsUniformInEachRange) {
  ExpectUniform(Drawn({.rotation_range = 20}, [](const T& t) { return t.theta; }), -20, 20);
  ExpectUniform(Drawn({.shear_range = 5}, [](const T& t) { return t.shear; }), -5, 5);
  ExpectUniform(Drawn({.zoom_range = {0.8, 1.1}}, [](const T& t) { return t.zx; }), 0.8, 1.1);
  ExpectUniform(Drawn({.zoom_range = {0.8, 1.1}}, [](const T& t) { return t.zy; }), 0.8, 1.1);
  ExpectUniform(Drawn({.zoom_range = {0.8, 1.2}}, [](const T& t) { return t.zx - t.zy + 1; }), 0.6,
                1.4);
  ExpectUniform(
      Drawn({.channel_shift_range = 9}, [](const T& t) { return t.channel_shift_intensity; }), -9,
      9);
  ExpectUniform(
      Drawn({.brightness_range = std::array{0.5, 1.5}}, [](const T& t) { return *t.brightness; }),
      0.5, 1.5);
}

TEST(DrawTransform, TakesShiftsAsFractionsOrPixels) {
  const auto x = [](const T& t) { return t.tx; };
  const auto y = [](const T& t) { return t.ty; };
  ExpectUniform(Drawn({.width_shift_range = 0.2}, x), -40, 40);
  ExpectUniform(Drawn({.height_shift_range = 0.2}, y), -20, 20);
  ExpectUniform(Drawn({.width_shift_range = 1}, x), -1, 1);
  ExpectUniform(Drawn({.height_shift_range = 12}, y), -12, 12);
}

TEST(DrawTransform, FlipsHalfOfTheViews) {
  const auto horizontal = [](const T& t) { return t.flip_horizontal; };
  const auto vertical = [](const T& t) { return t.flip_vertical; };
  EXPECT_NEAR(Drawn({.horizontal_flip = true}, horizontal).mean, 0.5, 0.04);
  EXPECT_EQ(Drawn({.horizontal_flip = true}, vertical).mean, 0);
  EXPECT_NEAR(Drawn({.vertical_flip = true}, vertical).mean, 0.5, 0.04);
  EXPECT_EQ(Drawn({.vertical_flip = true}, horizontal).mean, 0);
}

TEST(DrawTransform, LeavesAnImageAloneByDefault) {
  Rng rng(1);
  const DrawnTransform transform = DrawTransform({}, 299, 299, rng);
  std::vector<float> expected(kInputFloats), tensor(kInputFloats);
  ToTensor(Source(), expected);
  Augment(Source(), transform, {}, tensor);
  EXPECT_EQ(tensor, expected);
}

TEST(CheckAugmentOptions, SaysWhatToChange) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<AugmentOptions, std::string>> cases = {
      {{.rotation_range = -5}, "The rotation range is -5: give degrees from 0 to 180."},
      {{.rotation_range = kNan}, "The rotation range is nan: give degrees from 0 to 180."},
      {{.width_shift_range = 300},
       "The width shift range is 300: give a fraction below 1, or 1 to 298 pixels."},
      {{.height_shift_range = -0.5},
       "The height shift range is -0.5: give a fraction below 1, or 1 to 298 pixels."},
      {{.shear_range = 90}, "The shear range is 90: give degrees from 0 to 89."},
      {{.zoom_range = {0, 1}}, "The lower zoom is 0: give a factor from 0.01 to 100."},
      {{.zoom_range = {1.2, 0.8}},
       "The upper zoom is 0.8: give a factor from the lower zoom to 100."},
      {{.channel_shift_range = 256}, "The channel shift range is 256: give levels from 0 to 255."},
      {{.brightness_range = std::array{-1.0, 1.0}},
       "The lower brightness is -1: give a factor from 0 to 255."},
      {{.brightness_range = std::array{1.5, 0.5}},
       "The upper brightness is 0.5: give a factor from the lower brightness to 255."},
      {{.cval = 300}, "The fill value is 300: give a level from 0 to 255."},
  };
  for (const auto& bad : cases) {
    const Failure failure = FailureOf([&bad] { CheckAugmentOptions(bad.first); });
    EXPECT_EQ(failure.code, ErrorCode::kInvalidArgument) << bad.second;
    EXPECT_EQ(failure.message, bad.second);
  }
  EXPECT_NO_THROW(CheckAugmentOptions({.rotation_range = 20,
                                       .width_shift_range = 0.2,
                                       .height_shift_range = 0.2,
                                       .shear_range = 0.2,
                                       .zoom_range = {0.8, 1.2},
                                       .horizontal_flip = true}));
}

}  // namespace
}  // namespace tabtrain
