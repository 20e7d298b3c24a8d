#include "image/preprocess.h"

#include <gtest/gtest.h>

#include "image/failure.h"

namespace tabtrain {
namespace {

Image Filled(int width, int height, uint8_t red, uint8_t green, uint8_t blue) {
  Image image{width, height, {}};
  for (int i = 0; i < width * height; ++i) {
    image.rgb.insert(image.rgb.end(), {red, green, blue});
  }
  return image;
}

TEST(Preprocess, MapsLevelsToMinusOneToOne) {
  std::vector<float> tensor(kInputFloats);
  Preprocess(Filled(20, 10, 0, 255, 51), tensor);
  for (size_t i = 0; i < tensor.size(); i += 3) {
    ASSERT_EQ(tensor[i], -1);
    ASSERT_EQ(tensor[i + 1], 1);
    ASSERT_NEAR(tensor[i + 2], -0.6f, 1e-6f);
  }
}

TEST(Preprocess, IsResizeThenToTensor) {
  Image image{400, 150, {}};
  for (uint32_t i = 0; i < 3 * 400 * 150; ++i) image.rgb.push_back(i * i / 7 % 256);
  std::vector<float> tensor(kInputFloats);
  Preprocess(image, tensor);
  const Image resized = Resize(image, kInputSize, kInputSize);
  for (size_t i = 0; i < tensor.size(); ++i) {
    ASSERT_NEAR(tensor[i], resized.rgb[i] / 127.5 - 1, 1e-7) << i;
  }
}

TEST(Preprocess, GoesBackToTheImage) {
  Image image{kInputSize, kInputSize, {}};
  for (uint32_t i = 0; i < kInputFloats; ++i) image.rgb.push_back(i % 256);
  std::vector<float> tensor(kInputFloats);
  ToTensor(image, tensor);
  EXPECT_EQ(FromTensor(tensor).rgb, image.rgb);
  tensor.pop_back();
  EXPECT_EQ(FailureOf([&] { FromTensor(tensor); }).code, ErrorCode::kInvalidArgument);
}

TEST(Preprocess, RefusesOtherSizes) {
  std::vector<float> tensor(kInputFloats);
  const Image small = Filled(298, 299, 1, 2, 3);
  EXPECT_EQ(FailureOf([&] { ToTensor(small, tensor); }).code, ErrorCode::kInvalidArgument);
  tensor.pop_back();
  EXPECT_EQ(FailureOf([&] { Preprocess(small, tensor); }).code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace tabtrain
