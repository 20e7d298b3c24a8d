#include "head/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace tabtrain {
namespace {

void Check(const Constant&) {}

void Check(const CosineDecay& decay) {
  CheckArgument(decay.alpha >= 0 && decay.alpha <= 1,
                "The alpha of a cosine decay must be between 0 and 1; try 0.");
}

void Check(const ReduceOnPlateau& plateau) {
  CheckArgument(plateau.factor > 0 && plateau.factor < 1,
                "The factor of a plateau schedule must be above 0 and below 1; try 0.1.");
  CheckArgument(plateau.patience > 0,
                "The patience of a plateau schedule is 0: take at least one epoch.");
  CheckArgument(std::isfinite(plateau.min_delta) && plateau.min_delta >= 0,
                "The min_delta of a plateau schedule must be 0 or more; try 0.0001.");
  CheckArgument(std::isfinite(plateau.min_learning_rate) && plateau.min_learning_rate >= 0,
                "The least learning rate of a plateau schedule must be 0 or more.");
}

}  // namespace

void CheckSchedule(const Schedule& schedule) {
  std::visit([](const auto& s) { Check(s); }, schedule);
}

float DecayedLearningRate(const CosineDecay& decay, float learning_rate, size_t step,
                          size_t steps) {
  const double done = static_cast<double>(step) / static_cast<double>(steps);
  const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * done));
  return static_cast<float>(learning_rate * ((1 - decay.alpha) * cosine + decay.alpha));
}

float Plateau::Next(float learning_rate, double loss) {
  if (cooldown_left_ > 0) {
    --cooldown_left_;
    wait_ = 0;
  }
  if (loss + options_.min_delta < best_) {
    best_ = loss;
    wait_ = 0;
    return learning_rate;
  }
  if (cooldown_left_ > 0 || ++wait_ < options_.patience) return learning_rate;
  if (learning_rate <= options_.min_learning_rate) return learning_rate;
  cooldown_left_ = options_.cooldown;
  wait_ = 0;
  return std::max(learning_rate * options_.factor, options_.min_learning_rate);
}

bool Patience::Improves(double loss) {
  if (loss + options_.min_delta < best_) {
    best_ = loss;
    wait_ = 0;
    return true;
  }
  ++wait_;
  return false;
}

}  // namespace tabtrain
