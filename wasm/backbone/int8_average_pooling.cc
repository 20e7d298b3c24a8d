#include "backbone/int8_average_pooling.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/error.h"

namespace tabtrain {
namespace {

class AveragePooling final : public Operator {
 public:
  AveragePooling(OperatorShape shape, const Quantization& input, const Quantization& output)
      : shape_(std::move(shape)), input_(input), output_(output) {
    CheckInvariant(shape_.stride == 1 && shape_.padding == Padding::kSame && shape_.relu &&
                       output_.zero_point == -128,
                   "int8 average pooling keeps the size and ends in a relu");
  }

  size_t Reshape(size_t batch, size_t height, size_t width, ThreadPool& /*pool*/) override {
    batch_ = batch;
    height_ = static_cast<int>(height);
    width_ = static_cast<int>(width);
    return 0;
  }

  void Setup(const void* input, void* output, void* /*workspace*/) override {
    in_ = static_cast<const int8_t*>(input);
    out_ = static_cast<int8_t*>(output);
  }

  void Run(ThreadPool& pool) const override {
    pool.Run(batch_ * height_, [this](size_t row) { PoolRow(row); });
  }

 private:
  void PoolRow(size_t row) const {
    const int y = static_cast<int>(row % height_);
    const int8_t* image = in_ + (row - y) * width_ * shape_.input_stride;
    int8_t* out = out_ + row * width_ * shape_.output_stride;
    const int top = std::max(0, y - shape_.pad_y());
    const int bottom = std::min(height_, y - shape_.pad_y() + shape_.kernel_height);
    std::vector<int16_t> sums(shape_.in_channels);
    for (int x = 0; x < width_; ++x, out += shape_.output_stride) {
      const int left = std::max(0, x - shape_.pad_x());
      const int right = std::min(width_, x - shape_.pad_x() + shape_.kernel_width);
      std::fill(sums.begin(), sums.end(), 0);
      for (int iy = top; iy < bottom; ++iy) {
        for (int ix = left; ix < right; ++ix) {
          const int8_t* pixel = image + (iy * width_ + ix) * shape_.input_stride;
          for (int c = 0; c < shape_.in_channels; ++c) sums[c] += pixel[c];
        }
      }
      Requantize(sums, (bottom - top) * (right - left), out);
    }
  }

  // level = (sum / count - input zero point) * input scale / output scale - 128, and what is below
  // the lowest level is what the relu takes away.
  void Requantize(std::span<const int16_t> sums, int count, int8_t* out) const {
    const float scale = input_.scale / output_.scale / static_cast<float>(count);
    const float offset = -input_.zero_point * input_.scale / output_.scale;
    for (size_t c = 0; c < sums.size(); ++c) {
      const float level = static_cast<float>(sums[c]) * scale + offset;
      out[c] = static_cast<int8_t>(std::nearbyint(std::clamp(level, 0.0f, 255.0f)) - 128);
    }
  }

  OperatorShape shape_;
  Quantization input_, output_;
  size_t batch_ = 0;
  int height_ = 0, width_ = 0;
  const int8_t* in_ = nullptr;
  int8_t* out_ = nullptr;
};

}  // namespace

std::unique_ptr<Operator> Int8AveragePooling(const OperatorShape& shape, const Quantization& input,
                                             const Quantization& output) {
  return std::make_unique<AveragePooling>(shape, input, output);
}

}  // namespace tabtrain
