#include "session/feature_store.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "core/error.h"
#include "session/clouds.h"
#include "session/memory_file.h"
#include "session/model.h"

namespace tabtrain {
namespace {

constexpr size_t kRow = 16;  // values
constexpr size_t kRowBytes = kRow * sizeof(uint16_t);

// Values that float16 rounds.
std::vector<float> Features(float seed) {
  std::vector<float> features(kRow);
  for (size_t i = 0; i < kRow; ++i) features[i] = seed + static_cast<float>(i) / 3;
  return features;
}

std::vector<float> ValuesOf(const FeatureRow& row) {
  std::vector<float> values(row.size());
  row.Read(values);
  return values;
}

FeatureStore StoreOn(Medium& medium, FreeMemory free_memory = nullptr) {
  return FeatureStore(FeatureType::kFloat16, std::make_unique<MemoryFile>(medium),
                      std::move(free_memory));
}

TEST(FeatureStore, ReadsFromTheFileWhatMemoryWouldGive) {
  Medium medium;
  FeatureStore disk = StoreOn(medium), memory(FeatureType::kFloat16);
  std::vector<FeatureRow> filed, kept;
  for (const float seed : {0.1f, -7.7f, 300.3f}) {
    filed.push_back(disk.Keep(Features(seed)));
    kept.push_back(memory.Keep(Features(seed)));
  }
  EXPECT_EQ(medium.bytes.size(), 3 * kRowBytes);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(ValuesOf(filed[i]), ValuesOf(kept[i]));
    EXPECT_EQ(filed[i].bytes_on_disk(), kRowBytes);
    EXPECT_EQ(filed[i].bytes_in_memory(), 0u);
    EXPECT_EQ(kept[i].bytes_in_memory(), kRowBytes);
  }
}

TEST(FeatureStore, UsesThePlaceOfARemovedRowAgain) {
  Medium medium{.capacity = 2 * kRowBytes};
  FeatureStore store = StoreOn(medium);
  const FeatureRow first = store.Keep(Features(1));
  {
    const FeatureRow second = store.Keep(Features(2));
    EXPECT_EQ(store.DiskLeft(), 0u);
  }
  EXPECT_EQ(store.DiskLeft(), kRowBytes);
  const FeatureRow third = store.Keep(Features(3));
  EXPECT_EQ(medium.bytes.size(), 2 * kRowBytes);
  EXPECT_EQ(ValuesOf(first)[0], 1);
  EXPECT_EQ(ValuesOf(third)[0], 3);
}

TEST(FeatureStore, KeepsInMemoryWhatAFullFileDoesNotTake) {
  Medium medium{.capacity = kRowBytes + kRowBytes / 2};
  FeatureStore store = StoreOn(medium);
  const FeatureRow first = store.Keep(Features(1)), second = store.Keep(Features(2));
  EXPECT_EQ(second.bytes_in_memory(), kRowBytes);
  EXPECT_EQ(ValuesOf(first)[0], 1);
  EXPECT_EQ(ValuesOf(second)[0], 2);
  medium.capacity = 2 * kRowBytes;
  const FeatureRow third = store.Keep(Features(3));
  EXPECT_EQ(third.bytes_on_disk(), kRowBytes);
  EXPECT_EQ(ValuesOf(third)[0], 3);
}

TEST(FeatureStore, RefusesWhatNeitherHasRoomForAndLosesNothing) {
  Medium medium{.capacity = 2 * kRowBytes};
  Dataset dataset(StoreOn(medium, [] { return size_t{1} << 20; }));
  dataset.Add("cat", Features(1));
  const uint32_t dog = dataset.Add("dog", Features(2));
  try {
    dataset.Add("cow", Features(3));
    FAIL() << "there is no room";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutOfMemory);
  }
  EXPECT_THROW(dataset.AddView(dog, Features(4)), Error);
  EXPECT_EQ(dataset.Classes().size(), 2u);
  EXPECT_EQ(dataset.Views(dog), 0u);
  std::vector<float> row(kRow);
  dataset.Read(dog, row);
  EXPECT_EQ(row[0], 2);
  dataset.RemoveClass("cat");
  EXPECT_EQ(dataset.BytesOnDisk(), kRowBytes);
  dataset.Add("cow", Features(3));
  EXPECT_EQ(dataset.BytesOnDisk(), 2 * kRowBytes);
  EXPECT_EQ(dataset.BytesInMemory(), 0u);
}

TEST(FeatureStore, SaysWhenTheFileCannotBeRead) {
  Medium medium;
  FeatureStore store = StoreOn(medium);
  const FeatureRow row = store.Keep(Features(1));
  medium.readable = false;
  try {
    ValuesOf(row);
    FAIL() << "nothing can be read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kStorageFailed);
  }
}

// The clouds with a view of each sample, in a store of float16.
std::unique_ptr<Dataset> HalfClouds(FeatureStore store) {
  auto dataset = std::make_unique<Dataset>(std::move(store));
  Dataset clouds = Clouds();
  const Samples all = clouds.All();
  std::vector<float> row(clouds.feature_size());
  for (size_t i = 0; i < all.size(); ++i) {
    clouds.Read(all.indices[i], row);
    const uint32_t id =
        dataset->Add(clouds.Classes()[static_cast<size_t>(all.labels[i])].label, row);
    for (float& value : row) value *= 1.1f;
    dataset->AddView(id, row);
  }
  return dataset;
}

TEST(FeatureStore, TrainsToTheSameBitsFromTheFileAsFromMemory) {
  Medium medium;
  const auto on_disk = HalfClouds(StoreOn(medium));
  const auto in_memory = HalfClouds(FeatureStore(FeatureType::kFloat16));
  EXPECT_EQ(on_disk->BytesInMemory(), 0u);
  EXPECT_EQ(in_memory->BytesOnDisk(), 0u);
  FitOptions options = Quick();
  options.standardize = true;
  options.views.count = 1;
  const auto train = [&](Dataset& dataset) {
    Model model(dataset, options, SerialParallel());
    while (!model.training().done()) model.training().Advance();
    model.Calibrate();
    return std::pair(model.head().GetWeights(), model.Predict(Features(0))[0].distance);
  };
  EXPECT_EQ(train(*on_disk), train(*in_memory));
}

}  // namespace
}  // namespace tabtrain
