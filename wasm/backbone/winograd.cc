#include "backbone/winograd.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "backbone/aligned_buffer.h"
#include "backbone/gemm.h"
#include "backbone/winograd_transform.h"
#include "backbone/work_split.h"
#include "core/error.h"

namespace tabtrain {
namespace {

constexpr size_t kBlockBytes = size_t{384} << 10;  // of transformed input: stays in a core's cache

constexpr int kFewChannels = 96;

constexpr size_t CeilDivide(size_t a, size_t b) { return (a + b - 1) / b; }
constexpr size_t RoundUp(size_t a, size_t b) { return CeilDivide(a, b) * b; }

// T: float or int16_t. A tile has kSize x kSize values of the input, or kSize in a row or a column
// where the kernel has one dimension, and gives kSize - kTaps + 1 of the output along each.
template <typename T, int kSize, int kTaps, bool kBoth>
class Winograd final : public Operator {
 public:
  Winograd(OperatorShape shape, std::span<const float> kernel, std::span<const float> bias,
           const Int16Scales& scales)
      : shape_(std::move(shape)),
        input_scales_(InputScales()),
        weights_(kPositions * shape_.in_channels * shape_.out_channels),
        sum_scales_(kPositions * shape_.out_channels),
        bias_(bias.begin(), bias.end()),
        zeros_(shape_.in_channels) {
    std::fill_n(zeros_.data(), zeros_.size(), T{0});
    if constexpr (kInt16) {
      for (size_t o = 0; o < bias_.size(); ++o) bias_[o] /= scales.outputs[o];
    }
    for (size_t o = 0; o < bias_.size(); ++o) PackChannel(o, kernel, scales);
  }

  size_t Reshape(size_t batch, size_t height, size_t width, ThreadPool& pool) override {
    height_ = static_cast<int>(height);
    width_ = static_cast<int>(width);
    out_height_ = height_ + 2 * shape_.pad_y() - shape_.kernel_height + 1;
    out_width_ = width_ + 2 * shape_.pad_x() - shape_.kernel_width + 1;
    tiles_y_ = CeilDivide(out_height_, tile_height());
    tiles_x_ = CeilDivide(out_width_, tile_width());
    const size_t tile_bytes = kPositions * shape_.in_channels * sizeof(T);
    const size_t largest = kBlockBytes / tile_bytes;
    const size_t panels = shape_.out_channels / kGemmColumns;
    split_ =
        WorkSplit::For(batch * tiles_y_ * tiles_x_, kGemmRows<T>, largest, panels, pool.threads());
    slot_bytes_ = input_bytes() + product_bytes() +
                  RoundUp(split_.block_rows * sizeof(TileOrigin), kAlignment);
    return split_.slots * slot_bytes_;
  }

  void Setup(const void* input, void* output, void* workspace) override {
    input_ = static_cast<const T*>(input);
    output_ = static_cast<T*>(output);
    workspace_ = static_cast<uint8_t*>(workspace);
  }

  void Run(ThreadPool& pool) const override {
    split_.Run(
        pool, [this](size_t slot, size_t first_tile, size_t tiles, size_t panel, size_t end_panel) {
          uint8_t* workspace = workspace_ + slot * slot_bytes_;
          const Slot buffers{
              reinterpret_cast<T*>(workspace), reinterpret_cast<float*>(workspace + input_bytes()),
              reinterpret_cast<TileOrigin*>(workspace + input_bytes() + product_bytes())};
          for (size_t t = 0; t < tiles; ++t) {
            buffers.origins[t] = OriginOf(first_tile + t);
            TransformInput(t, buffers);
          }
          for (; panel < end_panel; ++panel) {
            Multiply(panel, tiles, buffers);
            for (size_t t = 0; t < tiles; ++t) TransformOutput(t, panel, buffers);
          }
        });
  }

 private:
  static constexpr bool kInt16 = std::is_same_v<T, int16_t>;
  static constexpr int kOutputs = kSize - kTaps + 1;
  static constexpr size_t kKernelSize = kBoth ? kTaps * kTaps : kTaps;
  static constexpr size_t kPositions = kBoth ? kSize * kSize : kSize;
  static constexpr size_t kTilePixels = kBoth ? kOutputs * kOutputs : kOutputs;
  static constexpr size_t kAlignment = 64;
  using Transform = WinogradTransform<kSize>;
  using Tile = std::array<Float4, kPositions>;
  using TileOutput = std::array<Float4, kTilePixels>;

  struct TileOrigin {
    size_t image;
    int y, x;  // in the output
  };
  // What a thread works in: input [position][tile][in_channels], the products of one panel,
  // [position][tile][kGemmColumns], and where the tiles are.
  struct Slot {
    T* input;
    float* products;
    TileOrigin* origins;
  };

  int tile_height() const { return shape_.kernel_height == 1 ? 1 : kOutputs; }
  int tile_width() const { return shape_.kernel_width == 1 ? 1 : kOutputs; }
  bool is_column() const { return shape_.kernel_width == 1; }
  size_t input_bytes() const {
    return RoundUp(kPositions * split_.block_rows * shape_.in_channels * sizeof(T), kAlignment);
  }

  size_t product_bytes() const {
    return RoundUp(kPositions * split_.block_rows * kGemmColumns * sizeof(float), kAlignment);
  }

  // int16: by what to multiply each transformed value, so that the largest possible fills 16 bits.
  static std::array<float, kPositions> InputScales() {
    constexpr auto kGains = Transform::InputGains();
    std::array<float, kPositions> result{};
    for (size_t i = 0; i < kPositions; ++i) {
      const size_t y = i / kSize, x = i % kSize;
      const double p = kGains.positive[x], n = kGains.negative[x];
      double gain = std::max(p, n);
      if (kBoth) {
        const double py = kGains.positive[y], ny = kGains.negative[y];
        gain = std::max(py * p + ny * n, py * n + ny * p);
      }
      result[i] = static_cast<float>(kLargestInput / (gain * kLargestLevel));
    }
    return result;
  }
  static constexpr double kLargestInput = 32766;  // transformed; rounding may add to it

  void PackChannel(size_t channel, std::span<const float> kernel, const Int16Scales& scales) {
    const size_t in_channels = shape_.in_channels;
    std::vector<std::array<double, kPositions>> transformed(in_channels);
    for (size_t c = 0; c < in_channels; ++c) {
      std::array<double, kKernelSize> taps;
      for (size_t t = 0; t < kKernelSize; ++t) {
        taps[t] = kernel[(channel * kKernelSize + t) * in_channels + c];
      }
      transformed[c] = TransformKernel(taps);
    }
    const size_t panel = channel / kGemmColumns, column = channel % kGemmColumns;
    std::vector<double> weights(in_channels);
    for (size_t position = 0; position < kPositions; ++position) {
      for (size_t c = 0; c < in_channels; ++c) weights[c] = transformed[c][position];
      const double scale = kInt16 ? FinestWeightScale(weights, kLargestInput + 1) : 1;
      const size_t group = panel * kPositions + position;
      if constexpr (kInt16) {
        sum_scales_[group * kGemmColumns + column] = static_cast<float>(
            scale * scales.input / input_scales_[position] / scales.outputs[channel]);
      }
      T* packed = weights_.data() + group * in_channels * kGemmColumns;
      for (size_t c = 0; c < in_channels; ++c) {
        const double w = weights[c] / scale;
        packed[PanelIndex<T>(c, column)] = static_cast<T>(kInt16 ? std::nearbyint(w) : w);
      }
    }
  }

  static std::array<double, kPositions> TransformKernel(
      const std::array<double, kKernelSize>& taps) {
    if constexpr (!kBoth) {
      return Transform::template Kernel<kTaps>(taps);
    } else {
      std::array<std::array<double, kSize>, kTaps> rows;
      for (int y = 0; y < kTaps; ++y) {
        std::array<double, kTaps> row;
        std::copy_n(taps.begin() + y * kTaps, kTaps, row.begin());
        rows[y] = Transform::template Kernel<kTaps>(row);
      }
      std::array<double, kPositions> result;
      for (int x = 0; x < kSize; ++x) {
        std::array<double, kTaps> column;
        for (int y = 0; y < kTaps; ++y) column[y] = rows[y][x];
        const auto values = Transform::template Kernel<kTaps>(column);
        for (int y = 0; y < kSize; ++y) result[y * kSize + x] = values[y];
      }
      return result;
    }
  }

  TileOrigin OriginOf(size_t tile) const {
    const size_t in_image = tile % (tiles_y_ * tiles_x_);
    return {tile / (tiles_y_ * tiles_x_), static_cast<int>(in_image / tiles_x_) * tile_height(),
            static_cast<int>(in_image % tiles_x_) * tile_width()};
  }

  // Where the values of a tile lie; what is outside the image is zero.
  std::array<const T*, kPositions> PixelsOf(const TileOrigin& origin) const {
    std::array<const T*, kPositions> pixels;
    const T* image = input_ + origin.image * height_ * width_ * shape_.input_stride;
    for (size_t i = 0; i < kPositions; ++i) {
      const int step = static_cast<int>(i);
      const int y = origin.y - shape_.pad_y() + (kBoth ? step / kSize : is_column() ? step : 0);
      const int x = origin.x - shape_.pad_x() + (kBoth ? step % kSize : is_column() ? 0 : step);
      const bool inside = y >= 0 && x >= 0 && y < height_ && x < width_;
      pixels[i] = inside ? image + (static_cast<size_t>(y) * width_ + x) * shape_.input_stride
                         : zeros_.data();
    }
    return pixels;
  }

  void TransformInput(size_t tile, const Slot& slot) const {
    const std::array<const T*, kPositions> pixels = PixelsOf(slot.origins[tile]);
    const size_t in_channels = shape_.in_channels;
    for (size_t c = 0; c < in_channels; c += 4) {
      T* to = slot.input + tile * in_channels + c;
      TransformTile([&](size_t position) { return Load4(pixels[position] + c); },
                    [&](size_t position, Float4 value) {
                      StoreInput(position, value, to + position * split_.block_rows * in_channels);
                    });
    }
  }
  void StoreInput(size_t /*position*/, Float4 value, float* to) const { Store4(to, value); }
  void StoreInput(size_t position, Float4 value, int16_t* to) const {
    StoreRounded4(to, value * Splat4(input_scales_[position]));
  }

  // load(position) gives the values of a tile, store(position, value) takes the transformed.
  template <typename LoadValue, typename StoreValue>
  static void TransformTile(const LoadValue& load, const StoreValue& store) {
    std::array<Float4, kSize> line, transformed;
    if constexpr (!kBoth) {
      for (int x = 0; x < kSize; ++x) line[x] = load(x);
      Transform::Input(line, transformed);
      for (int x = 0; x < kSize; ++x) store(x, transformed[x]);
    } else {
      Tile rows;
      for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) line[x] = load(y * kSize + x);
        Transform::Input(line, transformed);
        for (int x = 0; x < kSize; ++x) rows[y * kSize + x] = transformed[x];
      }
      for (int x = 0; x < kSize; ++x) {
        for (int y = 0; y < kSize; ++y) line[y] = rows[y * kSize + x];
        Transform::Input(line, transformed);
        for (int y = 0; y < kSize; ++y) store(y * kSize + x, transformed[y]);
      }
    }
  }

  // For every position a matrix product: [count, in_channels] x [in_channels, kGemmColumns].
  void Multiply(size_t panel, size_t count, const Slot& slot) const {
    const size_t in_channels = shape_.in_channels;
    for (size_t position = 0; position < kPositions; ++position) {
      const size_t group = panel * kPositions + position;
      const T* weights = weights_.data() + group * in_channels * kGemmColumns;
      const float* scales = sum_scales_.data() + group * kGemmColumns;
      const T* rows = slot.input + position * split_.block_rows * in_channels;
      float* products = slot.products + position * split_.block_rows * kGemmColumns;
      ForRowGroups<T>(count, [&]<size_t kRows>(size_t first) {
        std::array<const T*, kRows> group_rows;
        for (size_t r = 0; r < kRows; ++r) group_rows[r] = rows + (first + r) * in_channels;
        const auto sums =
            MultiplyPanel<T, kRows>(group_rows.data(), /*taps=*/1, in_channels, weights);
        for (size_t r = 0; r < kRows; ++r) {
          float* to = products + (first + r) * kGemmColumns;
          StoreSums(sums[r], scales, to);
        }
      });
    }
  }
  static void StoreSums(const std::array<Float4, 2>& sums, const float* /*scales*/, float* to) {
    Store4(to, sums[0]);
    Store4(to + 4, sums[1]);
  }
  static void StoreSums(const std::array<Int4, 2>& sums, const float* scales, float* to) {
    Store4(to, __builtin_convertvector(sums[0], Float4) * Load4(scales));
    Store4(to + 4, __builtin_convertvector(sums[1], Float4) * Load4(scales + 4));
  }

  void TransformOutput(size_t tile, size_t panel, const Slot& slot) const {
    const TileOrigin& origin = slot.origins[tile];
    const int height = std::min(tile_height(), out_height_ - origin.y);
    const int width = std::min(tile_width(), out_width_ - origin.x);
    const size_t pixel =
        (origin.image * out_height_ + origin.y) * static_cast<size_t>(out_width_) + origin.x;
    for (size_t half = 0; half < kGemmColumns; half += 4) {
      const size_t channel = panel * kGemmColumns + half;
      const float* from = slot.products + tile * kGemmColumns + half;
      TileOutput values;
      TransformProducts(
          [&](size_t position) {
            return Load4(from + position * split_.block_rows * kGemmColumns);
          },
          values);
      T* to = output_ + pixel * shape_.output_stride + channel;
      const Float4 bias = Load4(bias_.data() + channel);
      for (int y = 0; y < height; ++y, to += out_width_ * shape_.output_stride) {
        for (int x = 0; x < width; ++x) {
          StoreOutput(to + x * shape_.output_stride, values[y * tile_width() + x] + bias);
        }
      }
    }
  }

  // load(position) gives the products of a tile.
  template <typename LoadProduct>
  static void TransformProducts(const LoadProduct& load, TileOutput& values) {
    std::array<Float4, kSize> line;
    if constexpr (!kBoth) {
      for (int x = 0; x < kSize; ++x) line[x] = load(x);
      Transform::Output(line, values);
    } else {
      std::array<std::array<Float4, kOutputs>, kSize> rows;
      for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) line[x] = load(y * kSize + x);
        Transform::Output(line, rows[y]);
      }
      for (int x = 0; x < kOutputs; ++x) {
        std::array<Float4, kOutputs> column;
        for (int y = 0; y < kSize; ++y) line[y] = rows[y][x];
        Transform::Output(line, column);
        for (int y = 0; y < kOutputs; ++y) values[y * kOutputs + x] = column[y];
      }
    }
  }

  void StoreOutput(float* to, Float4 value) const {
    Store4(to, shape_.relu ? Max4(value, Splat4(0)) : value);
  }
  void StoreOutput(int16_t* to, Float4 value) const {
    StoreRounded4(to, Min4(Max4(value, Splat4(0)), Splat4(kLargestLevel)));
  }

  OperatorShape shape_;
  std::array<float, kPositions> input_scales_;
  AlignedBuffer<T> weights_;       // [panel][position] panels of in_channels
  std::vector<float> sum_scales_;  // [panel][position][kGemmColumns]: from sums to levels
  std::vector<float> bias_;        // int16: in levels
  AlignedBuffer<T> zeros_;

  int height_ = 0, width_ = 0, out_height_ = 0, out_width_ = 0;
  size_t tiles_y_ = 0, tiles_x_ = 0;
  WorkSplit split_;
  size_t slot_bytes_ = 0;
  const T* input_ = nullptr;
  T* output_ = nullptr;
  uint8_t* workspace_ = nullptr;
};

template <typename T>
std::unique_ptr<Operator> Make(const OperatorShape& shape, std::span<const float> kernel,
                               std::span<const float> bias, const Int16Scales& scales) {
  CheckInvariant(HasWinograd(shape) && kernel.size() == shape.kernel_size() &&
                     bias.size() == static_cast<size_t>(shape.out_channels),
                 "a convolution's weights have the wrong size");
  const int taps = std::max(shape.kernel_height, shape.kernel_width);
  if (shape.kernel_height != shape.kernel_width) {
    if (taps == 3) return std::make_unique<Winograd<T, 6, 3, false>>(shape, kernel, bias, scales);
    return std::make_unique<Winograd<T, 10, 7, false>>(shape, kernel, bias, scales);
  }
  if (taps == 5) return std::make_unique<Winograd<T, 8, 5, true>>(shape, kernel, bias, scales);
  // Larger tiles save products, which pays where maps are large, and those have few channels.
  if (std::is_same_v<T, int16_t> && shape.in_channels <= kFewChannels) {
    return std::make_unique<Winograd<T, 8, 3, true>>(shape, kernel, bias, scales);
  }
  return std::make_unique<Winograd<T, 6, 3, true>>(shape, kernel, bias, scales);
}

}  // namespace

bool HasWinograd(const OperatorShape& shape) {
  const int height = shape.kernel_height, width = shape.kernel_width;
  const bool square = height == width && (height == 3 || height == 5);
  const bool line = std::min(height, width) == 1 && (height * width == 3 || height * width == 7);
  return shape.type == LayerType::kConv && shape.stride == 1 && (square || line) &&
         shape.in_channels % kGemmColumns == 0 && shape.out_channels % kGemmColumns == 0;
}

std::unique_ptr<Operator> WinogradConvolution(const OperatorShape& shape,
                                              std::span<const float> kernel,
                                              std::span<const float> bias) {
  return Make<float>(shape, kernel, bias, {});
}

std::unique_ptr<Operator> WinogradConvolution(const OperatorShape& shape,
                                              std::span<const float> kernel,
                                              std::span<const float> bias,
                                              const Int16Scales& scales) {
  CheckInvariant(shape.relu, "int16 convolutions end in a relu");
  return Make<int16_t>(shape, kernel, bias, scales);
}

}  // namespace tabtrain
