#include "limn/base/file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "limn/base/error.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {
namespace fs = std::filesystem;

class File : public testing::Test {
 protected:
  size_t entries() const { return std::distance(fs::directory_iterator(folder_), fs::directory_iterator()); }
  test::ScratchFolder folder_;
};

TEST_F(File, WritesAndReadsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  write_file_atomic(folder_ / "a.bin", bytes);
  EXPECT_EQ(read_file(folder_ / "a.bin"), bytes);
  EXPECT_EQ(entries(), 1u);
  write_file_atomic(folder_ / "a.bin", "");
  EXPECT_EQ(read_file(folder_ / "a.bin"), "");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(File, LeavesNothingWhenTheRenameFails) {
  fs::create_directories(folder_ / "taken" / "inside");  // a folder that is not empty cannot be replaced
  EXPECT_THROW(write_file_atomic(folder_ / "taken", "x"), Error);
  EXPECT_TRUE(fs::is_directory(folder_ / "taken" / "inside"));
  EXPECT_EQ(entries(), 1u);
}

TEST_F(File, SaysWhichFolderIsMissing) {
  const fs::path path = folder_ / "missing" / "a.txt";
  try {
    write_file_atomic(path, "x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_EQ(error.where(), path.string());
  }
  EXPECT_EQ(entries(), 0u);
}

TEST_F(File, ReadingRefusesMissingFilesAndFolders) {
  EXPECT_THROW(read_file(folder_ / "none"), Error);
  EXPECT_THROW(read_file(folder_), Error);
}

TEST_F(File, TemporaryNameStaysInTheFolderAndKeepsTheExtension) {
  const fs::path path = folder_ / "clip.mp4", partial = temporary_beside(path);
  EXPECT_EQ(partial.parent_path(), folder_);
  EXPECT_EQ(partial.extension(), ".mp4");
  EXPECT_NE(partial, path);
}

TEST(ErrorText, HoldsMessagePlaceAndRemedy) {
  const Error error(ErrorKind::model, "what", "where", "remedy");
  EXPECT_STREQ(error.what(), "what (where); remedy");
  EXPECT_EQ(error.exit_code(), 4);
  EXPECT_STREQ(Error(ErrorKind::usage, "what", "", "").what(), "what");
  EXPECT_NO_THROW(require(true, ErrorKind::input, "what", "", ""));
  EXPECT_THROW(require(false, ErrorKind::input, "what", "", ""), Error);
}

}  // namespace
}  // namespace limn
