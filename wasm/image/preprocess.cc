#include "image/preprocess.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tabtrain {

void CheckInput(const Image& image, std::span<const float> tensor) {
  CheckArgument(image.width == kInputSize && image.height == kInputSize,
                "The network takes images of 299 x 299 pixels: resize this one first.");
  CheckArgument(tensor.size() == kInputFloats, "The network takes 299 * 299 * 3 numbers.");
}

void ToTensor(const Image& image, std::span<float> tensor) {
  CheckInput(image, tensor);
  std::ranges::transform(image.rgb, tensor.begin(),
                         [](uint8_t level) { return ToNetworkRange(level); });
}

Image FromTensor(std::span<const float> tensor) {
  Image image{kInputSize, kInputSize, std::vector<uint8_t>(kInputFloats)};
  CheckInput(image, tensor);
  std::ranges::transform(tensor, image.rgb.begin(), [](float value) {
    return static_cast<uint8_t>(std::clamp(std::round((value + 1) * 127.5f), 0.0f, 255.0f));
  });
  return image;
}

void Preprocess(const Image& image, std::span<float> tensor) {
  ToTensor(Resize(image, kInputSize, kInputSize), tensor);
}

}  // namespace tabtrain
