#include "head/optimizer.h"

#include <cmath>

#include "core/error.h"

namespace tabtrain {
namespace {

bool IsFraction(float value) { return value >= 0 && value < 1; }

void Check(const Adam& adam) {
  CheckArgument(IsFraction(adam.beta_1) && IsFraction(adam.beta_2),
                "Adam's beta_1 and beta_2 must be at least 0 and below 1; try 0.9 and 0.999.");
  CheckArgument(std::isfinite(adam.epsilon) && adam.epsilon > 0,
                "Adam's epsilon must be above 0; try 1e-7.");
  CheckArgument(std::isfinite(adam.weight_decay) && adam.weight_decay >= 0,
                "The weight decay is negative or not a number: use 0 or more, such as 0.004.");
}

void Check(const Sgd& sgd) {
  CheckArgument(IsFraction(sgd.momentum),
                "The momentum must be at least 0 and below 1; try 0.9, or 0 for none.");
  CheckArgument(!sgd.nesterov || sgd.momentum > 0,
                "Nesterov's method needs a momentum above 0; try 0.9.");
}

}  // namespace

Optimizer::Optimizer(const OptimizerSpec& spec)
    : spec_(spec), learning_rate_(std::visit([](auto& s) { return s.learning_rate; }, spec)) {
  CheckArgument(std::isfinite(learning_rate_) && learning_rate_ > 0,
                "The learning rate must be above 0; try 0.0001.");
  std::visit([](auto& s) { Check(s); }, spec);
}

void Optimizer::SetLearningRate(float learning_rate) {
  CheckArgument(std::isfinite(learning_rate) && learning_rate >= 0,
                "The learning rate is negative or not a number; try 0.0001.");
  learning_rate_ = learning_rate;
}

void Optimizer::Build(const Variable& variable) {
  State& state = states_[&variable];
  const size_t size = variable.values.size();
  if (const Sgd* sgd = std::get_if<Sgd>(&spec_)) {
    state.m.resize(sgd->momentum > 0 ? size : 0);
  } else {
    state.m.resize(size);
    state.v.resize(size);
  }
}

void Optimizer::BeginStep() {
  ++iterations_;
  if (const Adam* adam = std::get_if<Adam>(&spec_)) {
    const auto step = static_cast<double>(iterations_);
    alpha_ = static_cast<float>(learning_rate_ * std::sqrt(1 - std::pow(adam->beta_2, step)) /
                                (1 - std::pow(adam->beta_1, step)));
  }
}

namespace {

// One step of some values; `l2` is the factor of sum(w^2) in the loss.
void AdamStep(const Adam& adam, float learning_rate, float alpha, float l2,
              std::span<const float> gradient, float* __restrict w, float* __restrict m,
              float* __restrict v) {
  const float* __restrict g = gradient.data();
  const float keep = 1 - learning_rate * adam.weight_decay;
  const float rate_1 = 1 - adam.beta_1;
  const float rate_2 = 1 - adam.beta_2;
  for (size_t i = 0; i < gradient.size(); ++i) {
    const float full = g[i] + 2 * l2 * w[i];
    m[i] += (full - m[i]) * rate_1;
    v[i] += (full * full - v[i]) * rate_2;
    w[i] = w[i] * keep - m[i] * alpha / (std::sqrt(v[i]) + adam.epsilon);
  }
}

void SgdStep(float learning_rate, float l2, std::span<const float> gradient, float* w) {
  for (size_t i = 0; i < gradient.size(); ++i) {
    w[i] -= (gradient[i] + 2 * l2 * w[i]) * learning_rate;
  }
}

void MomentumStep(const Sgd& sgd, float learning_rate, float l2, std::span<const float> gradient,
                  float* w, float* m) {
  for (size_t i = 0; i < gradient.size(); ++i) {
    const float step = (gradient[i] + 2 * l2 * w[i]) * learning_rate;
    m[i] = m[i] * sgd.momentum - step;
    w[i] += sgd.nesterov ? m[i] * sgd.momentum - step : m[i];
  }
}

}  // namespace

void Optimizer::Accept(Variable& variable, size_t offset, std::span<const float> gradient) {
  State& state = states_.at(&variable);
  float* w = &variable.values[offset];
  if (const Adam* adam = std::get_if<Adam>(&spec_)) {
    AdamStep(*adam, learning_rate_, alpha_, variable.l2, gradient, w, &state.m[offset],
             &state.v[offset]);
  } else if (state.m.empty()) {
    SgdStep(learning_rate_, variable.l2, gradient, w);
  } else {
    MomentumStep(std::get<Sgd>(spec_), learning_rate_, variable.l2, gradient, w, &state.m[offset]);
  }
}

}  // namespace tabtrain
