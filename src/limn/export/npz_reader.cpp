#include "limn/export/npz_reader.h"

#include <cmath>
#include <filesystem>

#include "limn/base/error.h"
#include "limn/export/frame_times.h"
#include "limn/export/joint_places.h"
#include "limn/export/npy_archive.h"

namespace limn {
namespace {

constexpr double largest = 1e9;              // of any number: beyond, arithmetic with floats gives infinities
constexpr float rotation_tolerance = 1e-3f;  // of a quaternion's length
constexpr size_t most_joints = 10'000, most_frames = 5'000'000, most_people = 100'000;

/// Numbers of the people of a document, [T P inner].
struct Rows {
  std::vector<double> values;
  size_t inner = 1;
  const double* at(size_t row) const { return values.data() + row * inner; }
};

class Reader {
 public:
  Reader(const Skeleton& skeleton, std::string_view bytes, const std::string& where)
      : skeleton_(skeleton),
        where_(where),
        arrays_(read_npz(bytes,
                         {"file", "joint", "parent", "frame", "seconds", "size_px", "person", "found", "joints_px",
                          "confidence", "positions", "local_rotations", "global_rotations", "bone_lengths", "camera",
                          "score", "frame_rate", "model", "smoothed"},
                         where)) {}

  PoseDocument read() {
    count_ = extent("frame", most_frames), joints_ = extent("joint", most_joints), people_ = extent("person", most_people);
    check_shapes();
    read_joints();
    read_frames();
    read_people();
    return std::move(document_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorKind::input, "damaged poses: " + what, where_, "write it again with limn predict --format npz");
  }
  const NpyArray& array(const std::string& name) const {
    const auto at = arrays_.find(name);
    if (at == arrays_.end()) fail("no array " + name);
    return at->second;
  }
  size_t extent(const char* name, size_t most) const {
    const NpyArray& values = array(name);
    if (values.shape().size() != 1 || values.size() > most) fail("array " + std::string(name) + " is no list of such length");
    return values.size();
  }
  /// All of them, before any is taken apart: their sizes bound each other.
  void check_shapes() const {
    const size_t t = count_, p = people_, j = joints_;
    const std::pair<const char*, std::vector<size_t>> shapes[] = {
        {"parent", {j}},           {"seconds", {t}},
        {"size_px", {t, 2}},
        {"found", {t, p}},         {"joints_px", {t, p, j, 2}},
        {"confidence", {t, p, j}}, {"positions", {t, p, j, 3}},
        {"score", {t, p}},         {"local_rotations", {t, p, j, 4}},
        {"camera", {t, p, 3}},     {"global_rotations", {t, p, j, 4}},
        {"bone_lengths", {t, p, j}}};
    for (const auto& [name, shape] : shapes)
      if (array(name).shape() != shape) fail("array " + std::string(name) + " has another shape than the others");
  }

  void read_joints() {
    const std::vector<std::string> names = array("joint").texts();
    const std::vector<double> parents = array("parent").numbers();
    place_ = joint_places(skeleton_, names, where_);
    for (size_t j = 0; j < place_.size(); ++j) {
      const int parent = skeleton_.joints()[j].parent;
      const double expected = parent < 0 ? -1 : static_cast<double>(place_[static_cast<size_t>(parent)]);
      if (parents[place_[j]] != expected) refuse_skeleton(skeleton_, skeleton_.joints()[j].name, where_);
    }
  }

  double finite(double value) const {
    if (!(std::abs(value) <= largest)) fail("a number is not finite");
    return value;
  }

  void read_frames() {
    const bool named = arrays_.count("file") > 0;
    if (named && array("file").shape() != std::vector{count_}) fail("array file has another shape than the others");
    const std::vector<std::string> files =
        named ? array("file").texts()
              : std::vector<std::string>(count_, std::filesystem::path(where_).stem().string());
    const std::vector<double> numbers = array("frame").numbers(), seconds = array("seconds").numbers(),
                              sizes = array("size_px").numbers();
    for (size_t t = 0; t < count_; ++t) {
      PoseFrame frame{files[t], static_cast<int64_t>(finite(numbers[t])), finite(seconds[t]),
                      static_cast<int>(finite(sizes[2 * t])), static_cast<int>(finite(sizes[2 * t + 1])), {}};
      if (frame.frame < 0 || frame.width <= 0 || frame.height <= 0) fail("a size or number that cannot be");
      document_.frames.push_back(std::move(frame));
    }
    if (arrays_.count("frame_rate")) document_.frame_rate = finite(alone("frame_rate"));
    else if (count_ > 1 && files[0] == files[1] && seconds.back() > seconds[0])
      document_.frame_rate = frame_rate_of(static_cast<int64_t>(count_ - 1), seconds.back() - seconds[0]);
    if (document_.frame_rate < 0) fail("a negative frame rate");
    if (arrays_.count("smoothed")) document_.smoothed = alone("smoothed") != 0;
    if (!arrays_.count("model")) return;
    if (array("model").size() != 1) fail("array model is no single name");
    document_.model = array("model").texts()[0];
  }
  double alone(const char* name) const {
    if (array(name).size() != 1) fail("array " + std::string(name) + " is no single number");
    return array(name).numbers()[0];
  }

  Rows rows(const char* name) const {
    const NpyArray& values = array(name);
    Rows rows{values.numbers(), 1};
    for (size_t i = 2; i < values.shape().size(); ++i) rows.inner *= values.shape()[i];
    return rows;
  }

  /// Rows of n numbers, one a joint of the file, as vectors of the skeleton's joints.
  template <int n>
  std::vector<Eigen::Matrix<float, n, 1>> vectors(const Rows& from, size_t row) const {
    std::vector<Eigen::Matrix<float, n, 1>> result;
    for (const size_t at : place_) {
      Eigen::Matrix<float, n, 1>& vector = result.emplace_back();
      for (int k = 0; k < n; ++k)
        vector[k] = static_cast<float>(finite(from.at(row)[n * at + static_cast<size_t>(k)]));
    }
    return result;
  }
  std::vector<float> scalars(const Rows& from, size_t row) const {
    std::vector<float> result;
    for (const size_t at : place_) result.push_back(static_cast<float>(finite(from.at(row)[at])));
    return result;
  }
  std::vector<Mat3> rotations(const Rows& from, size_t row) const {
    std::vector<Mat3> result;
    for (const Eigen::Vector4f& q : vectors<4>(from, row)) {
      if (std::abs(q.norm() - 1) > rotation_tolerance) fail("a rotation is no unit quaternion");
      result.push_back(rotation_from_quaternion(q));
    }
    return result;
  }

  void read_people() {
    const std::vector<double> ids = array("person").numbers(), found = array("found").numbers();
    for (size_t p = 0; p < people_; ++p)
      if (!(ids[p] >= 1 && ids[p] <= largest) || ids[p] != std::floor(ids[p]) || (p > 0 && ids[p] <= ids[p - 1]))
        fail("the people's numbers do not rise from 1");
    const Rows px = rows("joints_px"), confidence = rows("confidence"), positions = rows("positions"),
               local = rows("local_rotations"), global = rows("global_rotations"), lengths = rows("bone_lengths"),
               camera = rows("camera"), score = rows("score");
    for (size_t row = 0; row < count_ * people_; ++row) {
      if (found[row] == 0) continue;
      PoseEstimate person;
      person.joints_px = vectors<2>(px, row);
      person.confidence = scalars(confidence, row);
      person.kinematics.positions = vectors<3>(positions, row);
      person.pose.rotations = rotations(local, row);
      person.kinematics.global_rotations = rotations(global, row);
      person.pose.bone_scales = scalars(lengths, row);
      for (size_t j = 0; j < place_.size(); ++j) {
        const Joint& joint = skeleton_.joints()[j];
        float& length = person.pose.bone_scales[j];
        length = joint.parent < 0 ? 1 : length / joint.rest_offset.norm();
      }
      const double* c = camera.at(row);
      person.camera = {Vec2(static_cast<float>(finite(c[0])), static_cast<float>(finite(c[1]))),
                       static_cast<float>(finite(c[2]))};
      person.score = static_cast<float>(finite(*score.at(row)));
      document_.frames[row / people_].add(static_cast<int>(ids[row % people_]), std::move(person));
    }
  }

  const Skeleton& skeleton_;
  const std::string& where_;
  std::map<std::string, NpyArray> arrays_;
  size_t count_ = 0, joints_ = 0, people_ = 0;
  std::vector<size_t> place_;  ///< [J] of the skeleton's joints in the file
  PoseDocument document_;
};

}  // namespace

bool is_npz(std::string_view bytes) { return bytes.starts_with("PK\x03\x04"); }

PoseDocument parse_pose_npz(const Skeleton& skeleton, std::string_view bytes, const std::string& where) {
  return Reader(skeleton, bytes, where).read();
}

}  // namespace limn
