#include "limn/synth/procedural_people.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "limn/base/error.h"
#include "limn/synth/motion.h"
#include "limn/synth/textures.h"

namespace limn {
namespace {

SynthOptions small() {
  SynthOptions options;
  options.image_size = 64;
  return options;
}

TEST(ProceduralPeople, LabelsKeepTheFormulas) {
  const Skeleton& skeleton = Skeleton::human();
  const ProceduralPeople people(skeleton, small());
  for (uint64_t index = 0; index < 12; ++index) {
    const SynthSample sample = people.sample(3, index);
    for (const PersonView* view : {&sample.target, &sample.appearance}) {
      ASSERT_EQ(view->image.width, 64);
      const Kinematics k = forward_kinematics(skeleton, view->pose);
      for (int j = 0; j < skeleton.joint_count(); ++j) {
        EXPECT_LT((k.positions[j] - view->joints_camera[j]).norm(), 1e-5f);
        if (view->joints_camera[j].z() <= 0.01f) continue;
        EXPECT_LT((view->camera.project(view->joints_camera[j]) - view->joints_px[j]).norm(), 0.01f);
        const Vec2 px = view->joints_px[j];
        const bool inside = (px.array() >= 0).all() && (px.array() < 64).all();
        EXPECT_EQ(inside, view->visibility[j] != Visibility::outside);
      }
    }
  }
}

TEST(ProceduralPeople, PoseOnlyIsThePoseOfTheSample) {
  const ProceduralPeople people(Skeleton::human(), small());
  for (uint64_t index = 0; index < 6; ++index) {
    const PersonView full = people.sample(5, index).target, cheap = people.pose_only(5, index);
    EXPECT_TRUE(cheap.image.empty());
    for (size_t j = 0; j < full.joints_px.size(); ++j) {
      EXPECT_EQ(full.joints_px[j], cheap.joints_px[j]);
      EXPECT_EQ(full.visibility[j] == Visibility::outside, cheap.visibility[j] == Visibility::outside);
    }
  }
}

TEST(ProceduralPeople, TheSameBytesOnAnyThread) {
  const ProceduralPeople people(Skeleton::human(), small());
  constexpr int count = 8;
  std::vector<SynthSample> alone(count), together(count);
  for (int i = 0; i < count; ++i) alone[i] = people.sample(11, i);
  std::vector<std::thread> workers;
  for (int w = 0; w < 4; ++w)
    workers.emplace_back([&, w] {
      for (int i = count - 1 - w; i >= 0; i -= 4) together[i] = people.sample(11, i);
    });
  for (std::thread& worker : workers) worker.join();
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(alone[i].target.image.pixels, together[i].target.image.pixels);
    EXPECT_EQ(alone[i].appearance.image.pixels, together[i].appearance.image.pixels);
  }
  EXPECT_NE(alone[0].target.image.pixels, alone[1].target.image.pixels);
  EXPECT_NE(alone[0].target.image.pixels, people.sample(12, 0).target.image.pixels);
}

TEST(ProceduralPeople, SidesAreTold) {
  const Skeleton& skeleton = Skeleton::human();
  const ProceduralPeople people(skeleton, small());
  const int left = skeleton.joint("left_shoulder"), right = skeleton.joint("right_shoulder");
  const int neck = skeleton.joint("neck"), pelvis = skeleton.joint("pelvis");
  int fronts = 0, backs = 0;
  for (uint64_t index = 0; index < 800; ++index) {
    const PersonView view = people.pose_only(1, index);
    const Kinematics k = forward_kinematics(skeleton, view.pose);
    const Vec3 front = k.global_rotations[skeleton.joint("chest")].col(2);
    const Vec3 up = (k.positions[neck] - k.positions[pelvis]).normalized();
    const float away = front.dot(k.positions[skeleton.joint("chest")].normalized());  // along the line of sight
    if (up.y() > -0.9f || std::abs(away) < 0.8f) continue;  // upright, seen from the front or the back
    const float across = view.joints_px[left].x() - view.joints_px[right].x();
    (away < 0 ? fronts : backs) += 1;
    EXPECT_EQ(across > 0, away < 0) << "index " << index;
  }
  EXPECT_GT(fronts, 40);
  EXPECT_NEAR(static_cast<double>(fronts) / (fronts + backs), 0.5, 0.15);
}

TEST(ProceduralPeople, NeitherSideIsFavoured) {
  const Skeleton& skeleton = Skeleton::human();
  const ProceduralPeople people(skeleton, small());
  constexpr int count = 1500;
  for (const char* name : {"elbow", "wrist", "knee", "ankle"}) {
    const int left = skeleton.joint(std::string("left_") + name), right = skeleton.joint(std::string("right_") + name);
    double sum = 0, squares = 0, across = 0;
    for (uint64_t index = 0; index < count; ++index) {
      const PersonView view = people.pose_only(2, index);
      const Mat3 body_from_camera = view.pose.rotations[0].transpose();
      const Vec3 l = body_from_camera * (view.joints_camera[left] - view.pose.root_position);
      const Vec3 r = body_from_camera * (view.joints_camera[right] - view.pose.root_position);
      const double height = l.y() - r.y();
      sum += height, squares += height * height, across += l.x() + r.x();
    }
    const double deviation = std::sqrt(squares / count);
    EXPECT_NEAR(sum / count, 0, 4 * deviation / std::sqrt(count)) << name;
    EXPECT_NEAR(across / count, 0, 0.04) << name;
  }
}

TEST(ProceduralPeople, NosesAreSeenFromTheFrontOnly) {
  const Skeleton& skeleton = Skeleton::human();
  SynthOptions options = small();
  options.occluder_probability = options.distractor_probability = options.clutter_probability = 0;
  options.truncation_probability = 0;
  const ProceduralPeople people(skeleton, options);
  const int nose = skeleton.joint("nose");
  int fronts = 0, backs = 0, seen_in_front = 0, seen_from_behind = 0;
  for (uint64_t index = 0; index < 500; ++index) {
    const PersonView cheap = people.pose_only(6, index);
    const Vec3 gaze = forward_kinematics(skeleton, cheap.pose).global_rotations[skeleton.joint("head")].col(2);
    const float towards = -gaze.dot(cheap.joints_camera[nose].normalized());
    if (std::abs(towards) < 0.88f ||  // nearer to the profile the tip shows past the cheek
        cheap.visibility[nose] == Visibility::outside)
      continue;
    const bool seen = people.sample(6, index, false).target.visibility[nose] == Visibility::visible;
    (towards > 0 ? fronts : backs) += 1;
    (towards > 0 ? seen_in_front : seen_from_behind) += seen;
  }
  ASSERT_GT(fronts, 10);
  ASSERT_GT(backs, 10);
  EXPECT_GT(seen_in_front, 0.8 * fronts);  // hands and knees may hide it
  EXPECT_EQ(seen_from_behind, 0);
}

TEST(ProceduralPeople, OccludersHideJoints) {
  SynthOptions options = small();
  const auto hidden = [&](double probability) {
    options.occluder_probability = probability;
    const ProceduralPeople people(Skeleton::human(), options);
    int count = 0;
    for (uint64_t index = 0; index < 40; ++index)
      for (Visibility v : people.sample(8, index, false).target.visibility) count += v == Visibility::occluded;
    return count;
  };
  EXPECT_GT(hidden(1), hidden(0) + 40);  // more than one joint a picture
}

TEST(ProceduralPeople, TruncationFollowsItsProbability) {
  SynthOptions options = small();
  const auto truncated = [&](double probability) {
    options.truncation_probability = probability;
    const ProceduralPeople people(Skeleton::human(), options);
    int count = 0;
    for (uint64_t index = 0; index < 200; ++index) {
      const PersonView view = people.pose_only(4, index);
      int outside = 0;
      for (Visibility v : view.visibility) outside += v == Visibility::outside;
      count += outside > 0;
    }
    return count / 200.0;
  };
  EXPECT_LT(truncated(0), 0.1);
  EXPECT_GT(truncated(1), 0.8);
}

TEST(ProceduralPeople, ThePersonIsNoSmallerThanAsked) {
  SynthOptions options = small();
  options.truncation_probability = 0;
  const auto smallest = [&](double extent) {
    options.smallest_extent = extent;
    const ProceduralPeople people(Skeleton::human(), options);
    double least = 1;
    for (uint64_t index = 0; index < 300; ++index) {
      const PersonView view = people.pose_only(5, index);
      Vec2 low = view.joints_px[0], high = low;
      for (const Vec2& p : view.joints_px) low = low.cwiseMin(p), high = high.cwiseMax(p);
      least = std::min(least, 1.08 * (high - low).maxCoeff() / options.image_size);
    }
    return least;
  };
  EXPECT_NEAR(smallest(0.7), 0.7, 0.05);
  EXPECT_LT(smallest(0.38), 0.5);
}

TEST(ProceduralPeople, ChildrenAreAsManyAsAsked) {
  const Skeleton& skeleton = Skeleton::human();
  for (const double share : {0.0, 0.5, 1.0}) {
    SynthOptions options = small();
    options.child_probability = share;
    const ProceduralPeople people(skeleton, options);
    constexpr int count = 100;
    int children = 0;
    for (uint64_t index = 0; index < count; ++index) {
      const std::vector<float> scales = people.pose_only(17, index).pose.bone_scales;
      float mean = 0;  // the shape of each group of bones varies as well
      const std::vector<const char*> joints = {"left_knee", "left_ankle", "left_elbow", "left_wrist", "spine", "chest"};
      for (const char* joint : joints) mean += scales[skeleton.joint(joint)] / static_cast<float>(joints.size());
      children += mean < 0.87f;
    }
    EXPECT_NEAR(children, share * count, 12) << share;
  }
}

TEST(ProceduralPeople, TheCameraLooksDownAsOftenAsAsked) {
  SynthOptions options = small();
  options.upright_probability = 1;
  options.tilt_probability = 0;
  const auto from_above = [&](double probability) {
    options.steep_probability = probability;
    const ProceduralPeople people(Skeleton::human(), options);
    int count = 0;
    for (uint64_t index = 0; index < 300; ++index) {
      const PersonView view = people.pose_only(7, index);
      const Vec3 up = -view.pose.rotations[0].col(1);  // the trunk's, in the camera frame
      count += std::abs(up.z()) > 0.71f;
    }
    return count / 300.0;
  };
  EXPECT_GT(from_above(1), from_above(0) + 0.1);
}

TEST(ProceduralPeople, TheCameraRollsAsOftenAsAsked) {
  SynthOptions options = small();
  options.upright_probability = 1;
  const auto rolled = [&](double probability) {
    options.tilt_probability = probability;
    const ProceduralPeople people(Skeleton::human(), options);
    int count = 0;
    for (uint64_t index = 0; index < 300; ++index) {
      const PersonView view = people.pose_only(6, index);
      const Vec2 trunk = view.joints_px[Skeleton::human().joint("pelvis")] - view.joints_px[Skeleton::human().joint("neck")];
      count += std::abs(trunk.x()) > std::abs(trunk.y());
    }
    return count / 300.0;
  };
  const double bent = rolled(0);  // bows and views from above
  EXPECT_LT(bent, 0.1);
  EXPECT_NEAR(rolled(1) - bent, 0.2, 0.1);  // a third rolls anywhere, half of that lies on its side; the rest up to 40 degrees
}

TEST(ProceduralPeople, PhotographsStandBehind) {
  SynthOptions options = small();
  auto photo = std::make_shared<Image>(32, 24);
  for (size_t i = 0; i < photo->pixels.size(); i += 3) photo->pixels[i] = 255;  // pure red
  options.backgrounds = {photo};
  options.background_probability = 1;
  options.sensor_strength = options.clutter_probability = options.occluder_probability =
      options.distractor_probability = 0;
  const PersonView view = ProceduralPeople(Skeleton::human(), options).sample(1, 0).target;
  int red = 0;
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x)
      red += view.image.at(x, y)[0] > 60 && view.image.at(x, y)[1] == 0 && view.image.at(x, y)[2] == 0;
  EXPECT_GT(red, 64 * 64 / 4);
  EXPECT_LT(red, 64 * 64 * 0.99);
}

TEST(ProceduralPeople, ShadowsOnlyDarken) {
  SynthOptions options = small();
  options.sensor_strength = 0;
  const ProceduralPeople shaded(Skeleton::human(), options);
  options.shadow_probability = 0;
  const ProceduralPeople unshaded(Skeleton::human(), options);
  int darker = 0, lighter = 0;
  for (uint64_t index = 0; index < 6; ++index) {
    const std::vector<uint8_t> with = shaded.sample(3, index).target.image.pixels,
                               without = unshaded.sample(3, index).target.image.pixels;
    for (size_t i = 0; i < with.size(); ++i) {
      darker += with[i] + 1 < without[i];
      lighter += with[i] > without[i] + 1;
    }
  }
  EXPECT_GT(darker, 500);
  EXPECT_EQ(lighter, 0);
}

TEST(ProceduralPeople, WithoutPatternsClothesAreOfOneColour) {
  Random random(1, "test");
  for (int i = 0; i < 40; ++i) {
    const Material cloth = without_pattern(sample_cloth(random));
    const Vec3 colour = albedo(cloth, Vec2(0, 0));
    for (int k = 1; k < 20; ++k) EXPECT_LT((albedo(cloth, Vec2(0.013f * k, 0.021f * k)) - colour).norm(), 1e-6f);
  }
  SynthOptions options = small();
  const Image patterned = ProceduralPeople(Skeleton::human(), options).sample(3, 0).target.image;
  options.pattern_probability = 0;
  EXPECT_NE(ProceduralPeople(Skeleton::human(), options).sample(3, 0).target.image.pixels, patterned.pixels);
}

TEST(ProceduralPeople, BothPicturesShowTheSameMotion) {
  // One second in which the left arm, and no other joint, goes from horizontal to overhead.
  const Skeleton& skeleton = Skeleton::human();
  Motion motion;
  motion.joints = skeleton.joint_count();
  for (int t = 0; t <= 30; ++t) {
    Pose pose = rest_pose(skeleton);
    pose.rotations[skeleton.joint("left_shoulder")] = rotation_from_axis_angle(Vec3(0, 0, 0.04f * t));
    for (const Mat3& rotation : pose.rotations) motion.rotations.emplace_back(rotation);
    motion.root_positions.push_back(Vec3(0, 0.9f, 0));
  }
  SynthOptions options = small();
  options.motion_probability = 1;
  options.motions = std::make_shared<MotionLibrary>(std::vector<Motion>{motion});
  const ProceduralPeople people(skeleton, options);
  for (uint64_t index = 0; index < 8; ++index) {
    const SynthSample sample = people.sample(7, index);
    EXPECT_EQ(sample.target.joints_px[0], people.pose_only(7, index).joints_px[0]);
    const auto raised = [&](const char* joint) {
      return axis_angle_from_rotation(sample.appearance.pose.rotations[skeleton.joint(joint)]).norm();
    };
    EXPECT_LT(std::min(raised("left_shoulder"), raised("right_shoulder")), 1e-3f);
    EXPECT_LT(std::max(raised("left_shoulder"), raised("right_shoulder")), 1.21f);
    EXPECT_LT(raised("left_knee") + raised("right_knee"), 1e-3f);
  }
}

TEST(ProceduralPeople, RefusesOptionsWithoutMeaning) {
  SynthOptions options = small();
  options.fitted_probability = -0.1;
  EXPECT_THROW(ProceduralPeople(Skeleton::human(), options), Error);
  options = small();
  options.motion_probability = 1.5;  // without motions 0.5, the default, is no error
  EXPECT_THROW(ProceduralPeople(Skeleton::human(), options), Error);
  options = small();
  options.occluder_probability = 1.5;
  EXPECT_THROW(ProceduralPeople(Skeleton::human(), options), Error);
  options = small();
  options.smallest_extent = 2;
  EXPECT_THROW(ProceduralPeople(Skeleton::human(), options), Error);
  options = small();
  options.image_size = 4;
  EXPECT_THROW(ProceduralPeople(Skeleton::human(), options), Error);
  options = small();
  options.backgrounds = {nullptr};
  EXPECT_THROW(ProceduralPeople(Skeleton::human(), options), Error);
}

}  // namespace
}  // namespace limn
