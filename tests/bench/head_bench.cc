// How long the head takes to train and to answer. The features are random: only their number
// counts.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "backbone/thread_pool.h"
#include "core/rng.h"
#include "head/head.h"
#include "head/samples.h"
#include "head/trainer.h"
#include "head/training.h"

namespace tabtrain {
namespace {

constexpr size_t kPooled = 2048;                // features of a picture, averaged
constexpr size_t kFlattened = kPooled * 8 * 8;  // and all of them
constexpr size_t kClasses = 10;
constexpr size_t kBatch = 32;

struct Batch {
  std::vector<float> features;
  std::vector<int32_t> labels;
};

Batch RandomBatch(size_t rows, size_t inputs) {
  Rng rng(1);
  Batch batch;
  for (size_t i = 0; i < rows * inputs; ++i) batch.features.push_back(rng.Uniform());
  for (size_t i = 0; i < rows; ++i) batch.labels.push_back(static_cast<int32_t>(i % kClasses));
  return batch;
}

// 0 hidden units: softmax regression.
Head MakeHead(size_t inputs, size_t hidden) {
  std::vector<LayerSpec> layers;
  if (hidden > 0) layers.emplace_back(Dense{hidden, Activation::kRelu});
  layers.emplace_back(Dense{kClasses, Activation::kSoftmax});
  return {inputs, layers, 1};
}

// One step on a batch. Arguments: features, hidden units, threads.
void Step(benchmark::State& state) {
  const auto inputs = static_cast<size_t>(state.range(0));
  ThreadPool pool(static_cast<size_t>(state.range(2)));
  Head head = MakeHead(inputs, static_cast<size_t>(state.range(1)));
  Trainer trainer(head, {}, pool);
  const Batch batch = RandomBatch(kBatch, inputs);
  while (state.KeepRunning()) benchmark::DoNotOptimize(trainer.Step(batch.features, batch.labels));
}
BENCHMARK(Step)
    ->ArgNames({"inputs", "hidden", "threads"})
    ->ArgsProduct({{kPooled}, {0, 128, 1024}, {1, 2}})
    ->Args({kFlattened, 128, 2})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

class BatchSource : public FeatureSource {
 public:
  explicit BatchSource(const Batch& batch) : batch_(batch) {}
  void Read(size_t index, std::span<float> row) override {
    std::copy_n(&batch_.features[index * row.size()], row.size(), row.begin());
  }

 private:
  const Batch& batch_;
};

// One epoch of softmax regression on 1,000 pictures. Argument: threads.
void Epoch(benchmark::State& state) {
  constexpr size_t kRows = 1000;
  ThreadPool pool(static_cast<size_t>(state.range(0)));
  Head head = MakeHead(kPooled, 0);
  Trainer trainer(head, {}, pool);
  const Batch batch = RandomBatch(kRows, kPooled);
  BatchSource source(batch);
  Samples samples{.features = &source, .indices = {}, .labels = batch.labels};
  for (size_t i = 0; i < kRows; ++i) samples.indices.push_back(i);
  Training training(trainer, samples, {}, {.epochs = 1'000'000'000, .batch_size = kBatch});
  while (state.KeepRunning()) {
    for (size_t i = 0; i < training.batches(); ++i) training.Advance();
  }
}
BENCHMARK(Epoch)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

// The loss and the accuracy of 10,000 pictures. Arguments: hidden units, threads.
void Evaluate(benchmark::State& state) {
  constexpr size_t kRows = 10000;
  ThreadPool pool(static_cast<size_t>(state.range(1)));
  Head head = MakeHead(kPooled, static_cast<size_t>(state.range(0)));
  const Trainer trainer(head, {}, pool);
  const Batch batch = RandomBatch(kRows, kPooled);
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(trainer.Evaluate(batch.features, batch.labels));
  }
}
BENCHMARK(Evaluate)
    ->ArgNames({"hidden", "threads"})
    ->ArgsProduct({{0, 128, 1024}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tabtrain
