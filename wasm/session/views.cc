#include "session/views.h"

#include <algorithm>
#include <string>

#include "core/error.h"
#include "core/input.h"

namespace tabtrain {

void CheckViewOptions(const ViewOptions& options) {
  CheckArgument(options.count <= kMaxViews, "there are at most " + std::to_string(kMaxViews) +
                                                " views of an image: take fewer");
  CheckAugmentOptions(options.transforms);
}

DrawnTransform DrawView(const ViewOptions& options, size_t sample, size_t number) {
  Rng seeds(options.seed);
  Rng samples(seeds.Next() + sample);  // Rng's own seeding makes neighbouring seeds unlike
  Rng rng(samples.Next() + number);
  return DrawTransform(options.transforms, kInputSize, kInputSize, rng);
}

void ViewSource::Read(size_t id, std::span<float> row) {
  const size_t views = std::min(count_, dataset_.Views(id));
  const size_t drawn = rng_.Below(views + 1);
  if (drawn == 0) {
    dataset_.Read(id, row);
  } else {
    dataset_.ReadView(id, drawn - 1, row);
  }
}

}  // namespace tabtrain
