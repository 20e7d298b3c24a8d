// The whole way from pixels to predictions, with the default weights.
#include "session/session.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "core/error.h"
#include "session/memory_file.h"
#include "session/stripes.h"
#include "test_files.h"

namespace tabtrain {
namespace {

class SessionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    session_ = new Session(2);
    session_->BeginWeights(Precision::kFloat32);
    session_->PushWeights(ReadFile("build/weights/nsfwjs.safetensors"));
    session_->FinishWeights();
    for (int seed = 0; seed < 6; ++seed) {
      for (const bool vertical : {true, false}) {
        session_->LoadImage(Stripes(vertical, seed));
        session_->AddSample(vertical ? "vertical" : "horizontal");
      }
    }
  }
  static void TearDownTestSuite() {
    delete session_;
    session_ = nullptr;
  }

  static void Train() {
    FitOptions options;
    options.train.optimizer = Adam{.learning_rate = 1e-3f};
    session_->BeginFit(options, /*fresh=*/true);
    while (!session_->StepFit().done()) {
    }
    session_->EndFit();
  }

  static Session* session_;
};

Session* SessionTest::session_ = nullptr;

TEST_F(SessionTest, TrainsAndPredictsNewImages) {
  Train();
  for (int seed = 10; seed < 14; ++seed) {
    session_->LoadImage(Stripes(true, seed));
    const std::vector<Prediction> predictions = session_->Predict();
    ASSERT_EQ(predictions.size(), 2u);
    EXPECT_EQ(predictions[0].label, "vertical") << seed;
    EXPECT_NEAR(predictions[0].probability + predictions[1].probability, 1, 1e-5);
    EXPECT_GE(predictions[0].probability, predictions[1].probability);
  }
}

TEST_F(SessionTest, EvaluatesHeldOutAndGivenImages) {
  Train();
  const Evaluation held_out = session_->Evaluate();
  EXPECT_EQ(held_out.per_class[0].support + held_out.per_class[1].support, 2u);
  session_->BeginEvaluation();
  session_->LoadImage(Stripes(false, 20));
  session_->AddToEvaluation("horizontal");
  EXPECT_THROW(session_->AddToEvaluation("diagonal"), Error);
  EXPECT_EQ(session_->FinishEvaluation().accuracy, 1);
  EXPECT_THROW(session_->FinishEvaluation(), Error);
}

TEST_F(SessionTest, ATrainingThatIsStoppedCanBeUsed) {
  session_->BeginFit({}, /*fresh=*/true);
  EXPECT_THROW(session_->AddSample("vertical"), Error);
  EXPECT_THROW(session_->RemoveClass("vertical"), Error);
  EXPECT_THROW(session_->BeginFit({}, /*fresh=*/true), Error);
  session_->StepFit();
  session_->EndFit();
  EXPECT_EQ(session_->Predict().size(), 2u);
  EXPECT_THROW(session_->StepFit(), Error);
}

// Of a stripe that a trained model knows.
float KnownProbability(Session& session) {
  session.LoadImage(Stripes(true, 11));
  return session.Predict()[0].probability;
}

TEST_F(SessionTest, ATrainingThatFailsKeepsTheModelBefore) {
  Train();
  const float before = KnownProbability(*session_);
  FitOptions options;
  options.layers = {};  // a new head
  options.train.optimizer = Sgd{.learning_rate = 1e30f};
  session_->BeginFit(options, /*fresh=*/false);
  EXPECT_THROW(while (!session_->StepFit().done()){}, Error);
  session_->EndFit();
  EXPECT_EQ(KnownProbability(*session_), before);
}

TEST_F(SessionTest, ATrainingStoppedInItsFirstEpochKeepsTheModelBefore) {
  Train();
  const float before = KnownProbability(*session_);
  FitOptions options;
  options.training.batch_size = 2;
  session_->BeginFit(options, /*fresh=*/true);
  session_->StepFit();
  session_->EndFit();
  EXPECT_EQ(KnownProbability(*session_), before);

  session_->BeginFit(options, /*fresh=*/true);
  while (session_->StepFit().history().empty()) {
  }
  session_->EndFit();
  EXPECT_NE(KnownProbability(*session_), before);
}

TEST_F(SessionTest, CrossValidationLeavesTheModelAlone) {
  Train();
  const float before = KnownProbability(*session_);
  FitOptions options;
  options.training.epochs = 3;
  session_->BeginCrossValidation(options, 3);
  EXPECT_THROW(session_->AddSample("vertical"), Error);
  EXPECT_THROW(session_->BeginFit(options, /*fresh=*/true), Error);
  EXPECT_THROW(session_->BeginCrossValidation(options, 3), Error);
  while (!session_->StepCrossValidation().done()) {
  }
  EXPECT_EQ(session_->StepCrossValidation().scores().size(), 3u);
  session_->EndCrossValidation();
  EXPECT_THROW(session_->StepCrossValidation(), Error);
  EXPECT_THROW(session_->EndCrossValidation(), Error);
  EXPECT_EQ(KnownProbability(*session_), before);
}

TEST_F(SessionTest, RenamingAClassRenamesTheAnswer) {
  Train();
  session_->RenameClass("vertical", "upright");
  session_->LoadImage(Stripes(true, 11));
  EXPECT_EQ(session_->Predict()[0].label, "upright");
  session_->RenameClass("upright", "vertical");
}

TEST_F(SessionTest, NewWeightsNeedAnEmptySession) {
  EXPECT_THROW(session_->BeginWeights(std::nullopt), Error);
}

TEST_F(SessionTest, RefusesATrainingThatDoesNotFit) {
  Session small(1, Pooling::kAverage, [] { return size_t{1} << 20; });
  small.BeginWeights(Precision::kFloat32);
  small.PushWeights(ReadFile("build/weights/nsfwjs.safetensors"));
  small.FinishWeights();
  for (const bool vertical : {true, false}) {
    small.LoadImage(Stripes(vertical, 1));
    small.AddSample(vertical ? "vertical" : "horizontal");
  }
  const auto refused = [](auto&& call) {
    try {
      call();
      return std::string("not refused");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kOutOfMemory);
      return std::string(error.what());
    }
  };
  // The features to 1,024 units and on to 2 classes, four times with Adam, and a little for
  // batches.
  const double parameters = (static_cast<double>(small.feature_size()) + 1) * 1024 + 1025 * 2;
  const std::string message = refused([&] { small.BeginFit({}, /*fresh=*/true); });
  int megabytes = 0, left = 0;
  ASSERT_EQ(std::sscanf(message.c_str(),
                        "this training takes %d MB of memory, and %d MB are left: take fewer",
                        &megabytes, &left),
            2)
      << message;
  EXPECT_NEAR(megabytes, 4 * 4 * parameters / 1e6 + 1, 1.5);
  EXPECT_EQ(left, 2);
  EXPECT_EQ(refused([&] { small.BeginCrossValidation({}, 2); }), message);
  FitOptions options;
  options.layers = {};
  small.BeginFit(options, /*fresh=*/true);
  small.EndFit();
}

std::string OutOfMemory(auto&& call) {
  try {
    call();
    return "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutOfMemory);
    return error.what();
  }
}

TEST(Session, KeepsFlattenedFeaturesOnTheDisk) {
  constexpr size_t kRowBytes = 131072 * 2;
  constexpr size_t kMegabyte = 1'000'000;
  Medium medium{.capacity = 5 * kRowBytes};
  size_t free_memory = 500 * kMegabyte;
  Session session(
      1, Pooling::kNone, [&] { return free_memory; }, std::make_unique<MemoryFile>(medium));
  session.BeginWeights(Precision::kFloat32);
  session.PushWeights(ReadFile("build/weights/nsfwjs.safetensors"));
  session.FinishWeights();

  session.CheckRoomFor(5);
  session.CheckRoomFor(1500);
  EXPECT_EQ(OutOfMemory([&] { session.CheckRoomFor(3000); }),
            "the features of these images take 787 MB, and there is room for 2 MB on the disk and "
            "for 480 MB in memory: add fewer images, free space on this device, or take pooled "
            "features");
  for (int seed = 0; seed < 2; ++seed) {
    for (const bool vertical : {true, false}) {
      session.LoadImage(Stripes(vertical, seed));
      session.AddSample(vertical ? "vertical" : "horizontal");
    }
  }
  EXPECT_EQ(medium.bytes.size(), 4 * kRowBytes);

  FitOptions options;
  options.layers = {};
  const MemoryCost small = session.CostOf(options, 4, 2);
  EXPECT_EQ(small.features, 4 * kRowBytes);
  EXPECT_EQ(small.disk, 4 * kRowBytes);
  EXPECT_EQ(session.WhyNoRoomFor(small), std::nullopt);
  const MemoryCost large = session.CostOf(options, 3000, 2);
  EXPECT_EQ(large.disk, 5 * kRowBytes);
  EXPECT_NE(session.WhyNoRoomFor(large), std::nullopt);

  options.training.epochs = 2;
  session.BeginFit(options, /*fresh=*/true);
  while (!session.StepFit().done()) {
  }
  session.EndFit();
  EXPECT_EQ(session.Predict().size(), 2u);

  session.AddSample("vertical");
  session.AddSample("vertical");  // goes to memory
  free_memory = 10 * kMegabyte;
  EXPECT_NE(OutOfMemory([&] { session.AddSample("vertical"); }), "not refused");
  EXPECT_EQ(session.dataset().size(), 6u);
  EXPECT_EQ(session.dataset().BytesInMemory(), kRowBytes);
  EXPECT_EQ(session.Predict().size(), 2u);
}

TEST(Session, SaysWhatIsMissing) {
  Session session(1);
  EXPECT_THROW(session.Features(), Error);
  session.LoadImage(Stripes(true, 0));
  EXPECT_THROW(session.Features(), Error);
  EXPECT_THROW(session.Predict(), Error);
  EXPECT_THROW(session.Evaluate(), Error);
  EXPECT_THROW(session.PushWeights({}), Error);
  EXPECT_THROW(session.FinishWeights(), Error);
  EXPECT_THROW(session.backbone(), Error);
}

}  // namespace
}  // namespace tabtrain
