// The presets on folders of photos, for keras_presets.py to do the same with Keras:
//   presets WEIGHTS TRAIN VALIDATION OUTPUT
// TRAIN and VALIDATION have one folder of photos a class. Trains each preset from seeds 1 to 5 and
// prints how many of the validation photos it has right, and how many look-alikes there are. What
// Keras needs to train from the same weights in the same order goes to OUTPUT, as NumPy files in a
// folder for each preset: features and labels, and of each seed the first weights, the order of the
// photos in each epoch, and at last each validation photo's logits.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "head/epoch.h"
#include "head/loss.h"
#include "image/fingerprint.h"
#include "image/image.h"
#include "photos.h"
#include "session/session.h"

namespace tabtrain {
namespace {

namespace fs = std::filesystem;

using Fingerprints = std::vector<std::optional<Fingerprint>>;

struct Rows {
  std::vector<float> features;  // [rows, size]
  std::vector<int32_t> labels;
};

void AddPhotos(Session& session, const fs::path& folder, Fingerprints& fingerprints) {
  ForEachPhoto(folder, [&](const std::string& label, const fs::path&, const Image& photo) {
    fingerprints.emplace_back(FingerprintOf(photo));
    session.LoadImage(photo.rgb);
    session.AddSample(label);
  });
}

Rows Extract(Session& session, const fs::path& folder, Fingerprints& fingerprints) {
  Rows rows;
  std::vector<std::string> labels;
  for (const ClassInfo& each : session.Classes()) labels.push_back(each.label);
  ForEachPhoto(folder, [&](const std::string& label, const fs::path&, const Image& photo) {
    fingerprints.emplace_back(FingerprintOf(photo));
    session.LoadImage(photo.rgb);
    const auto features = session.Features();
    rows.features.insert(rows.features.end(), features.begin(), features.end());
    rows.labels.push_back(static_cast<int32_t>(std::ranges::find(labels, label) - labels.begin()));
  });
  return rows;
}

// As a training reads them.
Rows Read(const Samples& samples, size_t size) {
  Rows rows{.features = std::vector<float>(samples.size() * size), .labels = samples.labels};
  for (size_t i = 0; i < samples.size(); ++i) {
    samples.features->Read(samples.indices[i], std::span(rows.features).subspan(i * size, size));
  }
  return rows;
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

void Write(const fs::path& folder, const std::string& name, const Rows& rows) {
  WriteNpy(folder / (name + "-features.npy"), "<f4", rows.labels.size(), rows.features);
  WriteNpy(folder / (name + "-labels.npy"), "<i4", rows.labels.size(), rows.labels);
}

void WriteWeights(const fs::path& folder, const std::string& seed, const Head& head) {
  size_t count = 0;
  for (const Variable* variable : head.variables()) {
    WriteNpy(folder / (seed + "-weights-" + std::to_string(count++) + ".npy"), "<f4",
             variable->shape.front(), variable->values);
  }
}

// The positions of the samples, [epochs, samples].
void WriteOrder(const fs::path& folder, const std::string& seed, size_t samples,
                const TrainingOptions& options) {
  std::vector<int32_t> positions;
  EpochOrder order(samples, options.batch_size, options.seed);
  for (size_t epoch = 0; epoch < options.epochs; ++epoch) {
    order.Begin(epoch);
    for (size_t i = 0; i < order.batches(); ++i) {
      for (const size_t position : order.Batch(i)) {
        positions.push_back(static_cast<int32_t>(position));
      }
    }
  }
  WriteNpy(folder / (seed + "-order.npy"), "<i4", options.epochs, positions);
}

struct Preset {
  const char* name;
  std::vector<LayerSpec> layers;
  float learning_rate;
  size_t epochs;
};

// As web/lib/fit-options.ts has them.
const Preset kPooled{"pooled", {Dense{1024, Activation::kRelu}}, 1e-4f, 50};
const Preset kExtracted{"extracted", {Dense{128, Activation::kRelu}}, 1e-3f, 10};
const Preset kRegression{"regression", {}, 1e-3f, 50};
const Preset kFlattened{"extracted-flattened", kExtracted.layers, 1e-3f, 10};

// How many of the validation photos are right after a training from `seed`.
size_t Train(Session& session, const Preset& preset, uint64_t seed, const Rows& validation,
             const fs::path& folder) {
  const FitOptions options{
      .layers = preset.layers,
      .train = {.optimizer = Adam{.learning_rate = preset.learning_rate}, .seed = seed},
      .training = {.epochs = preset.epochs, .batch_size = 16, .seed = seed},
      .validation_split = 0};
  const Model& model = session.BeginFit(options, /*fresh=*/true);
  const Samples& samples = model.training_samples();
  const std::string name = std::to_string(seed);
  if (seed == 1) Write(folder, "train", Read(samples, session.feature_size()));
  WriteWeights(folder, name, model.head());
  WriteOrder(folder, name, samples.size(), options.training);
  while (!session.StepFit().done()) {
  }
  session.EndFit();

  const Head& head = session.model().head();
  const size_t rows = validation.labels.size();
  std::vector<float> logits(rows * head.classes());
  head.Logits(validation.features, rows, logits, SerialParallel());
  WriteNpy(folder / (name + "-logits.npy"), "<f4", rows, logits);
  return CountCorrect(logits, validation.labels);
}

void Report(Session& session, const Preset& preset, const Rows& validation,
            const fs::path& output) {
  const fs::path folder = output / preset.name;
  fs::create_directories(folder);
  Write(folder, "validation", validation);
  std::printf("%s", preset.name);
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    std::printf(" %zu", Train(session, preset, seed, validation, folder));
    std::fflush(stdout);
  }
  std::printf("\n");
}

void Run(const fs::path& weights, const fs::path& train, const fs::path& validation,
         const fs::path& output, Pooling pooling, const std::vector<Preset>& presets) {
  Session session(2, pooling);
  session.BeginWeights(Precision::kFloat32);
  session.PushWeights(ReadFile(weights));
  session.FinishWeights();
  Fingerprints fingerprints;
  AddPhotos(session, train, fingerprints);
  const Rows asked = Extract(session, validation, fingerprints);
  if (pooling == Pooling::kAverage) {
    const auto groups = GroupLookAlikes(fingerprints);
    std::printf("%zu photos, %zu groups of look-alikes\n", fingerprints.size(),
                std::set<size_t>(groups.begin(), groups.end()).size());
    std::printf("of %zu validation photos right, seeds 1 to 5:\n", asked.labels.size());
  }
  for (const Preset& preset : presets) Report(session, preset, asked, output);
}

}  // namespace
}  // namespace tabtrain

int main(int argc, char** argv) {
  using namespace tabtrain;
  if (argc != 5) {
    std::fprintf(stderr, "presets WEIGHTS TRAIN VALIDATION OUTPUT\n");
    return 2;
  }
  try {
    Run(argv[1], argv[2], argv[3], argv[4], Pooling::kAverage, {kPooled, kExtracted, kRegression});
    Run(argv[1], argv[2], argv[3], argv[4], Pooling::kNone, {kFlattened});
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
