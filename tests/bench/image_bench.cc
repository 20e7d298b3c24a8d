// What an image costs before the network sees it: a photo of 12 megapixels, then views of it.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "image/augment.h"
#include "image/decode.h"
#include "image/preprocess.h"

namespace tabtrain {
namespace {

using File = std::vector<uint8_t>;

constexpr int kWidth = 4000;
constexpr int kHeight = 3008;
constexpr int kBlock = 16;  // pixels a side of an MCU of a 4:2:0 JPEG

File::iterator FindMarker(File& file, uint8_t code) {
  const uint8_t marker[] = {0xFF, code};
  const auto found = std::search(file.begin(), file.end(), std::begin(marker), std::end(marker));
  if (found == file.end()) throw std::runtime_error("restarts.jpg lacks a marker");
  return found;
}

// A large photo from a small one that restarts at every MCU, whose data can be repeated at will.
File LargePhoto() {
  std::ifstream stream(TABTRAIN_SOURCE_DIR "/tests/golden/image/decode/restarts.jpg",
                       std::ios::binary);
  File small{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};

  const auto frame = FindMarker(small, 0xC0) + 5;
  std::ranges::copy(
      std::initializer_list<uint8_t>{kHeight >> 8, kHeight & 255, kWidth >> 8, kWidth & 255},
      frame);

  const auto scan = FindMarker(small, 0xDA);
  const auto data = scan + 2 + scan[3];
  std::vector<File> units;  // the data of one MCU each
  for (auto start = data; start < small.end();) {
    const auto end = std::adjacent_find(
        start, small.end(), [](int first, int second) { return first == 0xFF && second >= 0xD0; });
    units.emplace_back(start, end);
    start = end + 2;
  }

  File large(small.begin(), data);
  for (int i = 0; i < kWidth / kBlock * (kHeight / kBlock); ++i) {
    if (i > 0) large.insert(large.end(), {0xFF, static_cast<uint8_t>(0xD0 + (i - 1) % 8)});
    const File& unit = units[i % units.size()];
    large.insert(large.end(), unit.begin(), unit.end());
  }
  large.insert(large.end(), {0xFF, 0xD9});
  return large;
}

// The same photo with an EXIF segment that turns it by a quarter.
File Turned(const File& photo) {
  const File exif = {0xFF, 0xE1, 0, 30, 'E',  'x',  'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0,
                     0,    8,    0, 1,  0x01, 0x12, 0,   3,   0, 0, 0,   1,   0, 6,  0, 0};
  File turned = photo;
  turned.insert(turned.begin() + 2, exif.begin(), exif.end());
  return turned;
}

void DecodeFile(benchmark::State& state, const File& file) {
  while (state.KeepRunning()) benchmark::DoNotOptimize(DecodeImage(file));
}

void DecodePhoto(benchmark::State& state) { DecodeFile(state, LargePhoto()); }
BENCHMARK(DecodePhoto)->Name("image/decode_12mpx")->Unit(benchmark::kMillisecond);

void DecodeTurnedPhoto(benchmark::State& state) { DecodeFile(state, Turned(LargePhoto())); }
BENCHMARK(DecodeTurnedPhoto)->Name("image/decode_12mpx_turned")->Unit(benchmark::kMillisecond);

void PreprocessPhoto(benchmark::State& state) {
  const Image photo = DecodeImage(LargePhoto());
  std::vector<float> tensor(kInputFloats);
  while (state.KeepRunning()) Preprocess(photo, tensor);
}
BENCHMARK(PreprocessPhoto)->Name("image/preprocess_12mpx")->Unit(benchmark::kMillisecond);

void AugmentView(benchmark::State& state) {
  const Image source = Resize(DecodeImage(LargePhoto()), kInputSize, kInputSize);
  const AugmentOptions options{.rotation_range = 20,
                               .width_shift_range = 0.2,
                               .height_shift_range = 0.2,
                               .shear_range = 0.2,
                               .zoom_range = {0.8, 1.2},
                               .horizontal_flip = true,
                               .fill_mode = static_cast<FillMode>(state.range(0))};
  std::vector<float> tensor(kInputFloats);
  Rng rng(1);
  while (state.KeepRunning()) {
    Augment(source, DrawTransform(options, kInputSize, kInputSize, rng), options, tensor);
  }
}
BENCHMARK(AugmentView)
    ->Name("image/augment")
    ->ArgName("fill")
    ->DenseRange(static_cast<int>(FillMode::kConstant), static_cast<int>(FillMode::kWrap))
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tabtrain
