#include "session/dataset.h"

#include <gtest/gtest.h>

#include <array>

#include "core/error.h"

namespace tabtrain {
namespace {

TEST(Dataset, KeepsClassesAndSamples) {
  Dataset dataset;
  const std::vector<float> a = {1, 2}, b = {3, 4}, c = {5, 6};
  const uint32_t first = dataset.Add("cat", a);
  dataset.Add("dog", b);
  const uint32_t third = dataset.Add("cat", c);
  EXPECT_NE(first, third);
  ASSERT_EQ(dataset.Classes().size(), 2u);
  EXPECT_EQ(dataset.Classes()[0].label, "cat");
  EXPECT_EQ(dataset.Classes()[0].count, 2u);

  Samples all = dataset.All();
  EXPECT_EQ(all.labels, (std::vector<int32_t>{0, 1, 0}));
  std::vector<float> row(2);
  dataset.Read(all.indices[2], row);
  EXPECT_EQ(row, c);

  dataset.Remove(first);
  EXPECT_FALSE(dataset.Contains(first));
  EXPECT_TRUE(dataset.Contains(third));
  EXPECT_EQ(dataset.Classes()[0].count, 1u);
  dataset.Read(third, row);  // its id outlives the removal of others
  EXPECT_EQ(row, c);
  EXPECT_NE(dataset.Add("cat", a), first);  // ids are never used again
}

TEST(Dataset, RenamesAndRemovesClasses) {
  Dataset dataset;
  const std::vector<float> a = {1}, b = {2};
  dataset.Add("cat", a);
  dataset.Add("dog", b);
  dataset.RenameClass("cat", "bird");
  EXPECT_EQ(dataset.Classes()[0].label, "bird");
  dataset.RenameClass("bird", "bird");
  dataset.RemoveClass("bird");
  ASSERT_EQ(dataset.Classes().size(), 1u);
  EXPECT_EQ(dataset.size(), 1u);
  EXPECT_EQ(dataset.All().labels, std::vector<int32_t>{0});
}

TEST(Dataset, RefusesWhatMakesNoSense) {
  Dataset dataset;
  const std::vector<float> a = {1}, longer = {1, 2};
  EXPECT_THROW(dataset.Add("", a), Error);
  dataset.Add("cat", a);
  dataset.Add("dog", a);
  EXPECT_THROW(dataset.Add("cat", longer), Error);
  EXPECT_THROW(dataset.Remove(77), Error);
  EXPECT_THROW(dataset.RenameClass("cow", "cat"), Error);
  EXPECT_THROW(dataset.RenameClass("cat", "dog"), Error);
  EXPECT_THROW(dataset.RenameClass("cat", ""), Error);
  EXPECT_THROW(dataset.RemoveClass("cow"), Error);
  std::vector<float> row(1);
  EXPECT_THROW(dataset.Read(77, row), Error);
  EXPECT_EQ(dataset.size(), 2u);
}

}  // namespace
}  // namespace tabtrain
