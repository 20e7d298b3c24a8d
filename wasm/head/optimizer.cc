#include "head/optimizer.h"

#include <cmath>

#include "core/error.h"
#include "head/columns.h"

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

Optimizer::Optimizer(const OptimizerSpec& spec) { Configure(spec); }

void Optimizer::Configure(const OptimizerSpec& spec) {
  std::visit([](const auto& s) { Check(s); }, spec);
  const float learning_rate = std::visit([](const auto& s) { return s.learning_rate; }, spec);
  CheckArgument(std::isfinite(learning_rate) && learning_rate > 0,
                "The learning rate must be above 0; try 0.0001.");
  if (spec.index() != spec_.index()) Reset();
  spec_ = spec;
  learning_rate_ = learning_rate;
}

void Optimizer::SetLearningRate(float learning_rate) {
  CheckArgument(std::isfinite(learning_rate) && learning_rate >= 0,
                "The learning rate is negative or not a number; try 0.0001.");
  learning_rate_ = learning_rate;
}

void Optimizer::Reset() {
  iterations_ = 0;
  states_.clear();
}

void Optimizer::AppendColumnOf(const Variable& variable) {
  for (std::vector<float>* values : {&states_[&variable].m, &states_[&variable].v}) {
    if (!values->empty()) AppendColumn(*values, variable.shape.back() - 1);
  }
}

void Optimizer::EraseColumnOf(const Variable& variable, size_t column) {
  for (std::vector<float>* values : {&states_[&variable].m, &states_[&variable].v}) {
    if (!values->empty()) EraseColumn(*values, variable.shape.back() + 1, column);
  }
}

void Optimizer::BeginStep(std::span<Variable* const> variables) {
  const Adam* adam = std::get_if<Adam>(&spec_);
  const Sgd* sgd = std::get_if<Sgd>(&spec_);
  for (const Variable* variable : variables) {
    State& state = states_[variable];
    const size_t size = variable->values.size();
    state.m.resize(sgd != nullptr && sgd->momentum == 0 ? 0 : size);
    state.v.resize(adam != nullptr ? size : 0);
  }
  ++iterations_;
  if (adam != nullptr) {
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
