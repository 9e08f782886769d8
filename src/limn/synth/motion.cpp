#include "limn/synth/motion.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"

namespace limn {
namespace {

struct ListedFile {
  std::string file, action;
};

std::vector<ListedFile> list_files(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  require(fs::is_directory(folder), ErrorKind::input, "no such folder of motions", folder.string(),
          "name a folder of BVH files");
  std::vector<ListedFile> files;
  const fs::path manifest = folder / "manifest.json";
  if (!fs::exists(manifest)) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".bvh") files.push_back({entry.path().filename().string(), ""});
    std::sort(files.begin(), files.end(), [](const ListedFile& a, const ListedFile& b) { return a.file < b.file; });
    return files;
  }
  try {
    for (const nlohmann::json& item : nlohmann::json::parse(read_file(manifest)))
      files.push_back({item.at("file").get<std::string>(), item.value("action", "")});
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::input, std::string("not a manifest of motions: ") + error.what(), manifest.string(),
                "write a list of objects with \"file\" and \"action\", or remove it");
  }
  return files;
}

}  // namespace

Pose Motion::at(double seconds) const {
  const double place = std::clamp(seconds * fps, 0.0, static_cast<double>(frames() - 1));
  const int before = static_cast<int>(place), after = std::min(before + 1, frames() - 1);
  const float share = static_cast<float>(place - before);
  Pose pose;
  pose.bone_scales.assign(joints, 1.0f);
  pose.rotations.reserve(joints);
  for (int j = 0; j < joints; ++j)
    pose.rotations.push_back(
        rotations[before * joints + j].slerp(share, rotations[after * joints + j]).toRotationMatrix());
  pose.root_position = (1 - share) * root_positions[before] + share * root_positions[after];
  return pose;
}

Motion mirrored(const Skeleton& skeleton, const Motion& motion) {
  Motion result = motion;
  for (int t = 0; t < motion.frames(); ++t) {
    for (int j = 0; j < motion.joints; ++j) {
      const Eigen::Quaternionf& q = motion.rotations[t * motion.joints + skeleton.joints()[j].mirror];
      // M R M with M = diag(-1, 1, 1): the axis, a pseudovector, keeps x and negates y and z.
      result.rotations[t * motion.joints + j] = Eigen::Quaternionf(q.w(), q.x(), -q.y(), -q.z());
    }
    result.root_positions[t].x() = -motion.root_positions[t].x();
  }
  return result;
}

Motion resampled(const Motion& motion, double fps, double speed) {
  require(fps > 0 && speed > 0, ErrorKind::usage, "frame rate and speed must be positive",
          std::to_string(fps) + " frames a second, speed " + std::to_string(speed), "choose 30 and 1");
  Motion result = motion;
  result.fps = fps;
  result.rotations.clear();
  result.root_positions.clear();
  // A hair more than the last frame, so that rounding does not drop it.
  const int count = 1 + static_cast<int>(motion.seconds() * fps / speed + 1e-6);
  for (int t = 0; t < count; ++t) {
    const Pose pose = motion.at(t * speed / fps);
    for (const Mat3& rotation : pose.rotations) result.rotations.emplace_back(rotation);
    result.root_positions.push_back(pose.root_position);
  }
  return result;
}

MotionLibrary::MotionLibrary(std::vector<Motion> motions) : motions_(std::move(motions)) {
  require(!motions_.empty(), ErrorKind::usage, "a library of motions without motions", "MotionLibrary",
          "pass at least one");
  for (const Motion& motion : motions_)
    require(motion.frames() > 0 && motion.fps > 0, ErrorKind::usage, "a motion without frames", motion.name,
            "leave it out");
}

MotionLibrary MotionLibrary::load(const std::filesystem::path& folder, const Skeleton& skeleton, Split split) {
  const std::vector<ListedFile> files = list_files(folder);
  std::vector<Motion> motions;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!is_motion_of(split, i, files.size())) continue;
    Motion motion = retarget(skeleton, read_bvh(folder / files[i].file));
    motion.action = files[i].action;
    motions.push_back(std::move(motion));
  }
  require(!motions.empty(), ErrorKind::input, "no motions found", folder.string(),
          "name a folder with BVH files");
  return MotionLibrary(std::move(motions));
}

int MotionLibrary::frames() const {
  int count = 0;
  for (const Motion& motion : motions_) count += motion.frames();
  return count;
}

}  // namespace limn
