#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "backbone/aligned_buffer.h"
#include "backbone/gemm.h"
#include "backbone/int16_operators.h"
#include "backbone/work_split.h"
#include "core/error.h"

namespace tabtrain {
namespace {

constexpr size_t kBlockBytes = size_t{256} << 10;  // of input: stays in a core's cache

void CopyLevels(const int16_t* from, size_t count, int16_t* to) { std::copy_n(from, count, to); }

void CopyLevels(const int16_t* from, size_t count, int8_t* to) {
  const Short8 half = Short8{} + int16_t{kLevelsOfByte / 2};
  for (size_t i = 0; i < count; i += 8) {
    StoreBytes8(to + i, (Load<Short8>(from + i) + half) >> kByteShift);
  }
}

// A matrix product of pixels and kernel in products of T, int16_t or int8_t: row i has the inputs
// of output pixel i, tap by tap. Where a pixel's channels fill no step, a tap is a whole row of the
// kernel, its pixels side by side.
template <typename T>
class Convolution final : public Operator {
 public:
  Convolution(OperatorShape shape, std::span<const float> kernel, std::span<const float> bias,
              const Int16Scales& scales)
      : shape_(std::move(shape)),
        whole_rows_(shape_.in_channels % kGemmStep<T> != 0),
        taps_x_(whole_rows_ ? 1 : shape_.kernel_width),
        tap_size_(whole_rows_ ? shape_.kernel_width * shape_.input_stride : shape_.in_channels),
        depth_(static_cast<size_t>(shape_.kernel_height) * taps_x_ * tap_size_),
        panels_((shape_.out_channels + kGemmColumns - 1) / kGemmColumns),
        weights_(panels_ * kGemmColumns * depth_),
        factors_(panels_ * kGemmColumns),
        bias_(panels_ * kGemmColumns) {
    CheckInvariant(tap_size_ % kGemmStep<T> == 0 &&
                       (!whole_rows_ || (!kBytes && shape_.padding == Padding::kValid)),
                   "an integer convolution cannot have this number of channels");
    std::fill_n(weights_.data(), weights_.size(), T{0});
    for (size_t o = 0; o < bias.size(); ++o) PackChannel(o, kernel, bias[o], scales);
  }

  size_t Reshape(size_t batch, size_t height, size_t width, ThreadPool& pool) override {
    height_ = static_cast<int>(height);
    width_ = static_cast<int>(width);
    out_height_ = (height_ + 2 * shape_.pad_y() - shape_.kernel_height) / shape_.stride + 1;
    out_width_ = (width_ + 2 * shape_.pad_x() - shape_.kernel_width) / shape_.stride + 1;
    split_ = WorkSplit::For(batch * out_height_ * out_width_, kGemmRows<T>,
                            kBlockBytes / (depth_ * sizeof(T)), panels_, pool.threads());
    return split_.slots * slot_size() * sizeof(T);
  }

  void Setup(const void* input, void* output, void* workspace) override {
    input_ = static_cast<const int16_t*>(input);
    output_ = static_cast<int16_t*>(output);
    rows_ = static_cast<T*>(workspace);
  }

  void Run(ThreadPool& pool) const override {
    split_.Run(pool,
               [this](size_t slot, size_t first, size_t pixels, size_t panel, size_t end_panel) {
                 T* rows = rows_ + slot * slot_size();
                 for (size_t i = 0; i < pixels; ++i) PackRow(first + i, rows + i * depth_);
                 for (; panel < end_panel; ++panel) Multiply(first, pixels, panel, rows);
               });
  }

 private:
  static constexpr bool kBytes = std::is_same_v<T, int8_t>;
  static constexpr float kInputUnit = kBytes ? kLevelsOfByte : 1;  // in levels

  size_t slot_size() const { return split_.block_rows * depth_; }

  void PackChannel(size_t channel, std::span<const float> kernel, float bias,
                   const Int16Scales& scales) {
    const size_t size = shape_.kernel_size() / shape_.out_channels;
    const std::span<const float> own = kernel.subspan(channel * size, size);
    const std::vector<double> weights(own.begin(), own.end());
    const double scale =
        kBytes ? FinestByteWeightScale(weights) : FinestWeightScale(weights, kLargestLevel);
    const size_t column = channel % kGemmColumns;
    T* panel = weights_.data() + channel / kGemmColumns * kGemmColumns * depth_;
    for (size_t i = 0; i < size; ++i) {
      // Pixels of a whole row lie further apart in the input than in the kernel.
      const size_t k =
          whole_rows_ ? i / shape_.in_channels * shape_.input_stride + i % shape_.in_channels : i;
      panel[PanelIndex<T>(k, column)] = static_cast<T>(std::nearbyint(weights[i] / scale));
    }
    factors_[channel] =
        static_cast<float>(scale * kInputUnit * scales.input / scales.outputs[channel]);
    bias_[channel] = bias / scales.outputs[channel];
  }

  // The inputs of an output pixel; what padding reads is 0.
  void PackRow(size_t pixel, T* row) const {
    const size_t image = pixel / (static_cast<size_t>(out_height_) * out_width_);
    const int top = static_cast<int>(pixel / out_width_ % out_height_) * shape_.stride;
    const int left = static_cast<int>(pixel % out_width_) * shape_.stride;
    const int16_t* origin = input_ + image * height_ * width_ * shape_.input_stride;
    for (int ky = 0; ky < shape_.kernel_height; ++ky) {
      for (int kx = 0; kx < taps_x_; ++kx, row += tap_size_) {
        const int y = top - shape_.pad_y() + ky, x = left - shape_.pad_x() + kx;
        if (y >= 0 && x >= 0 && y < height_ && x < width_) {
          CopyLevels(origin + (static_cast<size_t>(y) * width_ + x) * shape_.input_stride,
                     tap_size_, row);
        } else {
          std::fill_n(row, tap_size_, T{0});
        }
      }
    }
  }

  void Multiply(size_t first, size_t pixels, size_t panel, const T* rows) const {
    const T* weights = weights_.data() + panel * kGemmColumns * depth_;
    const size_t channel = panel * kGemmColumns;
    ForRowGroups<T>(pixels, [&]<size_t kRows>(size_t group) {
      std::array<const T*, kRows> group_rows;
      for (size_t r = 0; r < kRows; ++r) group_rows[r] = rows + (group + r) * depth_;
      const auto sums = MultiplyPanel<T, kRows>(group_rows.data(), /*taps=*/1, depth_, weights);
      int16_t* to = output_ + (first + group) * shape_.output_stride + channel;
      for (size_t r = 0; r < kRows; ++r, to += shape_.output_stride) {
        Store(sums[r][0], channel, to);
        if (channel + 4 < static_cast<size_t>(shape_.out_channels)) {
          Store(sums[r][1], channel + 4, to + 4);
        }
      }
    });
  }

  void Store(Int4 sums, size_t channel, int16_t* to) const {
    const Float4 value = MulAdd(__builtin_convertvector(sums, Float4),
                                Load4(factors_.data() + channel), Load4(bias_.data() + channel));
    const Float4 lowest = Splat4(shape_.relu ? 0 : -kLargestLevel);
    StoreRounded4(to, Min4(Max4(value, lowest), Splat4(kLargestLevel)));
  }

  OperatorShape shape_;
  bool whole_rows_;
  int taps_x_;
  size_t tap_size_, depth_, panels_;
  AlignedBuffer<T> weights_;    // [panel] panels of depth
  std::vector<float> factors_;  // by channel: from sums to levels
  std::vector<float> bias_;     // in levels

  int height_ = 0, width_ = 0, out_height_ = 0, out_width_ = 0;
  WorkSplit split_;
  const int16_t* input_ = nullptr;
  int16_t* output_ = nullptr;
  T* rows_ = nullptr;  // [slot][slot_size]
};

template <typename T>
std::unique_ptr<Operator> Make(const OperatorShape& shape, std::span<const float> kernel,
                               std::span<const float> bias, const Int16Scales& scales) {
  CheckInvariant(kernel.size() == shape.kernel_size() && shape.out_channels % 4 == 0 &&
                     bias.size() == static_cast<size_t>(shape.out_channels) &&
                     scales.outputs.size() == bias.size(),
                 "a convolution's weights have the wrong size");
  return std::make_unique<Convolution<T>>(shape, kernel, bias, scales);
}

}  // namespace

std::unique_ptr<Operator> Int16Convolution(const OperatorShape& shape,
                                           std::span<const float> kernel,
                                           std::span<const float> bias, const Int16Scales& scales) {
  return Make<int16_t>(shape, kernel, bias, scales);
}

std::unique_ptr<Operator> Int8Convolution(const OperatorShape& shape, std::span<const float> kernel,
                                          std::span<const float> bias, const Int16Scales& scales) {
  return Make<int8_t>(shape, kernel, bias, scales);
}

}  // namespace tabtrain
