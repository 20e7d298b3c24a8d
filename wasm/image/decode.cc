#include "image/decode.h"

#include <array>

#include "core/error.h"
#include "image/header.h"
#include "image/stb_decoder.h"

namespace tabtrain {
namespace {

uint8_t OnWhite(uint8_t value, uint8_t alpha) {
  return static_cast<uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

template <int channels>
void StorePixel(const uint8_t* from, uint8_t* to) {
  constexpr bool kGray = channels <= 2;
  constexpr bool kAlpha = channels % 2 == 0;
  for (int c = 0; c < 3; ++c) {
    const uint8_t value = from[kGray ? 0 : c];
    to[c] = kAlpha ? OnWhite(value, from[channels - 1]) : value;
  }
}

// Turns stored pixels [height, width, channels] upright. Stored pixel (row, column) of the upright
// pixel (y, x): rows and columns swap in orientations 5 to 8, then some of them count backwards.
template <int channels>
Image ToUpright(const uint8_t* pixels, int width, int height, Orientation orientation) {
  const bool swap = orientation >= 5;
  const bool flip_columns =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool flip_rows =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const ptrdiff_t row = ptrdiff_t{width} * channels;
  const ptrdiff_t column_step = flip_columns ? -channels : channels;
  const ptrdiff_t row_step = flip_rows ? -row : row;
  const ptrdiff_t x_step = swap ? row_step : column_step;
  const ptrdiff_t y_step = swap ? column_step : row_step;
  const uint8_t* origin =
      pixels + (flip_columns ? row - channels : 0) + (flip_rows ? row * (height - 1) : 0);

  Image image{swap ? height : width, swap ? width : height, {}};
  const size_t bytes = size_t{3} * width * height;
  if (channels == 3 && orientation == kUpright) {  // most photos: a plain copy
    image.rgb.assign(pixels, pixels + bytes);
    return image;
  }
  image.rgb.resize(bytes);
  uint8_t* to = image.rgb.data();
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x, to += 3) {
      StorePixel<channels>(origin + y * y_step + x * x_step, to);
    }
  }
  return image;
}

}  // namespace

Image DecodeImage(std::span<const uint8_t> file) {
  const ImageHeader header = ReadHeader(file);
  const StbPixels pixels = DecodeWithStb(file, header);
  constexpr std::array kToUpright = {ToUpright<1>, ToUpright<2>, ToUpright<3>, ToUpright<4>};
  return kToUpright.at(pixels.channels - 1)(pixels.data.get(), header.width, header.height,
                                            header.orientation);
}

Image FromRgba(std::span<const uint8_t> rgba, int width, int height) {
  CheckArgument(width >= 1 && height >= 1, "The image has no pixels: give one of 1 x 1 or more.");
  CheckPixelCount(width, height);
  CheckArgument(rgba.size() == size_t{4} * width * height,
                "The pixels do not match the image's size: give width * height * 4 bytes.");
  return ToUpright<4>(rgba.data(), width, height, kUpright);
}

}  // namespace tabtrain
