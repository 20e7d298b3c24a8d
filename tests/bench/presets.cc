// The presets on folders of photos, to be set beside Keras by keras_presets.py:
//   presets WEIGHTS TRAIN VALIDATION OUTPUT
// TRAIN and VALIDATION have one folder of photos a class. Prints how many of the validation photos
// each preset has right, for seeds 1 to 5, and how many look-alikes there are; writes the features
// and classes to OUTPUT as NumPy files.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/input.h"
#include "head/loss.h"
#include "image/decode.h"
#include "image/fingerprint.h"
#include "image/resize.h"
#include "session/session.h"

namespace tabtrain {
namespace {

namespace fs = std::filesystem;

std::vector<uint8_t> ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> Sorted(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

struct Photos {
  std::vector<float> features;  // [photos, size]
  std::vector<int32_t> labels;
  std::vector<std::optional<Fingerprint>> fingerprints;
};

// Photos that are not images are left out. `add` makes samples of them.
Photos Extract(Session& session, const fs::path& folder, bool add) {
  Photos photos;
  int32_t label = 0;
  for (const fs::path& of_class : Sorted(folder)) {
    for (const fs::path& path : Sorted(of_class)) {
      try {
        const Image image = Resize(DecodeImage(ReadAll(path)), kInputSize, kInputSize);
        session.LoadImage(image.rgb);
        photos.fingerprints.emplace_back(FingerprintOf(image));
      } catch (const Error& error) {
        std::fprintf(stderr, "%s: %s\n", path.c_str(), error.what());
        continue;
      }
      if (add) session.AddSample(of_class.filename().string());
      const auto features = session.Features();
      photos.features.insert(photos.features.end(), features.begin(), features.end());
      photos.labels.push_back(label);
    }
    ++label;
  }
  return photos;
}

// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
template <typename T>
void WriteNpy(const fs::path& path, const char* type, size_t rows, const std::vector<T>& values) {
  std::string header = "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': (" +
                       std::to_string(rows) + ", " + std::to_string(values.size() / rows) + ")}";
  header.resize((header.size() + 11 + 63) / 64 * 64 - 11, ' ');
  header += '\n';
  std::ofstream file(path, std::ios::binary);
  file.write("\x93NUMPY\x01\x00", 8);
  const auto length = static_cast<uint16_t>(header.size());
  file.put(static_cast<char>(length & 255)).put(static_cast<char>(length >> 8));
  file << header;
  file.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(T)));
}

void Write(const fs::path& folder, const std::string& name, const Photos& photos) {
  WriteNpy(folder / (name + "-features.npy"), "<f4", photos.labels.size(), photos.features);
  WriteNpy(folder / (name + "-labels.npy"), "<i4", photos.labels.size(), photos.labels);
}

struct NamedPreset {
  const char* name;
  std::vector<LayerSpec> layers;
  float learning_rate;
  size_t epochs;
};

// As web/lib/fit-options.ts has them.
const NamedPreset kPooled{"pooled", {Dense{1024, Activation::kRelu}}, 1e-4f, 50};
const NamedPreset kExtracted{"extracted", {Dense{128, Activation::kRelu}}, 1e-3f, 10};
const NamedPreset kRegression{"regression", {}, 1e-3f, 50};

size_t CountRight(Session& session, const Photos& validation) {
  const Head& head = session.model().head();
  const size_t rows = validation.labels.size();
  std::vector<float> logits(rows * head.classes());
  head.Logits(validation.features, rows, logits, SerialParallel());
  return CountCorrect(logits, validation.labels);
}

void Report(Session& session, const NamedPreset& preset, const std::string& name,
            const Photos& validation) {
  std::printf("%s", name.c_str());
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const FitOptions options{
        .layers = preset.layers,
        .train = {.optimizer = Adam{.learning_rate = preset.learning_rate}, .seed = seed},
        .training = {.epochs = preset.epochs, .batch_size = 16, .seed = seed},
        .validation_split = 0};
    session.BeginFit(options, /*fresh=*/true);
    while (!session.StepFit().done()) {
    }
    session.EndFit();
    std::printf(" %zu", CountRight(session, validation));
    std::fflush(stdout);
  }
  std::printf("\n");
}

void Run(const fs::path& weights, const fs::path& train, const fs::path& validation,
         const fs::path& output, Pooling pooling, const std::string& name,
         const std::vector<NamedPreset>& presets) {
  Session session(2, pooling);
  session.BeginWeights(Precision::kFloat32);
  session.PushWeights(ReadAll(weights));
  session.FinishWeights();
  const Photos taught = Extract(session, train, /*add=*/true);
  const Photos asked = Extract(session, validation, /*add=*/false);
  Write(output, "train" + name, taught);
  Write(output, "validation" + name, asked);
  if (pooling == Pooling::kAverage) {
    auto all = taught.fingerprints;
    all.insert(all.end(), asked.fingerprints.begin(), asked.fingerprints.end());
    const auto groups = GroupLookAlikes(all);
    std::printf("%zu photos, %zu groups of look-alikes\n", all.size(),
                std::set<size_t>(groups.begin(), groups.end()).size());
    std::printf("of %zu validation photos right, seeds 1 to 5:\n", asked.labels.size());
  }
  for (const NamedPreset& preset : presets) Report(session, preset, preset.name + name, asked);
}

}  // namespace
}  // namespace tabtrain

int main(int argc, char** argv) {
  using namespace tabtrain;
  if (argc != 5) {
    std::fprintf(stderr, "presets WEIGHTS TRAIN VALIDATION OUTPUT\n");
    return 2;
  }
  fs::create_directories(argv[4]);
  Run(argv[1], argv[2], argv[3], argv[4], Pooling::kAverage, "",
      {kPooled, kExtracted, kRegression});
  Run(argv[1], argv[2], argv[3], argv[4], Pooling::kNone, "-flattened", {kExtracted});
  return 0;
}
