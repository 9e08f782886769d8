#include "limn/data/reading_noise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/base/error.h"
#include "limn/network/safetensors.h"
#include "limn/skeleton/bone_depths.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

const Skeleton& human() { return Skeleton::human(); }

/// A person without symmetry, 0.2 high about `centre`.
std::vector<Vec2> body(const Vec2& centre = Vec2::Zero(), float size = 0.1f) {
  std::vector<Vec2> points;
  for (int j = 0; j < human().joint_count(); ++j) {
    Random random(1, "joint", static_cast<uint64_t>(j));
    const float x = static_cast<float>(random.uniform(-1, 1)), y = static_cast<float>(random.uniform(-1, 1));
    points.push_back(centre + size * Vec2(x, y));
  }
  return points;
}

/// A clip of `count` frames read without errors.
ReadClips perfect(int count) {
  ReadClips clips{24, {ReadClip(static_cast<size_t>(count))}};
  for (ReadFrame& frame : clips.clips[0]) {
    frame.truth = frame.read = body();
    frame.confidence.assign(frame.truth.size(), 0.8f);
    frame.joints.assign(frame.truth.size(), Vec3(1, 2, 3));
    frame.rotations.assign(frame.truth.size(), rotation_from_axis_angle(Vec3(0.1f, 0.2f, 0.3f)));
  }
  return clips;
}

float size_of(const std::vector<Vec2>& points) {
  Vec2 centre = Vec2::Zero();
  for (const Vec2& p : points) centre += p / static_cast<float>(points.size());
  float square = 0;
  for (const Vec2& p : points) square += (p - centre).squaredNorm() / static_cast<float>(points.size());
  return std::sqrt(square);
}

TEST(ReadingNoise, WithoutErrorsHardlyMovesAJoint) {
  const ReadingNoise noise(human(), perfect(20), 1.0 / 12);
  const std::vector<TrueFrame> truth(10, {body(Vec2(0.3f, 0.1f), 0.4f), {}});
  Random random(1, "test");
  const float size = size_of(truth[0].uv);
  for (int i = 0; i < 20; ++i)
    for (const Reading& reading : noise.replay(truth, random))
      for (size_t j = 0; j < truth[0].uv.size(); ++j) EXPECT_LT((reading.uv[j] - truth[0].uv[j]).norm(), 0.03f * size);
}

TEST(ReadingNoise, ErrorsGrowWithThePersonAndLastAsLong) {
  ReadClips clips = perfect(40);
  const auto wrist = static_cast<size_t>(human().joint("neck"));
  const float lent = size_of(body());
  for (size_t t = 10; t < 22; ++t) {  // six frames of every second one
    clips.clips[0][t].read[wrist].y() += lent;
    clips.clips[0][t].confidence[wrist] = 0.1f;
  }
  const ReadingNoise noise(human(), clips, 1.0 / 12);
  const std::vector<TrueFrame> truth(20, {body(Vec2(0.1f, 0), 0.5f), {}});
  const float size = size_of(truth[0].uv);
  int strong = 0, lasting = 0;
  for (uint64_t i = 0; i < 60; ++i) {
    Random random(2, "test", i);
    int run = 0, longest = 0;
    for (const Reading& reading : noise.replay(truth, random)) {
      const bool wrong = reading.confidence[wrist] > 0 && reading.confidence[wrist] < 0.5f;
      run = wrong ? run + 1 : 0;
      longest = std::max(longest, run);
      if (!wrong) continue;
      const Vec2 error = (reading.uv[wrist] - truth[0].uv[wrist]) / size;
      EXPECT_NEAR(error.x(), 0, 0.05f);
      EXPECT_GT(error.y(), -0.05f);
      strong += error.y() > 0.4f && error.y() < 2.5f;
    }
    lasting += longest >= 5;
  }
  EXPECT_GT(strong, 150);
  EXPECT_GT(lasting, 25);
}

TEST(ReadingNoise, ExchangesTheSidesThatWereExchanged) {
  ReadClips clips = perfect(20);
  const auto left = static_cast<size_t>(human().joint("left_wrist")), right = static_cast<size_t>(human().joint("right_wrist"));
  const auto knee = static_cast<size_t>(human().joint("left_knee"));
  for (ReadFrame& frame : clips.clips[0])
    for (const char* joint : {"shoulder", "elbow", "wrist", "hand_tip"})
      std::swap(frame.read[human().joint(std::string("left_") + joint)],
                frame.read[human().joint(std::string("right_") + joint)]);
  const ReadingNoise noise(human(), clips, 1.0 / 12);
  std::vector<Vec2> other = body(Vec2::Zero(), 0.5f);  // of another pose: an error in sizes would miss its wrists
  other[left] += Vec2(0.2f, 0.1f), other[right] -= Vec2(0.1f, 0.3f);
  const std::vector<TrueFrame> truth(5, {other, {}});
  int exchanged = 0;
  for (uint64_t i = 0; i < 40; ++i) {
    Random random(3, "test", i);
    const Reading reading = noise.replay(truth, random)[2];
    exchanged += (reading.uv[left] - other[right]).norm() < 0.02f && (reading.uv[right] - other[left]).norm() < 0.02f;
    EXPECT_LT((reading.uv[knee] - other[knee]).norm(), 0.02f);
  }
  EXPECT_GT(exchanged, 30) << "all but those that are read well";
}

TEST(ReadingNoise, BoneDepthsErrAsTheyDid) {
  ReadClips clips = perfect(20);
  const auto wrist = static_cast<size_t>(human().joint("left_wrist")), other = static_cast<size_t>(human().joint("right_wrist"));
  for (ReadFrame& frame : clips.clips[0]) {
    frame.bone_depths = bone_depths(human(), frame.joints, frame.rotations);
    frame.bone_depths[wrist] += 0.3f;
  }
  const ReadingNoise noise(human(), clips, 1.0 / 12);
  std::vector<float> depths(human().joint_count(), 0.5f);
  const std::vector<TrueFrame> truth(5, {body(), depths});
  int alike = 0, mirrored = 0;
  for (uint64_t i = 0; i < 60; ++i) {
    Random random(5, "test", i);
    const Reading reading = noise.replay(truth, random)[2];
    if (reading.confidence[0] == 0) continue;
    ASSERT_EQ(reading.bone_depths.size(), depths.size());
    const float left = reading.bone_depths[wrist] - 0.5f, right = reading.bone_depths[other] - 0.5f;
    alike += left > 0.15f && right == 0, mirrored += right > 0.15f && left == 0;
    EXPECT_EQ(reading.bone_depths[human().joint("neck")], 0.5f);
    EXPECT_LE(reading.bone_depths[wrist], 1);
  }
  EXPECT_GT(alike, 10);
  EXPECT_EQ(mirrored, 0) << "a person without symmetry is never more alike in the mirror";
}

TEST(ReadingNoise, LosesPeopleForSomeFrames) {
  const ReadingNoise noise(human(), perfect(20), 1.0 / 12);
  const std::vector<TrueFrame> truth(12, {body(), {}});
  int lost = 0, whole = 0;
  for (uint64_t i = 0; i < 200; ++i) {
    Random random(4, "test", i);
    int missing = 0;
    for (const Reading& reading : noise.replay(truth, random)) missing += reading.confidence[0] == 0;
    lost += missing > 0, whole += missing == 0;
  }
  EXPECT_GT(lost, 30);
  EXPECT_GT(whole, 100);
}

TEST(ReadClips, AreWrittenAndRead) {
  const test::ScratchFolder scratch;
  ReadClips clips = perfect(3);
  clips.clips.push_back(perfect(3).clips[0]);
  clips.clips[1][2].confidence.assign(clips.clips[1][2].confidence.size(), 0.0f);
  clips.clips[1][0].read[4] = Vec2(0.25f, -0.5f);
  EXPECT_FALSE(clips.reads_bone_depths());
  for (ReadClip& clip : clips.clips)
    for (ReadFrame& frame : clip) frame.bone_depths.assign(frame.truth.size(), 0.25f);
  clips.clips[0][1].bone_depths[7] = -0.5f;
  clips.save(scratch / "readings.safetensors");
  const ReadClips read = ReadClips::load(scratch / "readings.safetensors");
  EXPECT_EQ(read.frame_rate, 24);
  ASSERT_EQ(read.clips.size(), 2u);
  for (size_t c = 0; c < 2; ++c)
    for (size_t t = 0; t < 3; ++t) {
      const ReadFrame &a = clips.clips[c][t], &b = read.clips[c][t];
      EXPECT_EQ(a.truth, b.truth);
      EXPECT_EQ(a.read, b.read);
      EXPECT_EQ(a.confidence, b.confidence);
      EXPECT_EQ(a.bone_depths, b.bone_depths);
      EXPECT_EQ(a.joints, b.joints);
      EXPECT_EQ(a.rotations, b.rotations);
    }
  EXPECT_FALSE(is_seen(read.clips[1][2]));
  EXPECT_TRUE(is_seen(read.clips[1][1]));
}

TEST(ReadClips, RefusesWhatIsNone) {
  const test::ScratchFolder scratch;
  EXPECT_THROW(ReadClips{}.save(scratch / "none.safetensors"), Error);
  EXPECT_THROW(ReadClips::load(scratch / "none.safetensors"), Error);
  perfect(3).save(scratch / "readings.safetensors");
  const TensorFile whole = read_safetensors(scratch / "readings.safetensors");
  for (const char* name : {"truth", "read", "confidence", "joints", "rotations"}) {
    TensorFile file = whole;
    file.tensors.erase(name);
    write_safetensors(scratch / "damaged.safetensors", file);
    EXPECT_THROW(ReadClips::load(scratch / "damaged.safetensors"), Error) << name;
  }
  TensorFile file = whole;
  file.metadata["limn.format"] = "1";
  write_safetensors(scratch / "damaged.safetensors", file);
  EXPECT_THROW(ReadClips::load(scratch / "damaged.safetensors"), Error);
  EXPECT_THROW(ReadingNoise(human(), ReadClips{}, 0.1), Error);
}

}  // namespace
}  // namespace limn
