// int8 for weights that carry no ranges of activations, tuned to the samples.
#include "session/tuning.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "session/session.h"
#include "session/stripes.h"
#include "test_files.h"

namespace tabtrain {
namespace {

// The default weights as nobody has calibrated them.
const std::vector<uint8_t>& Uncalibrated() {
  static const std::vector<uint8_t> weights = [] {
    std::vector<uint8_t> bytes = ReadFile("build/weights/nsfwjs.safetensors");
    const std::string_view key = "activation_ranges";
    const auto found = std::search(bytes.begin(), bytes.end(), key.begin(), key.end());
    if (found != bytes.end()) *found = 'A';  // a key that means nothing
    return bytes;
  }();
  return weights;
}

void Push(Session& session) {
  session.PushWeights(Uncalibrated());
  session.FinishWeights();
}

void Load(Session& session, std::optional<Precision> precision,
          const std::optional<Int8Calibration>& calibration = std::nullopt) {
  session.BeginWeights(precision, calibration);
  Push(session);
}

// Samples with the ids from 1 on.
void Add(Session& session, int begin, int end) {
  for (int i = begin; i < end; ++i) {
    session.LoadImage(Stripes(i % 2 == 0, i));
    session.AddSample(i % 2 == 0 ? "vertical" : "horizontal");
  }
}

void TuneAll(Session& session, int count) {
  for (int i = 0; i < count; ++i) {
    session.LoadImage(Stripes(i % 2 == 0, i));
    session.TuneSample(static_cast<uint32_t>(i) + 1);
  }
}

std::vector<float> FeaturesOf(Session& session, int seed) {
  session.LoadImage(Stripes(seed % 2 == 0, seed));
  const std::span<const float> features = session.Features();
  return {features.begin(), features.end()};
}

std::vector<float> Row(const Session& session, uint32_t id) {
  std::vector<float> row(session.feature_size());
  const_cast<Dataset&>(session.dataset()).Read(id, row);
  return row;
}

TEST(Tuning, WaitsForEnoughImages) {
  Session session(2);
  EXPECT_EQ(session.tuning_state(), TuningState::kNone);
  Load(session, std::nullopt);
  EXPECT_EQ(session.backbone().precision(), Precision::kFloat32);
  EXPECT_EQ(session.tuning_state(), TuningState::kTooFew);
  Add(session, 0, 7);
  EXPECT_EQ(session.tuning_state(), TuningState::kTooFew);
  EXPECT_THROW(session.BeginTuning(), Error);
  Add(session, 7, 8);
  EXPECT_EQ(session.tuning_state(), TuningState::kEnough);
  Add(session, 8, 16);
  EXPECT_EQ(session.tuning_state(), TuningState::kDue);
}

TEST(Tuning, TakesAnyNumberWhereInt8IsAskedForAndNoneWhereFloat32Is) {
  Session session(2);
  Load(session, Precision::kFloat32);
  EXPECT_EQ(session.tuning_state(), TuningState::kNone);
  Load(session, Precision::kInt8);
  EXPECT_EQ(session.tuning_state(), TuningState::kTooFew);
  Add(session, 0, 1);
  EXPECT_EQ(session.tuning_state(), TuningState::kEnough);
  session.RemoveSample(1);
  EXPECT_EQ(session.tuning_state(), TuningState::kTooFew);
}

TEST(Tuning, PutsInt8InThePlaceOfFloat32) {
  Session session(2);
  Load(session, Precision::kInt8);
  Add(session, 0, 4);
  const std::vector<float> before = Row(session, 1);
  session.BeginTuning();
  EXPECT_THROW(session.backbone(), Error);  // float32 is freed
  Push(session);
  EXPECT_EQ(session.backbone().precision(), Precision::kInt8);
  TuneAll(session, 3);
  EXPECT_THROW(session.EndTuning(), Error);  // one is missing
  EXPECT_EQ(Row(session, 1), before);
  TuneAll(session, 4);
  const Session::Tuned tuned = session.EndTuning();
  EXPECT_TRUE(tuned.taken);
  EXPECT_GT(tuned.calibration.cosine, 0.98);
  EXPECT_LT(tuned.calibration.cosine, 1);
  EXPECT_EQ(session.tuning_state(), TuningState::kNone);

  // All samples' features are int8's: those of a session that has had the ranges from the start.
  Session later(2);
  Load(later, std::nullopt, Int8Calibration{tuned.calibration.ranges, 0.995});
  EXPECT_EQ(later.backbone().precision(), Precision::kInt8);
  EXPECT_EQ(later.tuning_state(), TuningState::kNone);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(Row(session, static_cast<uint32_t>(i) + 1), FeaturesOf(later, i));
  }
  EXPECT_NE(Row(session, 1), before);
  // Where they turned out to be far from float32, only those who ask for int8 get it.
  Load(later, std::nullopt, Int8Calibration{tuned.calibration.ranges, 0.98});
  EXPECT_EQ(later.backbone().precision(), Precision::kFloat32);
  EXPECT_EQ(later.tuning_state(), TuningState::kNone);
}

TEST(Tuning, CountsWithoutChangingFeatures) {
  Session counting(2), plain(2);
  Load(counting, std::nullopt);
  Load(plain, Precision::kFloat32);
  Add(counting, 0, 1);
  EXPECT_EQ(Row(counting, 1), FeaturesOf(plain, 0));
}

TEST(Tuning, CanBeUndone) {
  Session session(2);
  Load(session, Precision::kInt8);
  Add(session, 0, 2);
  const std::vector<float> before = Row(session, 1);
  session.BeginTuning();
  Push(session);
  TuneAll(session, 1);
  session.UndoTuning(/*again=*/true);
  Push(session);
  EXPECT_EQ(session.backbone().precision(), Precision::kFloat32);
  EXPECT_EQ(session.tuning_state(), TuningState::kEnough);
  EXPECT_EQ(FeaturesOf(session, 0), before);

  session.BeginTuning();  // half the weights come, and then something goes wrong
  session.PushWeights(std::span(Uncalibrated()).first(1 << 20));
  session.UndoTuning(/*again=*/false);
  Push(session);
  EXPECT_EQ(session.backbone().precision(), Precision::kFloat32);
  EXPECT_EQ(session.tuning_state(), TuningState::kNone);
  EXPECT_EQ(Row(session, 1), before);
}

TEST(Tuning, LeavesTheFeaturesThatAModelWasTrainedOn) {
  Session session(2);
  Load(session, Precision::kInt8);
  Add(session, 0, 4);
  FitOptions options;
  options.training.epochs = 1;
  session.BeginFit(options, /*fresh=*/true);
  EXPECT_EQ(session.tuning_state(), TuningState::kNone);
  while (!session.StepFit().done()) {
  }
  session.EndFit();
  EXPECT_EQ(session.tuning_state(), TuningState::kNone);
  EXPECT_THROW(session.BeginTuning(), Error);
}

TEST(Tuning, DropsTheViewsOfACheckInFloat32) {
  Session session(2);
  Load(session, Precision::kInt8);
  Add(session, 0, 4);
  FitOptions options;
  options.views.count = 1;
  session.BeginCrossValidation(options, 2);
  EXPECT_EQ(session.tuning_state(), TuningState::kNone);
  session.LoadImage(Stripes(true, 0));
  session.AddView(1);
  session.EndCrossValidation();
  EXPECT_EQ(session.dataset().CountViews(), 1u);
  session.BeginTuning();
  Push(session);
  TuneAll(session, 4);
  EXPECT_TRUE(session.EndTuning().taken);
  EXPECT_EQ(session.dataset().CountViews(), 0u);
}

TEST(Tuning, WorksWithEveryPooling) {
  for (const Pooling pooling : {Pooling::kMax, Pooling::kNone}) {
    Session session(2, pooling);
    Load(session, Precision::kInt8);
    Add(session, 0, 2);
    const std::vector<float> before = Row(session, 1);
    session.BeginTuning();
    Push(session);
    TuneAll(session, 2);
    const Session::Tuned tuned = session.EndTuning();
    EXPECT_TRUE(tuned.taken);
    EXPECT_GT(tuned.calibration.cosine, 0.98);
    EXPECT_NE(Row(session, 1), before);
  }
}

// Features that point elsewhere in int8 are told by the cosine.
TEST(Tuning, MeansTheCosinesOfAllImages) {
  Tuning tuning;
  EXPECT_EQ(tuning.MeanCosine(), 0);
  const std::vector<float> right = {2, 0}, up = {0, 3}, between = {1, 1};
  tuning.Compare(1, right, right);
  EXPECT_NEAR(tuning.MeanCosine(), 1, 1e-12);
  tuning.Compare(2, right, up);
  EXPECT_NEAR(tuning.MeanCosine(), 0.5, 1e-12);
  tuning.Compare(3, right, between);
  EXPECT_NEAR(tuning.MeanCosine(), (1 + std::sqrt(0.5)) / 3, 1e-12);
  tuning.Compare(3, right, right);  // counts once
  EXPECT_NEAR(tuning.MeanCosine(), (1 + std::sqrt(0.5)) / 3, 1e-12);
  tuning.ForgetComparisons();
  EXPECT_EQ(tuning.MeanCosine(), 0);
}

}  // namespace
}  // namespace tabtrain
