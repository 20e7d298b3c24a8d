#include "image/resize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>

#include "core/error.h"

namespace tabtrain {
namespace {

// Weights are integers of this many binary places: 8 bit pixels times weights fit in 31 bits.
constexpr int kPlaces = 22;
constexpr int32_t kHalf = 1 << (kPlaces - 1);

int Round(double x) { return static_cast<int>(std::floor(x + 0.5)); }

uint8_t ToPixel(int32_t sum) { return static_cast<uint8_t>(std::min(sum >> kPlaces, 255)); }

// The source pixels [first, first + weights.size()) that make one target pixel.
struct Tap {
  int first = 0;
  std::vector<int32_t> weights;  // of sum 2^kPlaces
};

Tap MakeTap(int source_size, double center, double radius) {
  const int first = std::max(0, Round(center - radius));
  const int last = std::min(source_size, Round(center + radius));
  std::vector<double> weights;
  double sum = 0;
  for (int i = first; i < last; ++i) {
    weights.push_back(std::max(0.0, 1 - std::abs((i - center + 0.5) * (1 / radius))));
    sum += weights.back();
  }
  Tap tap{first, {}};
  for (const double weight : weights) {
    tap.weights.push_back(Round(weight / sum * (1 << kPlaces)));
  }
  return tap;
}

std::vector<Tap> MakeTaps(int source_size, int target_size) {
  const double scale = static_cast<double>(source_size) / target_size;
  const double radius = std::max(1.0, scale);
  std::vector<Tap> taps;
  taps.reserve(target_size);
  for (int i = 0; i < target_size; ++i) {
    taps.push_back(MakeTap(source_size, (i + 0.5) * scale, radius));
  }
  return taps;
}

// One row; `source` must have a readable byte behind its last pixel.
void ResizeRow(const uint8_t* source, const std::vector<Tap>& taps, uint8_t* target) {
  for (const Tap& tap : taps) {
    // Four channels, of which the last is the next pixel's red and dropped: a vector holds four.
    std::array<int32_t, 4> sums = {kHalf, kHalf, kHalf, kHalf};
    const uint8_t* pixel = source + ptrdiff_t{3} * tap.first;
    for (const int32_t weight : tap.weights) {
      for (int c = 0; c < 4; ++c) sums[c] += weight * pixel[c];
      pixel += 3;
    }
    for (int c = 0; c < 3; ++c) *target++ = ToPixel(sums[c]);
  }
}

Image ResizeWidth(const Image& source, int width) {
  const std::vector<Tap> taps = MakeTaps(source.width, width);
  const size_t row_bytes = size_t{3} * source.width;
  std::vector<uint8_t> row(row_bytes + 1);
  Image target{width, source.height, std::vector<uint8_t>(size_t{3} * width * source.height)};
  for (int y = 0; y < source.height; ++y) {
    std::memcpy(row.data(), &source.rgb[y * row_bytes], row_bytes);
    ResizeRow(row.data(), taps, &target.rgb[size_t{3} * width * y]);
  }
  return target;
}

Image ResizeHeight(const Image& source, int height) {
  const size_t row_bytes = size_t{3} * source.width;
  std::vector<int32_t> sums(row_bytes);
  Image target{source.width, height, std::vector<uint8_t>(row_bytes * height)};
  uint8_t* to = target.rgb.data();
  for (const Tap& tap : MakeTaps(source.height, height)) {
    std::ranges::fill(sums, kHalf);
    const uint8_t* row = &source.rgb[tap.first * row_bytes];
    for (const int32_t weight : tap.weights) {
      for (size_t i = 0; i < row_bytes; ++i) sums[i] += weight * row[i];
      row += row_bytes;
    }
    to = std::ranges::transform(sums, to, ToPixel).out;
  }
  return target;
}

}  // namespace

Image Resize(const Image& source, int width, int height) {
  CheckArgument(width >= 1 && height >= 1, "Resize to at least 1 x 1 pixels.");
  const bool height_first =
      source.height > height && source.height - height > 2 * (source.width - width);
  return height_first ? ResizeWidth(ResizeHeight(source, height), width)
                      : ResizeHeight(ResizeWidth(source, width), height);
}

}  // namespace tabtrain
