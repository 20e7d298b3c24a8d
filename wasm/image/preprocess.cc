#include "image/preprocess.h"

#include <algorithm>

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

void Preprocess(const Image& image, std::span<float> tensor) {
  ToTensor(Resize(image, kInputSize, kInputSize), tensor);
}

}  // namespace tabtrain
