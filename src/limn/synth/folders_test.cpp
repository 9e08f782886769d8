#include "limn/synth/folders.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/media/image_file.h"
#include "limn/synth/character.h"
#include "limn/synth/motion.h"
#include "support/scratch_folder.h"
#include "support/tiny_character.h"
#include "support/tiny_motion.h"

namespace limn {
namespace {

namespace fs = std::filesystem;

class SynthFoldersTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"photos", "bodies", "moves", "empty"}) fs::create_directories(root_ / name);
    Image photo(8, 8);
    for (size_t i = 0; i < photo.pixels.size(); i += 3) photo.pixels[i] = 255;
    write_png(root_ / "photos" / "red.png", photo);
    for (char name = 'a'; name < 'f'; ++name) {
      write_file_atomic(root_ / "bodies" / (std::string(1, name) + ".glb"), test::tiny_character());
      write_file_atomic(root_ / "moves" / (std::string(1, name) + ".bvh"), test::bvh_text(test::mixamo(), {{}, {}}));
    }
  }
  std::vector<std::string> folder(const char* name) const { return {(root_ / name).string()}; }
  SynthOptions loaded(const SynthFolders& folders, Split split) const {
    SynthOptions options;
    options.image_size = 32;
    options.character_probability = options.motion_probability = options.background_probability = 1;
    return with_folders(options, folders, Skeleton::human(), split);
  }

  test::ScratchFolder root_;
};

TEST_F(SynthFoldersTest, OneFifthIsHeldOut) {
  const SynthFolders folders{folder("photos"), folder("bodies"), folder("moves")};
  const SynthOptions training = loaded(folders, Split::training), held_out = loaded(folders, Split::held_out);
  EXPECT_EQ(training.backgrounds.size(), 1u);
  EXPECT_EQ(held_out.backgrounds.size(), 1u);
  ASSERT_EQ(training.characters.size(), 4u);
  ASSERT_EQ(held_out.characters.size(), 1u);
  EXPECT_EQ(held_out.characters[0]->name, "e");
  ASSERT_EQ(training.motions->motions().size(), 4u);
  ASSERT_EQ(held_out.motions->motions().size(), 1u);
  EXPECT_EQ(held_out.motions->motions()[0].name, "a.bvh");
}

TEST_F(SynthFoldersTest, TheyChangeThePicture) {
  const auto picture = [&](const SynthFolders& folders) {
    return ProceduralPeople(Skeleton::human(), loaded(folders, Split::training)).sample(1, 0, false).target.image.pixels;
  };
  const auto plain = picture({});
  EXPECT_NE(picture({folder("photos"), {}, {}}), plain);
  EXPECT_NE(picture({{}, folder("bodies"), {}}), plain);
  EXPECT_NE(picture({{}, {}, folder("moves")}), plain);
  EXPECT_EQ(picture({}), plain);
}

TEST_F(SynthFoldersTest, RefusesFoldersWithoutSuchFiles) {
  for (const char* name : {"empty", "nowhere"}) {
    EXPECT_THROW(loaded({folder(name), {}, {}}, Split::training), Error);
    EXPECT_THROW(loaded({{}, folder(name), {}}, Split::training), Error);
    EXPECT_THROW(loaded({{}, {}, folder(name)}, Split::training), Error);
  }
}

}  // namespace
}  // namespace limn
