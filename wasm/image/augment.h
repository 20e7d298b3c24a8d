// Random views of an image: the transforms of Keras' ImageDataGenerator.
// Source: keras/src/legacy/preprocessing/image.py of Keras 3 (apply_affine_transform,
// apply_channel_shift, apply_brightness_shift), and scipy.ndimage.affine_transform of order 1.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "core/rng.h"
#include "image/image.h"

namespace tabtrain {

// What a point outside the source shows: SciPy's modes of these names, so that reflect repeats the
// outermost pixel (dcba|abcd|dcba) and wrap has a period of one pixel less than the image.
enum class FillMode { kConstant, kNearest, kReflect, kWrap };

// The names, units and defaults are Keras'; the defaults change nothing.
struct AugmentOptions {
  double rotation_range = 0;     // degrees; turned by -range to range
  double width_shift_range = 0;  // below 1 a fraction of the width, otherwise pixels; to both sides
  double height_shift_range = 0;  // the same of the height, up and down
  double shear_range = 0;         // degrees, to both sides
  // From, to; drawn for each axis on its own. Below 1 magnifies.
  std::array<double, 2> zoom_range = {1, 1};
  double channel_shift_range = 0;  // levels of 255, one shift for all channels
  // Factors from, to; nullopt leaves the brightness alone and its rounding out.
  std::optional<std::array<double, 2>> brightness_range = std::nullopt;
  bool horizontal_flip = false;
  bool vertical_flip = false;
  FillMode fill_mode = FillMode::kNearest;
  double cval = 0;  // level that FillMode::kConstant shows

  bool operator==(const AugmentOptions&) const = default;
};

// Throws Error{kInvalidArgument} with a sentence that says what to change.
void CheckAugmentOptions(const AugmentOptions& options);

// One view, i.e. the parameters of ImageDataGenerator.apply_transform.
struct DrawnTransform {
  double theta = 0;  // degrees
  double tx = 0;     // pixels to the right in the source, i.e. the picture moves to the left
  double ty = 0;     // pixels down in the source
  double shear = 0;  // degrees
  double zx = 1;
  double zy = 1;
  bool flip_horizontal = false;
  bool flip_vertical = false;
  double channel_shift_intensity = 0;  // levels
  std::optional<double> brightness = std::nullopt;
};

// Draws every parameter uniformly from its range, for images of `width` x `height` pixels. As the
// documentation of Keras has it, the width shift moves along x; the code of Keras 3 exchanges tx
// and ty on the way from the options to the matrix. Throws what CheckAugmentOptions throws.
DrawnTransform DrawTransform(const AugmentOptions& options, int width, int height, Rng& rng);

// Rows of an affine map, homogeneous: { {xx, xy, x0}, {yx, yy, y0}, {0, 0, 1} }.
using Matrix3 = std::array<std::array<double, 3>, 3>;

// Maps a point (x, y, 1) of the view to the point of the source that it shows: rotation * shift *
// shear * zoom about the centre, which is at size / 2 - 0.5. Flips are not part of it.
Matrix3 AffineMatrix(const DrawnTransform& transform, int size);

// One view of `source`, an image of kInputSize x kInputSize (Keras resizes first), as the network
// takes it: into `tensor` [299, 299, 3], RGB, float32, x / 127.5 - 1. Only the fill of `options` is
// used. Throws Error{kInvalidArgument} for other sizes.
void Augment(const Image& source, const DrawnTransform& transform, const AugmentOptions& options,
             std::span<float> tensor);

}  // namespace tabtrain
