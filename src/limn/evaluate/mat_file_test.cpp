#include "limn/evaluate/mat_file.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "support/scratch_folder.h"
#include "support/tiny_mat.h"

namespace limn {
namespace {

TEST(MatFile, ReadsArraysOfEitherKindColumnMajor) {
  const test::ScratchFolder folder;
  const MatArray written{{2, 3}, {1, 2, 3, 4, 5, 6}};
  for (const mat_ft version : {MAT_FT_MAT5, MAT_FT_MAT73}) {
    const auto path = folder / ("v" + std::to_string(version) + ".mat");
    test::write_mat(path, {{"a", written}}, version);
    const MatArray read = read_mat_array(path, "a");
    EXPECT_EQ(read.shape, written.shape);
    EXPECT_EQ(read.values, written.values);
    EXPECT_EQ(read.at({1, 0}), 2);
    EXPECT_EQ(read.at({0, 2}), 5);
    EXPECT_THROW(read.at({2, 0}), Error);
    EXPECT_THROW(read.at({1}), Error);
    EXPECT_THROW(read_mat_array(path, "b"), Error);
  }
}

TEST(MatFile, RefusesOtherFiles) {
  const test::ScratchFolder folder;
  EXPECT_THROW(read_mat_array(folder / "gone.mat", "a"), Error);
  write_file_atomic(folder / "text.mat", "no matrix at all");
  EXPECT_THROW(read_mat_array(folder / "text.mat", "a"), Error);
}

}  // namespace
}  // namespace limn
