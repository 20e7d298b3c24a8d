#include "session/views.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "core/error.h"
#include "core/parallel.h"
#include "head/epoch.h"
#include "session/clouds.h"
#include "session/cross_validation.h"
#include "session/model.h"
#include "session/session.h"
#include "session/stripes.h"
#include "test_files.h"

namespace tabtrain {
namespace {

using Row = std::vector<float>;

Row ReadView(const Dataset& dataset, size_t id, size_t view) {
  Row row(dataset.feature_size());
  dataset.ReadView(id, view, row);
  return row;
}

TEST(DatasetViews, ComeBackWithinHalfPrecision) {
  Dataset dataset;
  const Row original = {1, 2, 3}, view = {0.123456f, 0, 1.7e-3f};
  const uint32_t id = dataset.Add("cat", original);
  EXPECT_EQ(dataset.Views(id), 0u);
  dataset.AddView(id, view);
  dataset.AddView(id, original);
  ASSERT_EQ(dataset.Views(id), 2u);
  const Row first = ReadView(dataset, id, 0);
  for (size_t i = 0; i < view.size(); ++i) EXPECT_NEAR(first[i], view[i], view[i] / 2048);
  EXPECT_EQ(ReadView(dataset, id, 1), original);
  Row row(3);
  dataset.Read(id, row);
  EXPECT_EQ(row, original);
}

TEST(DatasetViews, GoWithTheirSample) {
  Dataset dataset;
  const Row a = {1}, b = {2}, c = {3};
  const uint32_t first = dataset.Add("cat", a), second = dataset.Add("dog", b);
  const uint32_t third = dataset.Add("cat", c);
  for (const uint32_t id : {first, second, third}) dataset.AddView(id, Row{10.0f * id});
  dataset.Remove(first);
  EXPECT_THROW(dataset.Views(first), Error);
  EXPECT_THROW(ReadView(dataset, first, 0), Error);
  EXPECT_EQ(dataset.CountViews(), 2u);
  EXPECT_EQ(ReadView(dataset, second, 0), Row{10.0f * second});
  EXPECT_EQ(ReadView(dataset, third, 0), Row{10.0f * third});
  dataset.RemoveClass("dog");
  EXPECT_EQ(dataset.CountViews(), 1u);
  dataset.RemoveViews();
  EXPECT_EQ(dataset.Views(third), 0u);
}

TEST(DatasetViews, RefuseWhatMakesNoSense) {
  Dataset dataset;
  const Row a = {1, 2};
  const uint32_t id = dataset.Add("cat", a);
  EXPECT_THROW(dataset.AddView(id, Row{1}), Error);
  EXPECT_THROW(dataset.AddView(id + 1, a), Error);
  EXPECT_THROW(ReadView(dataset, id, 0), Error);
  EXPECT_EQ(dataset.Views(id), 0u);
}

// Rows that tell which view of which sample they are: 100 id + 1 + view, the original 100 id.
Dataset NumberedViews(size_t samples, size_t views) {
  Dataset dataset;
  for (size_t i = 0; i < samples; ++i) {
    const auto id = static_cast<float>(dataset.Add(i % 2 ? "odd" : "even", Row{100.0f * (i + 1)}));
    for (size_t v = 0; v < views; ++v) dataset.AddView(i + 1, Row{100 * id + 1 + v});
  }
  return dataset;
}

TEST(ViewSource, DrawsOriginalAndFirstViewsAlike) {
  Dataset dataset = NumberedViews(3, 8);
  ViewSource source(dataset, /*count=*/4, /*seed=*/5);
  std::map<float, int> drawn;
  Row row(1);
  constexpr int kReads = 5000;
  for (int i = 0; i < kReads; ++i) {
    source.Read(2, row);
    ++drawn[row[0]];
  }
  ASSERT_EQ(drawn.size(), 5u);
  for (const auto& [value, count] : drawn) {
    EXPECT_GE(value, 200);
    EXPECT_LE(value, 204);
    // Five standard deviations of a binomial count.
    EXPECT_NEAR(count, kReads / 5.0, 5 * std::sqrt(kReads * 0.2 * 0.8)) << value;
  }
}

TEST(ViewSource, ReadsTheOriginalWhereThereIsNoView) {
  Dataset dataset = NumberedViews(2, 0);
  ViewSource source(dataset, 4, 5);
  Row row(1);
  source.Read(1, row);
  EXPECT_EQ(row, Row{100});
  EXPECT_THROW(source.Read(3, row), Error);
}

TEST(ViewSource, DependsOnTheSeed) {
  Dataset dataset = NumberedViews(1, 4);
  const auto draw = [&](uint64_t seed) {
    ViewSource source(dataset, 4, seed);
    std::vector<float> rows(20);
    for (float& value : rows) source.Read(1, {&value, 1});
    return rows;
  };
  EXPECT_EQ(draw(1), draw(1));
  EXPECT_NE(draw(1), draw(2));
}

const AugmentOptions kClassic = {.rotation_range = 20,
                                 .width_shift_range = 0.2,
                                 .height_shift_range = 0.2,
                                 .shear_range = 0.2,
                                 .zoom_range = {0.8, 1.2},
                                 .horizontal_flip = true};

TEST(DrawView, DependsOnSeedSampleAndNumberAlone) {
  std::set<double> angles;
  for (const uint64_t seed : {1, 2}) {
    const ViewOptions few{kClassic, 4, seed}, many{kClassic, 8, seed};
    for (size_t sample = 1; sample <= 20; ++sample) {
      for (size_t number = 0; number < 4; ++number) {
        const double angle = DrawView(few, sample, number).theta;
        EXPECT_EQ(angle, DrawView(many, sample, number).theta);
        angles.insert(angle);
      }
    }
  }
  EXPECT_EQ(angles.size(), 160u);
}

TEST(ViewOptions, RefusesTooMany) {
  EXPECT_NO_THROW(CheckViewOptions({kClassic, 32, 1}));
  EXPECT_THROW(CheckViewOptions({kClassic, 33, 1}), Error);
  EXPECT_THROW(CheckViewOptions({{.rotation_range = 200}, 4, 1}), Error);
}

// A fit on 20 samples of two classes, after `add_views` has given some of them views.
template <typename AddViews>
std::vector<EpochResult> FitWithViews(AddViews&& add_views) {
  Dataset dataset;
  for (int i = 0; i < 20; ++i) {
    const float sign = i % 2 ? 1.0f : -1.0f;
    dataset.Add(i % 2 ? "odd" : "even", Row{sign + 0.01f * static_cast<float>(i), 1});
  }
  const FitOptions options{.layers = {},
                           .training = {.epochs = 4, .batch_size = 8, .seed = 3},
                           .validation_split = 0.3f,
                           .views = {kClassic, 2, 1}};
  Model model(dataset, options, SerialParallel());
  add_views(dataset, model);
  while (!model.training().done()) model.training().Advance();
  return model.training().history();
}

// A view that nothing survives that reads it.
void Poison(Dataset& dataset, const Samples& samples) {
  const Row poison(2, std::numeric_limits<float>::infinity());
  for (const size_t id : samples.indices) dataset.AddView(id, poison);
}

TEST(ModelViews, NoViewOfAnImageHeldOutIsRead) {
  const auto clean = FitWithViews([](Dataset&, const Model&) {});
  const auto poisoned = FitWithViews([](Dataset& dataset, const Model& model) {
    ASSERT_GT(model.validation_samples().size(), 0u);
    Poison(dataset, model.validation_samples());
  });
  ASSERT_EQ(poisoned.size(), clean.size());
  for (size_t i = 0; i < clean.size(); ++i) {
    EXPECT_EQ(poisoned[i].training.loss, clean[i].training.loss);
    EXPECT_EQ(poisoned[i].validation->loss, clean[i].validation->loss);
  }
}

TEST(ModelViews, ViewsOfTrainingImagesAreRead) {
  EXPECT_THROW(FitWithViews([](Dataset& dataset, const Model& model) {
                 Poison(dataset, model.training_samples());
               }),
               Error);
}

TEST(CrossValidationViews, NoViewOfTheFoldThatScoresIsRead) {
  Dataset clean = Clouds(), poisoned = Clouds();
  FitOptions options = Quick();
  options.training.epochs = 2;
  options.views = {kClassic, 2, 1};
  const Samples all = poisoned.All();
  const auto folds = StratifiedFolds(all.labels, poisoned.LookAlikes(), 3, options.training.seed);
  const Row poison(16, std::numeric_limits<float>::infinity());
  for (const size_t position : HoldOut(folds, 0).validation) {
    poisoned.AddView(all.indices[position], poison);
  }
  CrossValidation without(clean, options, 3, SerialParallel());
  CrossValidation with(poisoned, options, 3, SerialParallel());
  while (with.scores().empty()) {
    without.Advance();
    with.Advance();
  }
  EXPECT_EQ(with.scores()[0].loss, without.scores()[0].loss);
  // The next fold trains on them.
  EXPECT_THROW(while (with.scores().size() < 2) with.Advance(), Error);
}

// The whole way, with the default weights: three pictures each of two classes.
class SessionViews : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    session_ = new Session(2, Pooling::kAverage, [] { return free_memory_; });
    session_->BeginWeights(Precision::kFloat32);
    session_->PushWeights(ReadFile("build/weights/nsfwjs.safetensors"));
    session_->FinishWeights();
    for (int seed = 0; seed < 3; ++seed) {
      for (const bool vertical : {true, false}) {
        session_->LoadImage(Stripes(vertical, seed));
        ids_.push_back(session_->AddSample(vertical ? "vertical" : "horizontal"));
      }
    }
  }
  static void TearDownTestSuite() {
    delete session_;
    session_ = nullptr;
  }

  static FitOptions Options(size_t count, uint64_t seed = 1) {
    return {.layers = {},
            .training = {.epochs = 2, .seed = 7},
            .validation_split = 0.3f,
            .group_look_alikes = false,
            .views = {kClassic, count, seed}};
  }

  static const Model& Begin(const FitOptions& options) {
    return session_->BeginFit(options, /*fresh=*/true);
  }

  static void Load(uint32_t id) {
    const auto index = static_cast<int>(std::ranges::find(ids_, id) - ids_.begin());
    session_->LoadImage(Stripes(index % 2 == 0, index / 2));
  }

  static void MakeViews(const std::vector<uint32_t>& ids) {
    for (const uint32_t id : ids) {
      Load(id);
      while (session_->AddView(id) > 0) {
      }
    }
  }

  static std::vector<Row> AllViews() {
    std::vector<Row> rows;
    for (const uint32_t id : ids_) {
      for (size_t view = 0; view < session_->dataset().Views(id); ++view) {
        rows.push_back(ReadView(session_->dataset(), id, view));
      }
    }
    return rows;
  }

  // Forgets the views that are there: none match these.
  void SetUp() override {
    Begin(Options(1, /*seed=*/99));
    session_->EndFit();
    ASSERT_EQ(session_->dataset().CountViews(), 0u);
  }

  static Session* session_;
  static std::vector<uint32_t> ids_;
  static size_t free_memory_;
};

Session* SessionViews::session_ = nullptr;
std::vector<uint32_t> SessionViews::ids_;
size_t SessionViews::free_memory_ = size_t{1} << 30;

TEST_F(SessionViews, AreMadeOfTrainingImagesOnly) {
  const Model& model = Begin(Options(2));
  const std::vector<uint32_t> ids = session_->SamplesWithoutViews();
  const auto& training = model.training_samples().indices;
  EXPECT_TRUE(std::ranges::is_permutation(ids, training));
  EXPECT_EQ(ids.size() + model.validation_samples().size(), ids_.size());
  MakeViews(ids);
  EXPECT_TRUE(session_->SamplesWithoutViews().empty());
  for (const size_t id : model.validation_samples().indices) {
    EXPECT_EQ(session_->dataset().Views(id), 0u);
  }
  EXPECT_EQ(AllViews().size(), 2 * ids.size());
  while (!session_->StepFit().done()) {
  }
  session_->EndFit();
}

// The features of a view are those of the picture that the preview shows, but for rounding.
TEST_F(SessionViews, AreWhatThePreviewShows) {
  Begin(Options(2));
  const uint32_t id = session_->SamplesWithoutViews().front();
  MakeViews({id});
  session_->EndFit();
  for (const size_t number : {0, 1}) {
    Load(id);
    const Row original(session_->Features().begin(), session_->Features().end());
    const Image preview = session_->PreviewView(Options(2).views, id, number);
    session_->LoadImage(preview.rgb);
    const auto expected = session_->Features();
    const Row view = ReadView(session_->dataset(), id, number);
    const float largest = *std::ranges::max_element(expected);
    float change = 0;
    for (size_t i = 0; i < view.size(); ++i) {
      EXPECT_NEAR(view[i], expected[i], 0.02f * largest) << i;
      change = std::max(change, std::abs(view[i] - original[i]));
    }
    EXPECT_GT(change, 0.1f * largest);
  }
}

TEST_F(SessionViews, MoreKeepTheFirst) {
  Begin(Options(1));
  MakeViews(session_->SamplesWithoutViews());
  session_->EndFit();
  const std::vector<Row> one = AllViews();
  EXPECT_EQ(session_->CostOfViews(Options(3)).kept, one.size());

  Begin(Options(3));
  const std::vector<uint32_t> ids = session_->SamplesWithoutViews();
  EXPECT_EQ(ids.size(), one.size());
  MakeViews(ids);
  session_->EndFit();
  const std::vector<Row> three = AllViews();
  ASSERT_EQ(three.size(), 3 * one.size());
  for (size_t i = 0; i < one.size(); ++i) EXPECT_EQ(three[3 * i], one[i]);

  Begin(Options(1));  // fewer lack nothing and lose nothing
  EXPECT_TRUE(session_->SamplesWithoutViews().empty());
  session_->EndFit();
  Begin(Options(0));
  EXPECT_TRUE(session_->SamplesWithoutViews().empty());
  session_->EndFit();
  EXPECT_EQ(AllViews(), three);
}

TEST_F(SessionViews, OtherOptionsBeginAnew) {
  Begin(Options(1));
  MakeViews(session_->SamplesWithoutViews());
  session_->EndFit();
  const size_t made = AllViews().size();
  FitOptions other = Options(1);
  other.views.transforms.rotation_range = 90;
  EXPECT_EQ(session_->CostOfViews(other).kept, 0u);
  EXPECT_EQ(session_->CostOfViews(other).dropped, made);
  Begin(other);
  EXPECT_EQ(AllViews().size(), 0u);
  EXPECT_EQ(session_->SamplesWithoutViews().size(), made);
  session_->EndFit();
}

// Stopped in the middle and made in another order, the views are the same.
TEST_F(SessionViews, SurviveAStop) {
  Begin(Options(2));
  MakeViews(session_->SamplesWithoutViews());
  session_->EndFit();
  const std::vector<Row> whole = AllViews();
  SetUp();

  Begin(Options(2));
  std::vector<uint32_t> ids = session_->SamplesWithoutViews();
  Load(ids[1]);
  EXPECT_EQ(session_->AddView(ids[1]), 1u);
  session_->EndFit();
  EXPECT_EQ(AllViews().size(), 1u);

  Begin(Options(2));
  ids = session_->SamplesWithoutViews();
  EXPECT_EQ(session_->CostOfViews(Options(2)).missing, whole.size() - 1);
  MakeViews({ids.rbegin(), ids.rend()});
  session_->EndFit();
  EXPECT_EQ(AllViews(), whole);
}

TEST_F(SessionViews, CanBeMadeWhileTheTrainingRuns) {
  Begin(Options(1));
  for (const uint32_t id : session_->SamplesWithoutViews()) {
    session_->StepFit();
    MakeViews({id});
  }
  session_->EndFit();
}

TEST_F(SessionViews, CostTwoBytesAFeature) {
  const ViewCost cost = session_->CostOfViews(Options(4));
  EXPECT_EQ(cost.missing, 16u);  // of six images about 0.3 are held out
  EXPECT_EQ(cost.bytes, 16 * 2 * session_->dataset().feature_size());
  EXPECT_GT(cost.seconds, 0);
  EXPECT_DOUBLE_EQ(session_->CostOfViews(Options(8)).seconds, 2 * cost.seconds);
  EXPECT_THROW(session_->CostOfViews(Options(40)), Error);
}

TEST_F(SessionViews, AreMadeOfAllImagesForACrossValidation) {
  session_->BeginCrossValidation(Options(1), /*folds=*/3);
  const std::vector<uint32_t> ids = session_->SamplesWithoutViews();
  EXPECT_TRUE(std::ranges::is_permutation(ids, ids_));
  MakeViews(ids);
  while (!session_->StepCrossValidation().done()) {
  }
  session_->EndCrossValidation();
  EXPECT_EQ(AllViews().size(), ids_.size());
}

TEST_F(SessionViews, RefuseWhatDoesNotFit) {
  Begin(Options(1));
  MakeViews(session_->SamplesWithoutViews());
  session_->EndFit();
  const std::vector<Row> before = AllViews();
  const FitOptions options = Options(32, /*seed=*/5);
  const size_t fit = session_->CostOf(options, 6, 2).fit();
  const ViewCost views = session_->CostOfViews(options);
  const size_t replaced = views.dropped * session_->dataset().view_bytes();
  free_memory_ = fit + views.bytes - replaced - 1;
  try {
    Begin(options);
    ADD_FAILURE() << "began a fit without the memory for its views";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutOfMemory);
    EXPECT_NE(std::string(error.what()).find("128 views take 1 MB"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(AllViews(), before);  // nothing is lost
  ++free_memory_;
  Begin(options);
  session_->EndFit();
  free_memory_ = size_t{1} << 30;
}

TEST_F(SessionViews, RefuseWhatIsOutOfOrder) {
  EXPECT_THROW(session_->SamplesWithoutViews(), Error);
  EXPECT_THROW(Begin(Options(33)), Error);
  Begin(Options(1));
  const uint32_t id = session_->SamplesWithoutViews().front();
  MakeViews({id});
  EXPECT_THROW(session_->AddView(id), Error);
  session_->EndFit();
  Session empty(1);
  EXPECT_THROW(empty.PreviewView(Options(1).views, 1, 0), Error);
}

}  // namespace
}  // namespace tabtrain
