#include <algorithm>
#include <limits>
#include <utility>

#include "backbone/int16_operators.h"
#include "core/error.h"
#include "core/simd.h"

namespace tabtrain {
namespace {

// Sizes, pointers and the loop over output pixels, which are the same for both poolings.
class Pooling : public Operator {
 public:
  explicit Pooling(OperatorShape shape) : shape_(std::move(shape)) {
    CheckInvariant(shape_.in_channels % 8 == 0, "int16 pooling takes channels in multiples of 8");
  }

  size_t Reshape(size_t batch, size_t height, size_t width, ThreadPool& /*pool*/) override {
    batch_ = batch;
    height_ = static_cast<int>(height);
    width_ = static_cast<int>(width);
    out_height_ = (height_ + 2 * shape_.pad_y() - shape_.kernel_height) / shape_.stride + 1;
    out_width_ = (width_ + 2 * shape_.pad_x() - shape_.kernel_width) / shape_.stride + 1;
    return 0;
  }

  void Setup(const void* input, void* output, void* /*workspace*/) override {
    input_ = static_cast<const int16_t*>(input);
    output_ = static_cast<int16_t*>(output);
  }

  void Run(ThreadPool& pool) const override {
    pool.Run(batch_ * out_height_, [this](size_t row) {
      const int y = static_cast<int>(row % out_height_);
      const int16_t* image = input_ + row / out_height_ * height_ * width_ * shape_.input_stride;
      int16_t* to = output_ + row * out_width_ * shape_.output_stride;
      for (int x = 0; x < out_width_; ++x, to += shape_.output_stride) {
        PoolPixel(WindowAt(y, x), image, to);
      }
    });
  }

 protected:
  // The input pixels of an output pixel, those inside the image.
  struct Window {
    int top, bottom, left, right;
  };

  virtual void PoolPixel(const Window& window, const int16_t* image, int16_t* to) const = 0;

  // Calls body(pixel) with each pixel of the window.
  template <typename Body>
  void ForPixels(const Window& window, const int16_t* image, const Body& body) const {
    for (int y = window.top; y < window.bottom; ++y) {
      const int16_t* pixel =
          image + (static_cast<size_t>(y) * width_ + window.left) * shape_.input_stride;
      for (int x = window.left; x < window.right; ++x, pixel += shape_.input_stride) body(pixel);
    }
  }

  OperatorShape shape_;

 private:
  Window WindowAt(int y, int x) const {
    const int top = y * shape_.stride - shape_.pad_y(), left = x * shape_.stride - shape_.pad_x();
    return {std::max(top, 0), std::min(top + shape_.kernel_height, height_), std::max(left, 0),
            std::min(left + shape_.kernel_width, width_)};
  }

  size_t batch_ = 0;
  int height_ = 0, width_ = 0, out_height_ = 0, out_width_ = 0;
  const int16_t* input_ = nullptr;
  int16_t* output_ = nullptr;
};

class MaxPooling final : public Pooling {
 public:
  using Pooling::Pooling;

 private:
  void PoolPixel(const Window& window, const int16_t* image, int16_t* to) const override {
    for (int c = 0; c < shape_.in_channels; c += 8) {
      Short8 largest = Short8{} + std::numeric_limits<int16_t>::min();
      ForPixels(window, image,
                [&](const int16_t* pixel) { largest = Max8(largest, Load<Short8>(pixel + c)); });
      std::memcpy(to + c, &largest, sizeof(largest));
    }
  }
};

class AveragePooling final : public Pooling {
 public:
  AveragePooling(OperatorShape shape, float ratio) : Pooling(std::move(shape)), ratio_(ratio) {}

 private:
  void PoolPixel(const Window& window, const int16_t* image, int16_t* to) const override {
    const int count = (window.bottom - window.top) * (window.right - window.left);
    const Float4 factor = Splat4(ratio_ / static_cast<float>(count));
    for (int c = 0; c < shape_.in_channels; c += 4) {
      Float4 sum{};
      ForPixels(window, image, [&](const int16_t* pixel) { sum += Load4(pixel + c); });
      StoreRounded4(to + c, Min4(Max4(sum * factor, Splat4(0)), Splat4(kLargestLevel)));
    }
  }

  float ratio_;
};

}  // namespace

std::unique_ptr<Operator> Int16MaxPooling(const OperatorShape& shape) {
  return std::make_unique<MaxPooling>(shape);
}

std::unique_ptr<Operator> Int16AveragePooling(const OperatorShape& shape, float ratio) {
  return std::make_unique<AveragePooling>(shape, ratio);
}

}  // namespace tabtrain
