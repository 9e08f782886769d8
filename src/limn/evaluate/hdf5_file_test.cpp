#include "limn/evaluate/hdf5_file.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "support/scratch_folder.h"
#include "support/tiny_hdf5.h"

namespace limn {
namespace {

TEST(Hdf5File, TheFirstIndexRunsFastest) {
  const test::ScratchFolder folder;
  const MatArray written{{2, 3}, {1, 2, 3, 4, 5, 6}};  // [3 2] in the file's own order
  test::write_hdf5(folder / "a.h5", {{"pose/2d", written}});
  const MatArray read = read_hdf5_array(folder / "a.h5", "pose/2d");
  EXPECT_EQ(read.shape, written.shape);
  EXPECT_EQ(read.values, written.values);
  EXPECT_EQ(read.at({0, 2}), 5);
}

TEST(Hdf5File, RefusesOtherFilesInSilence) {
  const test::ScratchFolder folder;
  testing::internal::CaptureStderr();
  EXPECT_THROW(read_hdf5_array(folder / "gone.h5", "a"), Error);
  write_file_atomic(folder / "text.h5", "no data set at all");
  EXPECT_THROW(read_hdf5_array(folder / "text.h5", "a"), Error);
  test::write_hdf5(folder / "a.h5", {{"pose/2d", {{1}, {1}}}});
  EXPECT_THROW(read_hdf5_array(folder / "a.h5", "pose/3d"), Error);
  EXPECT_THROW(read_hdf5_array(folder / "a.h5", "pose"), Error);  // a group
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace limn
