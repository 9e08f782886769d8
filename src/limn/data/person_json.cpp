#include "limn/data/person_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"

namespace limn {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* format_name = "limn.person";
constexpr int format_version = 1;
constexpr std::array<const char*, 4> occluder_names = {"none", "self", "person", "thing"};  // as the enum counts

/// The double that prints as the shortest text that reads back to the float: 0.1, not 0.10000000149011612.
double number(float value) {
  require(std::isfinite(value), ErrorKind::input, "a label is not a finite number", "label document",
          "this sample cannot be written; report its seed and index");
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  double result = 0;
  std::from_chars(text, end, result);
  return result == 0 ? 0 : result;  // no "-0.0"
}

template <class Vector>
Json vector_json(const Vector& v) {
  Json item = Json::array();
  for (int k = 0; k < v.size(); ++k) item.push_back(number(v[k]));
  return item;
}

/// Reads one document; everything that is wrong with it throws.
class Reader {
 public:
  Reader(const Skeleton& skeleton, const std::string& where) : skeleton_(skeleton), where_(where) {}

  PersonDocument read(const Json& json) {
    if (json.at("format") != format_name || json.at("version") != format_version)
      fail("the label document has another format or version");
    PersonDocument document;
    document.seed = json.at("seed").get<uint64_t>();
    document.index = json.at("index").get<uint64_t>();
    document.picture = json.at("picture").get<std::string>();
    find_joints(json.at("joints").get<std::vector<std::string>>());
    PersonView& view = document.view;
    view.camera.width = json.at("width").get<int>();
    view.camera.height = json.at("height").get<int>();
    view.camera.focal_px = json.at("camera").at("focal_px").get<float>();
    view.camera.principal_px = vector<2>(json.at("camera").at("principal_px"));
    for (const Json* item : in_order(json.at("joints_px"))) view.joints_px.push_back(vector<2>(*item));
    for (const Json* item : in_order(json.at("joints_camera"))) view.joints_camera.push_back(vector<3>(*item));
    for (const Json* item : in_order(json.at("visibility"))) view.visibility.push_back(visibility(item->get<int>()));
    for (const Json* item : in_order(json.at("occluder"))) view.occluder.push_back(occluder(item->get<std::string>()));
    for (const Json* item : in_order(json.at("local_rotations"))) {
      const Eigen::Vector4f q = vector<4>(*item);
      if (std::abs(q.norm() - 1) > 1e-3f) fail("a rotation is no unit quaternion");
      view.pose.rotations.push_back(rotation_from_quaternion(q));
    }
    const std::vector<const Json*> lengths = in_order(json.at("bone_lengths"));
    for (size_t j = 0; j < lengths.size(); ++j) {
      const Joint& joint = skeleton_.joints()[j];
      const float length = lengths[j]->get<float>();
      view.pose.bone_scales.push_back(joint.parent < 0 ? 1 : length / joint.rest_offset.norm());
      if (joint.parent < 0) view.pose.root_position = view.joints_camera[j];
    }
    return document;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorKind::input, what, where_, "make the shard again with this version of limn");
  }

  void find_joints(const std::vector<std::string>& names) {
    given_ = names.size();
    for (const Joint& joint : skeleton_.joints()) {
      const auto at = std::find(names.begin(), names.end(), joint.name);
      if (at == names.end()) fail("the label document lacks the joint \"" + joint.name + "\"");
      place_.push_back(static_cast<size_t>(at - names.begin()));
    }
  }

  /// The items of a list with one a joint, in the skeleton's order.
  std::vector<const Json*> in_order(const Json& list) const {
    if (!list.is_array() || list.size() != given_) fail("a list of the label document has not one item a joint");
    std::vector<const Json*> items;
    for (size_t place : place_) items.push_back(&list[place]);
    return items;
  }

  template <int n>
  Eigen::Matrix<float, n, 1> vector(const Json& list) const {
    if (!list.is_array() || list.size() != n) fail("a vector of the label document has another length");
    Eigen::Matrix<float, n, 1> result;
    for (int k = 0; k < n; ++k) result[k] = list[static_cast<size_t>(k)].get<float>();
    return result;
  }

  Visibility visibility(int value) const {
    if (value < 0 || value > 2) fail("a visibility is not 0, 1 or 2");
    return static_cast<Visibility>(value);
  }

  Occluder occluder(const std::string& name) const {
    const auto at = std::find(occluder_names.begin(), occluder_names.end(), name);
    if (at == occluder_names.end()) fail("unknown occluder \"" + name + "\"");
    return static_cast<Occluder>(at - occluder_names.begin());
  }

  const Skeleton& skeleton_;
  const std::string& where_;
  size_t given_ = 0;           ///< joints in the document
  std::vector<size_t> place_;  ///< [J] of the skeleton's joints in the document
};

}  // namespace

std::string person_json(const Skeleton& skeleton, const PersonDocument& document) {
  const PersonView& view = document.view;
  Json names = Json::array(), parents = Json::array(), pixels = Json::array(), visibility = Json::array(),
       occluder = Json::array(), positions = Json::array(), rotations = Json::array(), lengths = Json::array();
  for (size_t j = 0; j < skeleton.joints().size(); ++j) {
    const Joint& joint = skeleton.joints()[j];
    names.push_back(joint.name);
    parents.push_back(joint.parent);
    pixels.push_back(vector_json(view.joints_px[j]));
    visibility.push_back(static_cast<int>(view.visibility[j]));
    occluder.push_back(occluder_names[static_cast<size_t>(view.occluder[j])]);
    positions.push_back(vector_json(view.joints_camera[j]));
    rotations.push_back(vector_json(quaternion_from_rotation(view.pose.rotations[j])));
    lengths.push_back(joint.parent < 0 ? 0.0 : number(view.pose.bone_scales[j] * joint.rest_offset.norm()));
  }
  const Json json = {
      {"format", format_name},
      {"version", format_version},
      {"seed", document.seed},
      {"index", document.index},
      {"picture", document.picture},
      {"width", view.camera.width},
      {"height", view.camera.height},
      {"camera", {{"focal_px", number(view.camera.focal_px)}, {"principal_px", vector_json(view.camera.principal_px)}}},
      {"joints", names},
      {"parents", parents},
      {"joints_px", pixels},
      {"visibility", visibility},
      {"occluder", occluder},
      {"joints_camera", positions},
      {"local_rotations", rotations},
      {"bone_lengths", lengths}};
  return json.dump() + "\n";
}

PersonDocument parse_person_json(const Skeleton& skeleton, std::string_view text, const std::string& where) {
  try {
    return Reader(skeleton, where).read(Json::parse(text));
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::input, std::string("damaged label document: ") + error.what(), where,
                "make the shard again");
  }
}

}  // namespace limn
