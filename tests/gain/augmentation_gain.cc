// What augmentation gains: trains the default head on photos with and without views, many times,
// and prints the accuracy on other photos as lines of JSON. Run by tools/augmentation-gain.mjs.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/rng.h"
#include "image/image.h"
#include "photos.h"
#include "session/evaluation.h"
#include "session/model.h"
#include "session/session.h"

namespace tabtrain {
namespace {

using std::filesystem::path;

constexpr size_t kViewCounts[] = {0, 4, 16};
constexpr size_t kPhotosPerClass[] = {10, 30, 0};  // 0: all
constexpr uint64_t kSeeds = 5;

// The classic set of views, documented in web/lib/types.ts.
ViewOptions Classic(size_t count) {
  return {.transforms = {.rotation_range = 20,
                         .width_shift_range = 0.2,
                         .height_shift_range = 0.2,
                         .shear_range = 0.2,
                         .zoom_range = {0.8, 1.2},
                         .horizontal_flip = true},
          .count = count};
}

// The default head, on all photos given.
FitOptions Options(const Session& session, size_t views, uint64_t seed) {
  return {.layers = {Dense{1024, Activation::kRelu}},
          .standardize = session.backbone().weights().standardize,
          .train = {.optimizer = Adam{.learning_rate = 1e-4f}, .seed = seed},
          .training = {.epochs = 50, .batch_size = 16, .seed = seed},
          .validation_split = 0,
          .views = Classic(views)};
}

// Adds the photos to the session, makes all their views, and returns the samples.
Samples AddPhotos(Session& session, const path& folder) {
  std::map<uint32_t, path> photos;
  ForEachPhoto(folder, [&](const std::string& label, const path& file, const Image& photo) {
    session.LoadImage(photo.rgb);
    photos[session.AddSample(label)] = file;
  });
  const FitOptions options = Options(session, std::ranges::max(kViewCounts), 1);
  const Samples samples = session.BeginFit(options, /*fresh=*/true).training_samples();
  for (const uint32_t id : session.SamplesWithoutViews()) {
    session.LoadImage(ReadPhoto(photos.at(id)).rgb);
    while (session.AddView(id) > 0) {
    }
  }
  session.EndFit();
  return samples;
}

struct Rows {
  std::vector<float> features;
  std::vector<int32_t> labels;
};

Rows ReadRows(Session& session, const path& folder) {
  Rows rows;
  std::vector<std::string> labels;
  for (const ClassInfo& each : session.Classes()) labels.push_back(each.label);
  ForEachPhoto(folder, [&](const std::string& label, const path&, const Image& photo) {
    session.LoadImage(photo.rgb);
    const auto features = session.Features();
    rows.features.insert(rows.features.end(), features.begin(), features.end());
    rows.labels.push_back(static_cast<int32_t>(std::ranges::find(labels, label) - labels.begin()));
  });
  return rows;
}

// `count` of the samples of each class, drawn from the seed, with their views in `all`; 0: all.
Dataset Draw(const Samples& samples, const Dataset& all, size_t count, uint64_t seed) {
  std::vector<size_t> order(samples.size());
  std::iota(order.begin(), order.end(), size_t{0});
  Rng rng(seed);
  rng.Shuffle(std::span(order));
  std::map<int32_t, std::vector<size_t>> drawn;  // by class, so that the classes keep their order
  for (const size_t position : order) {
    auto& ids = drawn[samples.labels[position]];
    if (count == 0 || ids.size() < count) ids.push_back(samples.indices[position]);
  }
  Dataset dataset;
  std::vector<float> row(all.feature_size());
  for (const auto& [label, ids] : drawn) {
    for (const size_t id : ids) {
      samples.features->Read(id, row);
      const uint32_t copy = dataset.Add(std::to_string(label), row);
      for (size_t view = 0; view < all.Views(id); ++view) {
        all.ReadView(id, view, row);
        dataset.AddView(copy, row);
      }
    }
  }
  return dataset;
}

// Scores on `rows` of a head trained with `options`.
Evaluation Train(Dataset& dataset, const FitOptions& options, const Rows& rows) {
  Model model(dataset, options, SerialParallel());
  while (!model.training().done()) model.training().Advance();
  Evaluator evaluator(model.head(), /*temperature=*/1, SerialParallel());
  const size_t size = dataset.feature_size();
  for (size_t i = 0; i < rows.labels.size(); ++i) {
    evaluator.Add(std::span(rows.features).subspan(i * size, size), rows.labels[i]);
  }
  return evaluator.Finish();
}

void Measure(const path& weights, const path& training, const path& validation) {
  Session session(/*threads=*/1);  // which nothing else that runs on the machine can stall
  session.BeginWeights(Precision::kFloat32);
  session.PushWeights(ReadFile(weights));
  session.FinishWeights();
  const Samples samples = AddPhotos(session, training);
  const Rows rows = ReadRows(session, validation);
  std::printf("{\"weights\":\"%s\",\"photos\":%zu,\"validation\":%zu}\n",
              session.backbone().weights().name.c_str(), samples.size(), rows.labels.size());
  std::fflush(stdout);
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    for (const size_t count : kPhotosPerClass) {
      Dataset drawn = Draw(samples, session.dataset(), count, seed);
      for (const size_t views : kViewCounts) {
        const Evaluation result = Train(drawn, Options(session, views, seed), rows);
        std::printf(
            "{\"perClass\":%zu,\"views\":%zu,\"seed\":%llu,\"accuracy\":%.5f,\"loss\":%.5f}\n",
            count, views, static_cast<unsigned long long>(seed), result.accuracy, result.loss);
        std::fflush(stdout);
      }
    }
  }
}

}  // namespace
}  // namespace tabtrain

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("augmentation_gain WEIGHTS TRAINING_FOLDER VALIDATION_FOLDER\n", stderr);
    return 2;
  }
  try {
    tabtrain::Measure(argv[1], argv[2], argv[3]);
  } catch (const tabtrain::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
