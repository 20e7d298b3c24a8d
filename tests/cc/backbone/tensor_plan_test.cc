#include "backbone/tensor_plan.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace tabtrain {
namespace {

TEST(InceptionV3, HasTheSizesOfThePaper) {
  int64_t weights = 0, multiplications = 0;
  const TensorPlan plan = PlanTensors(std::vector<std::string>{"mixed10"}, 1);
  int convolutions = 0;
  for (const InceptionLayer* layer : plan.layers) {
    if (layer->type != LayerType::kConv) continue;
    ++convolutions;
    const int64_t kernel = static_cast<int64_t>(layer->kernel_height) * layer->kernel_width *
                           layer->in_channels * layer->out_channels;
    const Tensor& out = plan.Find(layer->output);
    weights += kernel;
    multiplications += kernel * out.height * out.width;
  }
  EXPECT_EQ(convolutions, kConvolutions);
  // keras.applications.InceptionV3(include_top=False): 21,802,784 parameters, of which 3 * 17,216
  // belong to the batch norms (beta, moving mean, moving variance).
  EXPECT_EQ(weights, 21802784 - 3 * 17216);
  EXPECT_NEAR(static_cast<double>(multiplications), 5.711e9, 0.001e9);
}

TEST(InceptionV3, EveryLayerReadsTheChannelsThatItsInputHas) {
  const TensorPlan plan = PlanTensors(std::vector<std::string>{"mixed10"}, 1);
  for (const InceptionLayer* layer : plan.layers) {
    EXPECT_EQ(plan.Find(layer->input).channels, layer->in_channels) << layer->name;
  }
  const Tensor& last = plan.Find("mixed10");
  EXPECT_EQ(last.height, 8);
  EXPECT_EQ(last.width, 8);
  EXPECT_EQ(last.channels, 2048);
}

// Every channel of every tensor is written once: slices neither overlap nor leave gaps.
TEST(InceptionV3, ConcatenationsAreWhole) {
  const TensorPlan plan = PlanTensors(std::vector<std::string>{"mixed10"}, 1);
  for (const Tensor& tensor : plan.tensors) {
    if (tensor.name == "input") continue;
    int next = 0;
    bool found = true;
    while (found && next < tensor.channels) {
      found = false;
      for (const InceptionLayer* layer : plan.layers) {
        if (layer->output == tensor.name && layer->output_channel == next) {
          next += layer->out_channels;
          found = true;
          break;
        }
      }
    }
    EXPECT_EQ(next, tensor.channels) << tensor.name;
  }
}

TEST(TensorPlan, TensorsThatLiveTogetherDoNotOverlap) {
  for (const size_t batch : {1, 3}) {
    const TensorPlan plan = PlanTensors(std::vector<std::string>{"mixed4", "mixed10"}, batch);
    for (const Tensor& a : plan.tensors) {
      EXPECT_LE(a.offset + a.elements() * batch, plan.arena_size);
      for (const Tensor& b : plan.tensors) {
        if (&a == &b || a.first_use > b.last_use || b.first_use > a.last_use) continue;
        EXPECT_TRUE(a.offset + a.elements() * batch <= b.offset ||
                    b.offset + b.elements() * batch <= a.offset)
            << a.name << " and " << b.name;
      }
    }
  }
}

TEST(TensorPlan, SharesMemory) {
  const TensorPlan plan = PlanTensors(std::vector<std::string>{"mixed10"}, 1);
  size_t all = 0;
  for (const Tensor& tensor : plan.tensors) all += tensor.elements();
  EXPECT_LT(plan.arena_size, all / 4);
}

TEST(TensorPlan, LeavesOutWhatNoFeatureNeeds) {
  const TensorPlan plan = PlanTensors(std::vector<std::string>{"mixed5", "mixed4"}, 1);
  EXPECT_EQ(plan.layers.back()->output, "mixed5");
  EXPECT_EQ(plan.feature_size(), 2u * 768);
  EXPECT_EQ(plan.tensors[plan.features[0]].name, "mixed5");
}

TEST(TensorPlan, RefusesUnknownLayers) {
  EXPECT_THROW(PlanTensors(std::vector<std::string>{"mixed11"}, 1), Error);
  EXPECT_THROW(PlanTensors(std::vector<std::string>{"input"}, 1), Error);
  EXPECT_THROW(PlanTensors(std::vector<std::string>{}, 1), Error);
  EXPECT_THROW(PlanTensors(std::vector<std::string>{"mixed10"}, 0), Error);
}

}  // namespace
}  // namespace tabtrain
