// The same trainings by real Keras: see tests/golden/head/make_head.py.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "head/adapt.h"
#include "head/memory_source.h"
#include "head/test_util.h"
#include "head/training.h"

namespace tabtrain {
namespace {

constexpr size_t kInputs = 48, kClasses = 5, kTraining = 60, kRows = 80, kEpochs = 10;

using Golden = std::map<std::string, std::vector<float>>;

const Golden& KerasValues() {
  static const Golden golden = [] {
    Golden values;
    std::ifstream file(TABTRAIN_SOURCE_DIR "/tests/golden/head/keras.txt");
    std::string line, name;
    while (std::getline(file, line)) {
      std::istringstream words(line);
      words >> name;
      for (float value; words >> value;) values[name].push_back(value);
    }
    return values;
  }();
  return golden;
}

struct Case {
  std::string name;
  std::vector<LayerSpec> layers;
  OptimizerSpec optimizer;
  float label_smoothing = 0;
  std::vector<float> class_weights;
  Schedule schedule = Constant{};
  std::optional<EarlyStopping> early_stopping = std::nullopt;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::vector<Case> Cases() {
  const auto with_hidden = [](size_t units) -> std::vector<LayerSpec> {
    return {Dense{units, Activation::kRelu}, Dense{kClasses, Activation::kSoftmax}};
  };
  const auto pooled = with_hidden(16);
  const std::vector<LayerSpec> penalties{Dense{16, Activation::kRelu, 0.01f},
                                         Dense{kClasses, Activation::kSoftmax, 0.02f}};
  const std::vector<LayerSpec> layers{Normalization{},
                                      Dropout{0},
                                      Dense{12, Activation::kSigmoid},
                                      BatchNormalization{},
                                      Dense{8, Activation::kRelu},
                                      BatchNormalization{.momentum = 0.8f, .epsilon = 0.01f},
                                      Dense{6, Activation::kSoftmax},
                                      Dense{kClasses, Activation::kSoftmax}};
  const ReduceOnPlateau plateau{
      .factor = 0.5f, .patience = 1, .cooldown = 1, .min_learning_rate = 0.1f};
  return {
      {"preset_pooled", pooled, Adam{.learning_rate = 1e-4f}, 0, {}},
      {"preset_extracted", with_hidden(8), Adam{.learning_rate = 1e-3f}, 0, {}},
      {"preset_regression",
       {Dense{kClasses, Activation::kSoftmax}},
       Adam{.learning_rate = 1e-3f},
       0,
       {}},
      {"adam", pooled, Adam{.learning_rate = 1e-2f}, 0, {}},
      {"adamw", pooled, AdamW(1e-2f, 0.1f), 0, {}},
      {"sgd", pooled, Sgd{.learning_rate = 0.05f}, 0, {}},
      {"momentum", pooled, Sgd{.learning_rate = 0.02f, .momentum = 0.9f}, 0, {}},
      {"nesterov", pooled, Sgd{.learning_rate = 0.02f, .momentum = 0.9f, .nesterov = true}, 0, {}},
      {"penalties", penalties, Adam{.learning_rate = 3e-3f}, 0.1f, {1, 0.5f, 2, 1.5f, 0.25f}},
      {"layers", layers, Adam{.learning_rate = 1e-2f}, 0, {}},
      {"cosine", pooled, Adam{.learning_rate = 1e-2f}, 0, {}, CosineDecay{.alpha = 0.1f}},
      {"plateau", pooled, Sgd{.learning_rate = 0.6f}, 0, {}, plateau},
      {"early_stopping",
       pooled,
       Adam{.learning_rate = 3e-2f},
       0,
       {},
       Constant{},
       EarlyStopping{.patience = 2}},
  };
}

Data KerasSamples() {
  const Golden& golden = KerasValues();
  Data data{.inputs = kInputs, .features = golden.at("features"), .labels = {}};
  for (const float label : golden.at("labels")) data.labels.push_back(static_cast<int32_t>(label));
  return data;
}

class Keras : public testing::TestWithParam<Case> {
 protected:
  const std::vector<float>& Of(const std::string& key) const {
    return KerasValues().at(GetParam().name + "/" + key);
  }

  void SetBefore(Head& head) const {
    for (Variable* variable : head.variables()) variable->values = Of("before/" + variable->name);
  }

  std::vector<EpochResult> Train(Head& head) const {
    const Case& c = GetParam();
    const Data data = KerasSamples();
    MemorySource source(data);
    TrainOptions options;
    options.optimizer = c.optimizer;
    options.label_smoothing = c.label_smoothing;
    options.class_weights = c.class_weights;
    Trainer trainer(head, options, SerialParallel());
    Training run(trainer, source.Range(0, kTraining), source.Range(kTraining, kRows),
                 {.epochs = kEpochs,
                  .batch_size = 16,
                  .shuffle = false,
                  .schedule = c.schedule,
                  .early_stopping = c.early_stopping});
    while (!run.done()) run.Advance();
    return run.history();
  }
};

TEST_P(Keras, HasTheSameHistoryAndWeights) {
  Head head(kInputs, GetParam().layers, 1);
  SetBefore(head);
  const auto history = Train(head);
  ASSERT_EQ(history.size(), Of("loss").size());
  for (size_t i = 0; i < history.size(); ++i) {
    SCOPED_TRACE(i);
    const EpochResult& epoch = history[i];
    const Score validation = epoch.validation.value_or(Score{});
    EXPECT_NEAR(epoch.training.loss, Of("loss")[i], 1e-4 * Of("loss")[i]);
    EXPECT_NEAR(validation.loss, Of("val_loss")[i], 1e-4 * Of("val_loss")[i]);
    EXPECT_NEAR(epoch.training.accuracy, Of("accuracy")[i], 1e-6);
    EXPECT_NEAR(validation.accuracy, Of("val_accuracy")[i], 1e-6);
    EXPECT_NEAR(epoch.learning_rate, Of("learning_rate")[i], 1e-6 * Of("learning_rate")[i]);
  }
  for (const Variable* variable : head.variables()) {
    const auto& expected = Of("after/" + variable->name);
    for (size_t i = 0; i < expected.size(); ++i) {
      // Absolute for weights below 1, relative above.
      ASSERT_NEAR(variable->values[i], expected[i], 1e-4 * std::max(1.0f, std::abs(expected[i])))
          << variable->name << " " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Keras, testing::ValuesIn(Cases()),
                         [](const auto& instance) { return instance.param.name; });

TEST(KerasNormalization, IsTheSame) {
  const Data data = KerasSamples();
  MemorySource source(data);
  Head head(kInputs, {Normalization{}, Dense{kClasses, Activation::kSoftmax}}, 1);
  Adapt(head, source.Range(0, kTraining));
  const auto& mean = KerasValues().at("layers/before/normalization/mean");
  const auto& variance = KerasValues().at("layers/before/normalization/variance");
  for (size_t i = 0; i < kInputs; ++i) {
    EXPECT_NEAR(head.variables()[0]->values[i], mean[i], 1e-6);
    EXPECT_NEAR(head.variables()[1]->values[i], i == 7 ? 1 : variance[i], 1e-6);
  }
}

TEST(KerasLoss, IsNotClippedBehindASoftmax) {
  Head head(2, {Dense{2, Activation::kSoftmax}}, 1);
  head.variables()[0]->values = {100, 0, 0, 100};
  const Trainer trainer(head, {}, SerialParallel());
  EXPECT_FLOAT_EQ(trainer.Evaluate(std::vector<float>{1, 0}, std::vector<int32_t>{1}).loss,
                  KerasValues().at("sure_and_wrong/loss")[0]);
}

}  // namespace
}  // namespace tabtrain
