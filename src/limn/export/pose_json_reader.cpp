#include "limn/export/pose_json_reader.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/export/joint_places.h"

namespace limn {
namespace {

using Json = nlohmann::json;

constexpr int deepest = 8;                    // {frames: [{person: {joints_px: [[x, y]]}}]} needs 6
constexpr double largest = 1e9;               // of any number: beyond, arithmetic with floats gives infinities
constexpr float rotation_tolerance = 1e-3f;   // of a quaternion's length
constexpr float rest_pose_tolerance = 1e-3f;  // metres

/// The document while it is read: frames may stand before the header that says which joint is which.
class Reader {
 public:
  Reader(const Skeleton& skeleton, const std::string& where) : skeleton_(skeleton), where_(where) {}

  PoseDocument read(std::string_view text) {
    const Json rest = Json::parse(text, [this](int depth, Json::parse_event_t event, Json& value) {
      if (depth > deepest) fail("the file is nested too deeply");
      if (event == Json::parse_event_t::key && depth == 1) in_frames_ = value == "frames";
      if (!in_frames_ || event != Json::parse_event_t::object_end || depth != 2) return true;
      read_frame(value);
      return false;
    });
    if (!rest.is_object() || !rest.contains("header") || !rest.contains("frames")) fail("no header or no frames");
    read_header(rest.at("header"));
    for (PoseFrame& frame : document_.frames)
      for (PosePerson& person : frame.people) put_in_order(person);
    return std::move(document_);
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorKind::input, "damaged poses: " + what,
                in_frames_ ? where_ + ", frame " + std::to_string(document_.frames.size()) + " of the list" : where_,
                "write it again with limn predict --format json");
  }

 private:
  void read_header(const Json& header) {
    in_frames_ = false;
    if (header.at("format") != "limn.poses" || (header.at("version") != 1 && header.at("version") != 2))
      throw Error(ErrorKind::input, "not a poses.json of this version of Limn", where_,
                  "write it again with limn predict --format json");
    document_.model = header.value("model", std::string());
    document_.frame_rate = real(header.at("frame_rate"));
    if (document_.frame_rate < 0) fail("a negative frame rate");
    document_.smoothed = header.value("smoothed", false);
    const Json& described = header.at("skeleton");
    const auto names = described.at("joints").get<std::vector<std::string>>();
    const auto parents = described.at("parents").get<std::vector<int>>();
    const std::vector<Vec3> offsets = vectors<3>(described.at("rest_offsets"), names.size());
    if (parents.size() != names.size()) fail("not one parent a joint");
    place_ = joint_places(skeleton_, names, where_);
    for (size_t j = 0; j < place_.size(); ++j) {
      const Joint& joint = skeleton_.joints()[j];
      const size_t at = place_[j];
      const auto same_parent = [&] {
        if (joint.parent < 0) return parents[at] < 0;
        return parents[at] >= 0 && parents[at] < static_cast<int>(names.size()) &&
               names[static_cast<size_t>(parents[at])] == skeleton_.joints()[joint.parent].name;
      };
      if (!same_parent() || (offsets[at] - joint.rest_offset).norm() > rest_pose_tolerance)
        refuse_skeleton(skeleton_, joint.name, where_);
    }
    given_ = names.size();
  }

  void read_frame(const Json& json) {
    PoseFrame frame;
    frame.file = json.at("file").get<std::string>();
    frame.frame = json.at("frame").get<int64_t>();
    frame.seconds = real(json.at("seconds"));
    frame.width = json.at("width").get<int>();
    frame.height = json.at("height").get<int>();
    if (frame.width <= 0 || frame.height <= 0 || frame.frame < 0) fail("a size or number that cannot be");
    read_people(json, frame);
    document_.frames.push_back(std::move(frame));
  }

  /// Version 1 holds one person or null, version 2 a list of people with numbers.
  void read_people(const Json& json, PoseFrame& frame) const {
    if (json.contains("person")) {
      if (!json["person"].is_null()) frame.add(1, read_person(json["person"]));
      return;
    }
    int last = 0;
    for (const Json& person : json.at("people")) {
      const int id = person.at("id").get<int>();
      if (id <= last) fail("the people's numbers do not rise from 1");
      frame.add(last = id, read_person(person));
    }
  }

  PoseEstimate read_person(const Json& json) const {
    PoseEstimate person;
    person.score = number(json.at("score"));
    person.joints_px = vectors<2>(json.at("joints_px"), {});
    const size_t count = person.joints_px.size();
    person.confidence = numbers(json.at("confidence"), count);
    person.kinematics.positions = vectors<3>(json.at("positions"), count);
    person.pose.rotations = rotations(json.at("local_rotations"), count);
    person.kinematics.global_rotations = rotations(json.at("global_rotations"), count);
    person.pose.bone_scales = numbers(json.at("bone_lengths"), count);  // lengths, until put_in_order()
    const Json& camera = json.at("camera");
    person.camera.root_uv = vector<2>(camera.at("root_px"));
    person.camera.scale = number(camera.at("px_per_metre"));
    return person;
  }

  void put_in_order(PoseEstimate& person) const {
    if (person.joints_px.size() != given_) fail("a list has not one item a joint");
    const auto sort = [&](auto& values) { values = in_order(place_, values); };
    sort(person.joints_px), sort(person.confidence), sort(person.pose.rotations), sort(person.pose.bone_scales);
    sort(person.kinematics.positions), sort(person.kinematics.global_rotations);
    for (size_t j = 0; j < place_.size(); ++j) {
      const Joint& joint = skeleton_.joints()[j];
      float& length = person.pose.bone_scales[j];
      length = joint.parent < 0 ? 1 : length / joint.rest_offset.norm();
    }
  }

  double real(const Json& json) const {
    const auto value = json.get<double>();
    if (!(std::abs(value) <= largest)) fail("a number is not finite");
    return value;
  }
  float number(const Json& json) const { return static_cast<float>(real(json)); }
  std::vector<float> numbers(const Json& list, std::optional<size_t> count) const {
    if (!list.is_array() || (count && list.size() != *count)) fail("a list has not one item a joint");
    std::vector<float> result;
    for (const Json& item : list) result.push_back(number(item));
    return result;
  }
  template <int n>
  Eigen::Matrix<float, n, 1> vector(const Json& list) const {
    if (!list.is_array() || list.size() != n) fail("a vector has not " + std::to_string(n) + " numbers");
    Eigen::Matrix<float, n, 1> result;
    for (int k = 0; k < n; ++k) result[k] = number(list[static_cast<size_t>(k)]);
    return result;
  }
  template <int n>
  std::vector<Eigen::Matrix<float, n, 1>> vectors(const Json& list, std::optional<size_t> count) const {
    if (!list.is_array() || (count && list.size() != *count)) fail("a list has not one item a joint");
    std::vector<Eigen::Matrix<float, n, 1>> result;
    for (const Json& item : list) result.push_back(vector<n>(item));
    return result;
  }
  std::vector<Mat3> rotations(const Json& list, size_t count) const {
    std::vector<Mat3> result;
    for (const Eigen::Vector4f& q : vectors<4>(list, count)) {
      if (std::abs(q.norm() - 1) > rotation_tolerance) fail("a rotation is no unit quaternion");
      result.push_back(rotation_from_quaternion(q));
    }
    return result;
  }

  const Skeleton& skeleton_;
  const std::string& where_;
  PoseDocument document_;
  bool in_frames_ = false;
  size_t given_ = 0;           ///< joints in the file
  std::vector<size_t> place_;  ///< [J] of the skeleton's joints in the file
};

}  // namespace

PoseDocument parse_pose_json(const Skeleton& skeleton, std::string_view text, const std::string& where) {
  Reader reader(skeleton, where);
  try {
    return reader.read(text);
  } catch (const Json::exception& error) {
    reader.fail(error.what());
  }
}

PoseDocument read_pose_json(const Skeleton& skeleton, const std::filesystem::path& path) {
  return parse_pose_json(skeleton, read_file(path), path.string());
}

}  // namespace limn
