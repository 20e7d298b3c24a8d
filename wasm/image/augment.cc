#include "image/augment.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <sstream>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "image/preprocess.h"

namespace tabtrain {
namespace {

constexpr size_t kRowFloats = size_t{3} * kInputSize;
constexpr double kLast = kInputSize - 1;  // the last coordinate along either axis

void CheckRange(bool valid, std::string_view name, double value, std::string_view advice) {
  if (valid) return;
  std::ostringstream message;
  message << "The " << name << " is " << value << ": " << advice;
  throw Error(ErrorCode::kInvalidArgument, message.str());
}

// Whether 0 <= value <= high; false for NaN.
bool IsWithin(double value, double high) { return value >= 0 && value <= high; }

double Radians(double degrees) { return degrees * (std::numbers::pi / 180); }

Matrix3 operator*(const Matrix3& a, const Matrix3& b) {
  Matrix3 product{};
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
      for (int i = 0; i < 3; ++i) product[row][column] += a[row][i] * b[i][column];
    }
  }
  return product;
}

Matrix3 Shift(double x, double y) { return {{{1, 0, x}, {0, 1, y}, {0, 0, 1}}}; }

// The coordinate within [0, kLast] that shows what `c` shows; negative for the constant. These are
// the rules of map_coordinate in SciPy's ni_interpolation.c, with the interpolation between an edge
// and its own reflection, which is the edge, folded in.
template <FillMode mode>
double MapCoordinate(double c) {
  if constexpr (mode == FillMode::kReflect) {
    constexpr double kPeriod = 2 * kInputSize;
    c -= kPeriod * std::floor(c / kPeriod);
    c = std::min(c, kPeriod - 1 - c);
  } else if constexpr (mode == FillMode::kWrap) {
    if (c < 0 || c > kLast) c -= kLast * std::floor(c / kLast);
  } else if constexpr (mode == FillMode::kConstant) {
    return c >= 0 && c <= kLast ? c : -1;
  }
  return std::clamp(c, 0.0, kLast);
}

// Where a row of the view samples the source.
struct RowSamples {
  struct Axis {
    std::array<int32_t, kInputSize> first;   // coordinate of the pixel before the point
    std::array<int32_t, kInputSize> second;  // and of the one behind it
    std::array<float, kInputSize> weight;    // of the second
  };
  Axis x;
  Axis y;
  std::array<bool, kInputSize> inside;
};

template <FillMode mode>
void LocateRow(const Matrix3& matrix, int row, bool flip, RowSamples& samples) {
  const auto locate = [&](const std::array<double, 3>& map, int i, RowSamples::Axis& axis) {
    const int column = flip ? kInputSize - 1 - i : i;
    const double mapped = MapCoordinate<mode>(row * map[1] + column * map[0] + map[2]);
    const double c = std::max(0.0, mapped);  // 0 for NaN as well
    const int32_t first = static_cast<int32_t>(c);
    axis.first[i] = first;
    axis.second[i] = std::min(first + 1, kInputSize - 1);
    axis.weight[i] = static_cast<float>(c - first);
    return mapped >= 0;
  };
  for (int i = 0; i < kInputSize; ++i) {
    const bool inside_x = locate(matrix[0], i, samples.x);
    const bool inside_y = locate(matrix[1], i, samples.y);
    samples.inside[i] = inside_x && inside_y;
  }
}

// Red, green, blue, and one that is dropped: what a SIMD register holds.
using Byte4 [[gnu::vector_size(4)]] = uint8_t;
using Float4 [[gnu::vector_size(16)]] = float;

Float4 LoadPixel(const uint8_t* pixel) {
  Byte4 bytes;
  std::memcpy(&bytes, pixel, sizeof(bytes));
  return __builtin_convertvector(bytes, Float4);
}

// This form gives exactly `from` where `from` equals `to`.
Float4 Interpolate(Float4 from, Float4 to, float weight) { return from + (to - from) * weight; }

// Levels of a row of the view; `pixels` [299, 299, 3] has a byte to spare, `row` a float.
void SampleRow(const uint8_t* pixels, const RowSamples& samples, float fill, float* row) {
  const auto load = [pixels](int x, int y) {
    return LoadPixel(pixels + ptrdiff_t{3} * (y * kInputSize + x));
  };
  for (int i = 0; i < kInputSize; ++i, row += 3) {
    const int x0 = samples.x.first[i];
    const int x1 = samples.x.second[i];
    const int y0 = samples.y.first[i];
    const int y1 = samples.y.second[i];
    const Float4 top = Interpolate(load(x0, y0), load(x1, y0), samples.x.weight[i]);
    const Float4 bottom = Interpolate(load(x0, y1), load(x1, y1), samples.x.weight[i]);
    const Float4 inside = Interpolate(top, bottom, samples.y.weight[i]);
    const Float4 value = samples.inside[i] ? inside : Float4{fill, fill, fill, fill};
    std::memcpy(row, &value, sizeof(value));
  }
}

template <FillMode mode>
void Sample(const Image& source, const DrawnTransform& transform, float fill,
            std::span<float> tensor) {
  const Matrix3 matrix = AffineMatrix(transform, kInputSize);
  std::vector<uint8_t> pixels(source.rgb);
  pixels.push_back(0);
  std::array<float, kRowFloats + 1> levels;
  RowSamples samples;
  for (int i = 0; i < kInputSize; ++i) {
    const int row = transform.flip_vertical ? kInputSize - 1 - i : i;
    LocateRow<mode>(matrix, row, transform.flip_horizontal, samples);
    SampleRow(pixels.data(), samples, fill, levels.data());
    std::copy_n(levels.begin(), kRowFloats, &tensor[kRowFloats * i]);
  }
}

// Keras keeps the shifted levels between the darkest and the lightest that the view had before.
void ShiftChannels(float intensity, std::span<float> tensor) {
  const auto [darkest, lightest] = std::ranges::minmax(tensor);
  for (float& level : tensor) level = std::clamp(level + intensity, darkest, lightest);
}

// Keras goes through an 8 bit image, and Pillow's blend with black cuts off the fraction again.
void Brighten(float factor, std::span<float> tensor) {
  for (float& level : tensor) {
    level = std::trunc(std::min(std::trunc(level) * factor, 255.0f));
  }
}

}  // namespace

void CheckAugmentOptions(const AugmentOptions& options) {
  const double shift = options.width_shift_range;
  const double rise = options.height_shift_range;
  const auto [zoom_low, zoom_high] = options.zoom_range;
  const auto [dark, bright] = options.brightness_range.value_or(std::array{1.0, 1.0});
  CheckRange(IsWithin(options.rotation_range, 180), "rotation range", options.rotation_range,
             "give degrees from 0 to 180.");
  CheckRange(IsWithin(shift, kLast), "width shift range", shift,
             "give a fraction below 1, or 1 to 298 pixels.");
  CheckRange(IsWithin(rise, kLast), "height shift range", rise,
             "give a fraction below 1, or 1 to 298 pixels.");
  CheckRange(IsWithin(options.shear_range, 89), "shear range", options.shear_range,
             "give degrees from 0 to 89.");
  CheckRange(zoom_low >= 0.01 && zoom_low <= 100, "lower zoom", zoom_low,
             "give a factor from 0.01 to 100.");
  CheckRange(zoom_high >= zoom_low && zoom_high <= 100, "upper zoom", zoom_high,
             "give a factor from the lower zoom to 100.");
  CheckRange(IsWithin(options.channel_shift_range, 255), "channel shift range",
             options.channel_shift_range, "give levels from 0 to 255.");
  CheckRange(IsWithin(dark, 255), "lower brightness", dark, "give a factor from 0 to 255.");
  CheckRange(bright >= dark && bright <= 255, "upper brightness", bright,
             "give a factor from the lower brightness to 255.");
  CheckRange(IsWithin(options.cval, 255), "fill value", options.cval,
             "give a level from 0 to 255.");
}

DrawnTransform DrawTransform(const AugmentOptions& options, int width, int height, Rng& rng) {
  CheckAugmentOptions(options);
  const auto between = [&rng](double low, double high) {
    return low + (high - low) * rng.Uniform();
  };
  const auto within = [&between](double range) { return between(-range, range); };
  const auto shift = [&within](double range, int size) {
    return within(range) * (range < 1 ? size : 1);
  };
  const auto [zoom_low, zoom_high] = options.zoom_range;
  DrawnTransform transform;
  transform.theta = within(options.rotation_range);
  transform.tx = shift(options.width_shift_range, width);
  transform.ty = shift(options.height_shift_range, height);
  transform.shear = within(options.shear_range);
  transform.zx = between(zoom_low, zoom_high);
  transform.zy = between(zoom_low, zoom_high);
  transform.flip_horizontal = rng.Uniform() < 0.5f && options.horizontal_flip;
  transform.flip_vertical = rng.Uniform() < 0.5f && options.vertical_flip;
  transform.channel_shift_intensity = within(options.channel_shift_range);
  if (options.brightness_range) {
    const auto [dark, bright] = *options.brightness_range;
    transform.brightness = between(dark, bright);
  }
  return transform;
}

Matrix3 AffineMatrix(const DrawnTransform& transform, int size) {
  const double theta = Radians(transform.theta);
  const double shear = Radians(transform.shear);
  const double centre = size / 2.0 - 0.5;
  const Matrix3 rotation = {
      {{std::cos(theta), -std::sin(theta), 0}, {std::sin(theta), std::cos(theta), 0}, {0, 0, 1}}};
  const Matrix3 shearing = {{{1, -std::sin(shear), 0}, {0, std::cos(shear), 0}, {0, 0, 1}}};
  const Matrix3 zoom = {{{transform.zx, 0, 0}, {0, transform.zy, 0}, {0, 0, 1}}};
  return Shift(centre, centre) * (rotation * Shift(transform.tx, transform.ty) * shearing * zoom) *
         Shift(-centre, -centre);
}

void Augment(const Image& source, const DrawnTransform& transform, const AugmentOptions& options,
             std::span<float> tensor) {
  CheckInput(source, tensor);
  const auto sample = [&] {
    switch (options.fill_mode) {
      case FillMode::kConstant:
        return Sample<FillMode::kConstant>;
      case FillMode::kReflect:
        return Sample<FillMode::kReflect>;
      case FillMode::kWrap:
        return Sample<FillMode::kWrap>;
      case FillMode::kNearest:
        break;
    }
    return Sample<FillMode::kNearest>;
  }();
  sample(source, transform, static_cast<float>(options.cval), tensor);
  if (transform.channel_shift_intensity != 0) {
    ShiftChannels(static_cast<float>(transform.channel_shift_intensity), tensor);
  }
  if (transform.brightness) Brighten(static_cast<float>(*transform.brightness), tensor);
  for (float& level : tensor) level = ToNetworkRange(level);
}

}  // namespace tabtrain
