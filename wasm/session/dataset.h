// The user's classes and samples: what was labelled, and the features that the backbone made of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "head/samples.h"
#include "image/fingerprint.h"
#include "session/feature_row.h"
#include "session/feature_store.h"

namespace tabtrain {

struct ClassInfo {
  std::string label;
  size_t count = 0;  // samples
};

class Dataset : public FeatureSource {
 public:
  explicit Dataset(FeatureStore store = FeatureStore()) : store_(std::move(store)) {}

  // Adds a sample to the class `label`, which is made if it is new, and returns the sample's id,
  // which is never used again; look-alikes are told by the fingerprint. Throws kInvalidArgument for
  // an empty label and for features of a size other than those there, and kOutOfMemory.
  uint32_t Add(const std::string& label, std::span<const float> features,
               std::optional<Fingerprint> fingerprint = std::nullopt);
  // These throw kInvalidArgument for an unknown id or label, and Rename for a label that is taken.
  void Remove(uint32_t id);
  void RenameClass(const std::string& from, const std::string& to);
  void RemoveClass(const std::string& label);

  size_t size() const { return samples_.size(); }
  size_t feature_size() const { return samples_.empty() ? 0 : samples_[0].features.size(); }
  // Of the samples' features, without views.
  uint64_t BytesOnDisk() const;
  uint64_t BytesInMemory() const;
  const FeatureStore& store() const { return store_; }
  size_t view_bytes() const { return feature_size() * sizeof(uint16_t); }
  std::vector<ClassInfo> Classes() const;  // in the order in which they were made

  // Every sample with its class, as head/ wants them: indices are ids, labels are positions in
  // Classes(), which hold until a class is removed.
  Samples All();
  // For each of them its group of look-alikes: see image/fingerprint.h.
  std::vector<size_t> LookAlikes() const;
  bool Contains(size_t id) const;
  // Throws kInvalidArgument for an unknown id.
  void Read(size_t id, std::span<float> row) override;
  // Puts these in the place of the sample's features. Throws kInvalidArgument as Add and Read do.
  void Replace(size_t id, std::span<const float> features);

  // A sample's views: the features of changed pictures of its image, numbered from 0 as they come,
  // and gone with the sample. They are kept as float16, i.e. within 1 part in 2048, at half the
  // memory. Each throws kInvalidArgument for an unknown id; ReadView also for a view not there, and
  // AddView kOutOfMemory.
  size_t Views(size_t id) const;
  size_t CountViews() const;  // over all samples
  void AddView(size_t id, std::span<const float> features);
  void ReadView(size_t id, size_t view, std::span<float> row) const;
  void RemoveViews();

 private:
  struct Sample {
    uint32_t id;
    size_t class_id;
    FeatureRow features;
    std::optional<Fingerprint> fingerprint;
    std::vector<FeatureRow> views;
  };
  struct Class {
    size_t id;
    std::string label;
  };

  std::vector<Class>::iterator FindClass(const std::string& label);

  const Sample* Find(size_t id) const;  // null for an unknown id
  const Sample& At(size_t id) const;    // throws for one
  Sample& At(size_t id);

  FeatureStore store_;
  std::vector<Sample> samples_;  // by rising id
  std::vector<Class> classes_;
  uint32_t next_sample_ = 1;
  size_t next_class_ = 1;
};

}  // namespace tabtrain
