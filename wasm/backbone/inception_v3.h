// InceptionV3 without top as one table (Szegedy et al. 2015, https://arxiv.org/abs/1512.00567),
// with the layer names and the creation order of keras.applications.InceptionV3. The graph, the
// check of weight files, the tests and the benchmarks all come from it.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace tabtrain {

enum class LayerType {
  kConv,         // Conv2D without bias -> BatchNormalization (epsilon 1e-3) -> relu
  kMaxPool,      // 3x3, stride 2, valid
  kAveragePool,  // 3x3, stride 1, same; the border is not counted
};
enum class Padding { kValid, kSame };

struct InceptionLayer {
  std::string_view name;
  LayerType type;
  int kernel_height, kernel_width, stride;
  Padding padding;
  int in_channels, out_channels;
  // The tensor it reads, and the tensor it writes from channel `output_channel` on. Layers that
  // share an output tensor are a Keras concatenation: each writes its slice, nothing is copied.
  std::string_view input, output;
  int output_channel;
};

namespace internal {
constexpr InceptionLayer Conv(std::string_view name, int kernel_height, int kernel_width,
                              int stride, Padding padding, int in, int out, std::string_view input,
                              std::string_view output, int output_channel) {
  return {name,  LayerType::kConv, kernel_height, kernel_width, stride, padding, in, out,
          input, output,           output_channel};
}
constexpr InceptionLayer MaxPool(std::string_view name, int channels, std::string_view input,
                                 std::string_view output, int output_channel) {
  return {name,   LayerType::kMaxPool, 3, 3, 2, Padding::kValid, channels, channels, input,
          output, output_channel};
}
constexpr InceptionLayer AveragePool(std::string_view name, int channels, std::string_view input) {
  return {name, LayerType::kAveragePool, 3, 3, 1, Padding::kSame, channels, channels, input, name,
          0};
}

constexpr auto BuildInceptionV3() {
  using enum Padding;
  // name, kernel height, kernel width, stride, padding, channels in, out, reads, writes, from
  // channel
  // clang-format off
  return std::to_array<InceptionLayer>({
    // stem: 299x299x3 -> 35x35x192
    Conv("conv2d_1", 3, 3, 2, kValid, 3, 32, "input", "conv2d_1", 0),
    Conv("conv2d_2", 3, 3, 1, kValid, 32, 32, "conv2d_1", "conv2d_2", 0),
    Conv("conv2d_3", 3, 3, 1, kSame, 32, 64, "conv2d_2", "conv2d_3", 0),
    MaxPool("max_pooling2d_1", 64, "conv2d_3", "max_pooling2d_1", 0),
    Conv("conv2d_4", 1, 1, 1, kValid, 64, 80, "max_pooling2d_1", "conv2d_4", 0),
    Conv("conv2d_5", 3, 3, 1, kValid, 80, 192, "conv2d_4", "conv2d_5", 0),
    MaxPool("max_pooling2d_2", 192, "conv2d_5", "max_pooling2d_2", 0),
    // mixed0: 35x35x256
    Conv("conv2d_6", 1, 1, 1, kSame, 192, 64, "max_pooling2d_2", "mixed0", 0),
    Conv("conv2d_7", 1, 1, 1, kSame, 192, 48, "max_pooling2d_2", "conv2d_7", 0),
    Conv("conv2d_8", 5, 5, 1, kSame, 48, 64, "conv2d_7", "mixed0", 64),
    Conv("conv2d_9", 1, 1, 1, kSame, 192, 64, "max_pooling2d_2", "conv2d_9", 0),
    Conv("conv2d_10", 3, 3, 1, kSame, 64, 96, "conv2d_9", "conv2d_10", 0),
    Conv("conv2d_11", 3, 3, 1, kSame, 96, 96, "conv2d_10", "mixed0", 128),
    AveragePool("average_pooling2d_1", 192, "max_pooling2d_2"),
    Conv("conv2d_12", 1, 1, 1, kSame, 192, 32, "average_pooling2d_1", "mixed0", 224),
    // mixed1: 35x35x288
    Conv("conv2d_13", 1, 1, 1, kSame, 256, 64, "mixed0", "mixed1", 0),
    Conv("conv2d_14", 1, 1, 1, kSame, 256, 48, "mixed0", "conv2d_14", 0),
    Conv("conv2d_15", 5, 5, 1, kSame, 48, 64, "conv2d_14", "mixed1", 64),
    Conv("conv2d_16", 1, 1, 1, kSame, 256, 64, "mixed0", "conv2d_16", 0),
    Conv("conv2d_17", 3, 3, 1, kSame, 64, 96, "conv2d_16", "conv2d_17", 0),
    Conv("conv2d_18", 3, 3, 1, kSame, 96, 96, "conv2d_17", "mixed1", 128),
    AveragePool("average_pooling2d_2", 256, "mixed0"),
    Conv("conv2d_19", 1, 1, 1, kSame, 256, 64, "average_pooling2d_2", "mixed1", 224),
    // mixed2: 35x35x288
    Conv("conv2d_20", 1, 1, 1, kSame, 288, 64, "mixed1", "mixed2", 0),
    Conv("conv2d_21", 1, 1, 1, kSame, 288, 48, "mixed1", "conv2d_21", 0),
    Conv("conv2d_22", 5, 5, 1, kSame, 48, 64, "conv2d_21", "mixed2", 64),
    Conv("conv2d_23", 1, 1, 1, kSame, 288, 64, "mixed1", "conv2d_23", 0),
    Conv("conv2d_24", 3, 3, 1, kSame, 64, 96, "conv2d_23", "conv2d_24", 0),
    Conv("conv2d_25", 3, 3, 1, kSame, 96, 96, "conv2d_24", "mixed2", 128),
    AveragePool("average_pooling2d_3", 288, "mixed1"),
    Conv("conv2d_26", 1, 1, 1, kSame, 288, 64, "average_pooling2d_3", "mixed2", 224),
    // mixed3: 17x17x768
    Conv("conv2d_27", 3, 3, 2, kValid, 288, 384, "mixed2", "mixed3", 0),
    Conv("conv2d_28", 1, 1, 1, kSame, 288, 64, "mixed2", "conv2d_28", 0),
    Conv("conv2d_29", 3, 3, 1, kSame, 64, 96, "conv2d_28", "conv2d_29", 0),
    Conv("conv2d_30", 3, 3, 2, kValid, 96, 96, "conv2d_29", "mixed3", 384),
    MaxPool("max_pooling2d_3", 288, "mixed2", "mixed3", 480),
    // mixed4: 17x17x768
    Conv("conv2d_31", 1, 1, 1, kSame, 768, 192, "mixed3", "mixed4", 0),
    Conv("conv2d_32", 1, 1, 1, kSame, 768, 128, "mixed3", "conv2d_32", 0),
    Conv("conv2d_33", 1, 7, 1, kSame, 128, 128, "conv2d_32", "conv2d_33", 0),
    Conv("conv2d_34", 7, 1, 1, kSame, 128, 192, "conv2d_33", "mixed4", 192),
    Conv("conv2d_35", 1, 1, 1, kSame, 768, 128, "mixed3", "conv2d_35", 0),
    Conv("conv2d_36", 7, 1, 1, kSame, 128, 128, "conv2d_35", "conv2d_36", 0),
    Conv("conv2d_37", 1, 7, 1, kSame, 128, 128, "conv2d_36", "conv2d_37", 0),
    Conv("conv2d_38", 7, 1, 1, kSame, 128, 128, "conv2d_37", "conv2d_38", 0),
    Conv("conv2d_39", 1, 7, 1, kSame, 128, 192, "conv2d_38", "mixed4", 384),
    AveragePool("average_pooling2d_4", 768, "mixed3"),
    Conv("conv2d_40", 1, 1, 1, kSame, 768, 192, "average_pooling2d_4", "mixed4", 576),
    // mixed5: 17x17x768
    Conv("conv2d_41", 1, 1, 1, kSame, 768, 192, "mixed4", "mixed5", 0),
    Conv("conv2d_42", 1, 1, 1, kSame, 768, 160, "mixed4", "conv2d_42", 0),
    Conv("conv2d_43", 1, 7, 1, kSame, 160, 160, "conv2d_42", "conv2d_43", 0),
    Conv("conv2d_44", 7, 1, 1, kSame, 160, 192, "conv2d_43", "mixed5", 192),
    Conv("conv2d_45", 1, 1, 1, kSame, 768, 160, "mixed4", "conv2d_45", 0),
    Conv("conv2d_46", 7, 1, 1, kSame, 160, 160, "conv2d_45", "conv2d_46", 0),
    Conv("conv2d_47", 1, 7, 1, kSame, 160, 160, "conv2d_46", "conv2d_47", 0),
    Conv("conv2d_48", 7, 1, 1, kSame, 160, 160, "conv2d_47", "conv2d_48", 0),
    Conv("conv2d_49", 1, 7, 1, kSame, 160, 192, "conv2d_48", "mixed5", 384),
    AveragePool("average_pooling2d_5", 768, "mixed4"),
    Conv("conv2d_50", 1, 1, 1, kSame, 768, 192, "average_pooling2d_5", "mixed5", 576),
    // mixed6: 17x17x768
    Conv("conv2d_51", 1, 1, 1, kSame, 768, 192, "mixed5", "mixed6", 0),
    Conv("conv2d_52", 1, 1, 1, kSame, 768, 160, "mixed5", "conv2d_52", 0),
    Conv("conv2d_53", 1, 7, 1, kSame, 160, 160, "conv2d_52", "conv2d_53", 0),
    Conv("conv2d_54", 7, 1, 1, kSame, 160, 192, "conv2d_53", "mixed6", 192),
    Conv("conv2d_55", 1, 1, 1, kSame, 768, 160, "mixed5", "conv2d_55", 0),
    Conv("conv2d_56", 7, 1, 1, kSame, 160, 160, "conv2d_55", "conv2d_56", 0),
    Conv("conv2d_57", 1, 7, 1, kSame, 160, 160, "conv2d_56", "conv2d_57", 0),
    Conv("conv2d_58", 7, 1, 1, kSame, 160, 160, "conv2d_57", "conv2d_58", 0),
    Conv("conv2d_59", 1, 7, 1, kSame, 160, 192, "conv2d_58", "mixed6", 384),
    AveragePool("average_pooling2d_6", 768, "mixed5"),
    Conv("conv2d_60", 1, 1, 1, kSame, 768, 192, "average_pooling2d_6", "mixed6", 576),
    // mixed7: 17x17x768
    Conv("conv2d_61", 1, 1, 1, kSame, 768, 192, "mixed6", "mixed7", 0),
    Conv("conv2d_62", 1, 1, 1, kSame, 768, 192, "mixed6", "conv2d_62", 0),
    Conv("conv2d_63", 1, 7, 1, kSame, 192, 192, "conv2d_62", "conv2d_63", 0),
    Conv("conv2d_64", 7, 1, 1, kSame, 192, 192, "conv2d_63", "mixed7", 192),
    Conv("conv2d_65", 1, 1, 1, kSame, 768, 192, "mixed6", "conv2d_65", 0),
    Conv("conv2d_66", 7, 1, 1, kSame, 192, 192, "conv2d_65", "conv2d_66", 0),
    Conv("conv2d_67", 1, 7, 1, kSame, 192, 192, "conv2d_66", "conv2d_67", 0),
    Conv("conv2d_68", 7, 1, 1, kSame, 192, 192, "conv2d_67", "conv2d_68", 0),
    Conv("conv2d_69", 1, 7, 1, kSame, 192, 192, "conv2d_68", "mixed7", 384),
    AveragePool("average_pooling2d_7", 768, "mixed6"),
    Conv("conv2d_70", 1, 1, 1, kSame, 768, 192, "average_pooling2d_7", "mixed7", 576),
    // mixed8: 8x8x1280
    Conv("conv2d_71", 1, 1, 1, kSame, 768, 192, "mixed7", "conv2d_71", 0),
    Conv("conv2d_72", 3, 3, 2, kValid, 192, 320, "conv2d_71", "mixed8", 0),
    Conv("conv2d_73", 1, 1, 1, kSame, 768, 192, "mixed7", "conv2d_73", 0),
    Conv("conv2d_74", 1, 7, 1, kSame, 192, 192, "conv2d_73", "conv2d_74", 0),
    Conv("conv2d_75", 7, 1, 1, kSame, 192, 192, "conv2d_74", "conv2d_75", 0),
    Conv("conv2d_76", 3, 3, 2, kValid, 192, 192, "conv2d_75", "mixed8", 320),
    MaxPool("max_pooling2d_4", 768, "mixed7", "mixed8", 512),
    // mixed9: 8x8x2048
    Conv("conv2d_77", 1, 1, 1, kSame, 1280, 320, "mixed8", "mixed9", 0),
    Conv("conv2d_78", 1, 1, 1, kSame, 1280, 384, "mixed8", "conv2d_78", 0),
    Conv("conv2d_79", 1, 3, 1, kSame, 384, 384, "conv2d_78", "mixed9", 320),
    Conv("conv2d_80", 3, 1, 1, kSame, 384, 384, "conv2d_78", "mixed9", 704),
    Conv("conv2d_81", 1, 1, 1, kSame, 1280, 448, "mixed8", "conv2d_81", 0),
    Conv("conv2d_82", 3, 3, 1, kSame, 448, 384, "conv2d_81", "conv2d_82", 0),
    Conv("conv2d_83", 1, 3, 1, kSame, 384, 384, "conv2d_82", "mixed9", 1088),
    Conv("conv2d_84", 3, 1, 1, kSame, 384, 384, "conv2d_82", "mixed9", 1472),
    AveragePool("average_pooling2d_8", 1280, "mixed8"),
    Conv("conv2d_85", 1, 1, 1, kSame, 1280, 192, "average_pooling2d_8", "mixed9", 1856),
    // mixed10: 8x8x2048
    Conv("conv2d_86", 1, 1, 1, kSame, 2048, 320, "mixed9", "mixed10", 0),
    Conv("conv2d_87", 1, 1, 1, kSame, 2048, 384, "mixed9", "conv2d_87", 0),
    Conv("conv2d_88", 1, 3, 1, kSame, 384, 384, "conv2d_87", "mixed10", 320),
    Conv("conv2d_89", 3, 1, 1, kSame, 384, 384, "conv2d_87", "mixed10", 704),
    Conv("conv2d_90", 1, 1, 1, kSame, 2048, 448, "mixed9", "conv2d_90", 0),
    Conv("conv2d_91", 3, 3, 1, kSame, 448, 384, "conv2d_90", "conv2d_91", 0),
    Conv("conv2d_92", 1, 3, 1, kSame, 384, 384, "conv2d_91", "mixed10", 1088),
    Conv("conv2d_93", 3, 1, 1, kSame, 384, 384, "conv2d_91", "mixed10", 1472),
    AveragePool("average_pooling2d_9", 2048, "mixed9"),
    Conv("conv2d_94", 1, 1, 1, kSame, 2048, 192, "average_pooling2d_9", "mixed10", 1856),
  });
  // clang-format on
}
}  // namespace internal

inline constexpr auto kInceptionV3 = internal::BuildInceptionV3();

inline constexpr int kConvolutions = 94;  // conv2d_1 ... conv2d_94
inline constexpr float kBatchNormEpsilon = 1e-3f;

}  // namespace tabtrain
