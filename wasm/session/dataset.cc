#include "session/dataset.h"

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace tabtrain {

uint32_t Dataset::Add(const std::string& label, std::span<const float> features,
                      std::optional<Fingerprint> fingerprint) {
  CheckArgument(!label.empty(), "the class has no name: give it one");
  CheckArgument(samples_.empty() || samples_[0].features.size() == features.size(),
                "the features have another size than those of the images before");
  FeatureRow row = store_.Keep(features);
  auto found = FindClass(label);
  if (found == classes_.end()) found = classes_.insert(found, {next_class_++, label});
  samples_.push_back({next_sample_++, found->id, std::move(row), fingerprint, {}});
  return samples_.back().id;
}

void Dataset::Remove(uint32_t id) {
  const size_t removed = std::erase_if(samples_, [id](const Sample& s) { return s.id == id; });
  CheckArgument(removed == 1, "there is no image with the id " + std::to_string(id));
}

void Dataset::RenameClass(const std::string& from, const std::string& to) {
  CheckArgument(!to.empty(), "the class has no name: give it one");
  const auto found = FindClass(from);
  CheckArgument(found != classes_.end(), "there is no class " + from);
  CheckArgument(from == to || FindClass(to) == classes_.end(),
                "there is a class " + to + " already: choose another name");
  found->label = to;
}

void Dataset::RemoveClass(const std::string& label) {
  const auto found = FindClass(label);
  CheckArgument(found != classes_.end(), "there is no class " + label);
  std::erase_if(samples_, [id = found->id](const Sample& s) { return s.class_id == id; });
  classes_.erase(found);
}

std::vector<Dataset::Class>::iterator Dataset::FindClass(const std::string& label) {
  return std::find_if(classes_.begin(), classes_.end(),
                      [&](const Class& c) { return c.label == label; });
}

uint64_t Dataset::BytesOnDisk() const {
  uint64_t bytes = 0;
  for (const Sample& sample : samples_) bytes += sample.features.bytes_on_disk();
  return bytes;
}

uint64_t Dataset::BytesInMemory() const {
  uint64_t bytes = 0;
  for (const Sample& sample : samples_) bytes += sample.features.bytes_in_memory();
  return bytes;
}

std::vector<ClassInfo> Dataset::Classes() const {
  std::vector<ClassInfo> classes;
  for (const Class& each : classes_) {
    const auto count = std::count_if(samples_.begin(), samples_.end(),
                                     [&](const Sample& s) { return s.class_id == each.id; });
    classes.push_back({each.label, static_cast<size_t>(count)});
  }
  return classes;
}

Samples Dataset::All() {
  std::map<size_t, int32_t> positions;
  for (const Class& each : classes_) {
    positions.emplace(each.id, static_cast<int32_t>(positions.size()));
  }
  Samples all{.features = this};
  for (const Sample& sample : samples_) {
    all.indices.push_back(sample.id);
    all.labels.push_back(positions.at(sample.class_id));
  }
  return all;
}

std::vector<size_t> Dataset::LookAlikes() const {
  std::vector<std::optional<Fingerprint>> fingerprints;
  fingerprints.reserve(samples_.size());
  for (const Sample& sample : samples_) fingerprints.push_back(sample.fingerprint);
  return GroupLookAlikes(fingerprints);
}

const Dataset::Sample* Dataset::Find(size_t id) const {
  const auto found = std::lower_bound(samples_.begin(), samples_.end(), id,
                                      [](const Sample& s, size_t wanted) { return s.id < wanted; });
  return found != samples_.end() && found->id == id ? &*found : nullptr;
}

bool Dataset::Contains(size_t id) const { return Find(id) != nullptr; }

const Dataset::Sample& Dataset::At(size_t id) const {
  const Sample* sample = Find(id);
  CheckArgument(sample != nullptr, "there is no image with the id " + std::to_string(id));
  return *sample;
}

Dataset::Sample& Dataset::At(size_t id) { return const_cast<Sample&>(std::as_const(*this).At(id)); }

void Dataset::Read(size_t id, std::span<float> row) { At(id).features.Read(row); }

void Dataset::Replace(size_t id, std::span<const float> features) {
  Sample& sample = At(id);
  CheckArgument(features.size() == sample.features.size(),
                "the features have another size than those of the image before");
  sample.features = store_.Keep(features);
}

size_t Dataset::Views(size_t id) const { return At(id).views.size(); }

size_t Dataset::CountViews() const {
  size_t count = 0;
  for (const Sample& sample : samples_) count += sample.views.size();
  return count;
}

void Dataset::AddView(size_t id, std::span<const float> features) {
  Sample& sample = At(id);
  CheckArgument(features.size() == sample.features.size(),
                "the view has features of another size than the image");
  sample.views.push_back(store_.KeepView(features));
}

void Dataset::ReadView(size_t id, size_t view, std::span<float> row) const {
  CheckArgument(view < Views(id), "there is no view " + std::to_string(view) + " of the image");
  At(id).views[view].Read(row);
}

void Dataset::RemoveViews() {
  for (Sample& sample : samples_) sample.views.clear();
}

}  // namespace tabtrain
