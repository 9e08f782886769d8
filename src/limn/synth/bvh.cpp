#include "limn/synth/bvh.h"

#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <set>

#include "limn/base/error.h"
#include "limn/base/file.h"

namespace limn {
namespace {

constexpr int most_joints = 1000, most_frames = 1'000'000;
constexpr int64_t most_values = 100'000'000;

/// Words of a file with their lines.
class Words {
 public:
  Words(std::string_view text, const std::string& origin) : text_(text), origin_(&origin) {}

  /// The next word; "" at the end of the file.
  std::string_view next() {
    while (at_ < text_.size() && is_space(text_[at_])) line_ += text_[at_++] == '\n';
    word_line_ = line_;
    const size_t begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::string_view peek() {
    const Words here = *this;
    const std::string_view word = next();
    *this = here;
    return word;
  }

  /// The rest of the line, without spaces around it.
  std::string_view rest_of_line() {
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    std::string_view rest = text_.substr(begin, at_ - begin);
    while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
    while (!rest.empty() && is_space(rest.back())) rest.remove_suffix(1);
    return rest;
  }

  void expect(std::string_view keyword) {
    const std::string_view word = next();
    if (word != keyword) refuse(std::string(keyword) + " expected" + found(word));
  }

  double number(const char* what) {
    const std::string_view word = next();
    double value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size())
      refuse(std::string(what) + " expected, a number" + found(word));
    if (!std::isfinite(value) || std::abs(value) > 1e9) refuse(std::string(what) + " is not a finite number");
    return value;
  }

  int count(const char* what, int low, int high) {
    const double value = number(what);
    if (value != std::floor(value) || value < low || value > high)
      refuse(std::string(what) + " is not a whole number of " + std::to_string(low) + " ... " + std::to_string(high));
    return static_cast<int>(value);
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorKind::input, what, *origin_ + ":" + std::to_string(word_line_),
                "export the motion again as BVH: this file is damaged or no BVH file");
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
  static std::string found(std::string_view word) {
    return word.empty() ? ", but the file ends" : ", not \"" + std::string(word.substr(0, 40)) + "\"";
  }

  std::string_view text_;
  const std::string* origin_;
  size_t at_ = 0;
  int line_ = 1, word_line_ = 1;
};

Vec3 read_offset(Words& words) {
  Vec3 offset;
  for (int axis = 0; axis < 3; ++axis) offset[axis] = static_cast<float>(words.number("OFFSET"));
  return offset;
}

std::vector<BvhChannel> read_channels(Words& words) {
  static constexpr std::array<std::string_view, 6> names = {"Xposition", "Yposition", "Zposition",
                                                            "Xrotation", "Yrotation", "Zrotation"};
  const int count = words.count("count of channels", 0, 6);
  std::vector<BvhChannel> channels;
  for (int i = 0; i < count; ++i) {
    const std::string_view word = words.next();
    size_t kind = 0;
    while (kind < names.size() && names[kind] != word) ++kind;
    if (kind == names.size())
      words.refuse("CHANNELS lists " + std::to_string(i) + " channels where its count says " + std::to_string(count));
    for (const BvhChannel before : channels)
      if (before == static_cast<BvhChannel>(kind)) words.refuse(std::string(word) + " is listed twice");
    channels.push_back(static_cast<BvhChannel>(kind));
  }
  return channels;
}

/// HIERARCHY: a stack of open joints instead of recursion, so that no file can exhaust the call stack.
void read_hierarchy(Words& words, Bvh& bvh) {
  words.expect("HIERARCHY");
  words.expect("ROOT");
  std::vector<int> open;
  std::set<std::string> names;
  const auto begin_joint = [&] {
    BvhJoint joint;
    joint.name = words.rest_of_line();
    if (joint.name.empty() || joint.name == "{") words.refuse("joint without a name");
    if (!names.insert(joint.name).second) words.refuse("two joints are named \"" + joint.name + "\"");
    joint.parent = open.empty() ? -1 : open.back();
    words.expect("{");
    words.expect("OFFSET");
    joint.offset = read_offset(words);
    words.expect("CHANNELS");
    joint.channels = read_channels(words);
    joint.first_value = bvh.channels;
    bvh.channels += static_cast<int>(joint.channels.size());
    open.push_back(static_cast<int>(bvh.joints.size()));
    bvh.joints.push_back(std::move(joint));
    if (bvh.joints.size() > most_joints) words.refuse("more than " + std::to_string(most_joints) + " joints");
  };
  begin_joint();
  while (!open.empty()) {
    const std::string_view word = words.next();
    if (word == "}") {
      open.pop_back();
    } else if (word == "JOINT") {
      begin_joint();
    } else if (word == "End") {
      words.expect("Site");
      words.expect("{");
      words.expect("OFFSET");
      bvh.joints[open.back()].end_site = read_offset(words);
      words.expect("}");
    } else {
      words.refuse(word.empty() ? "a brace is not closed"
                                : "JOINT, End Site or } expected, not \"" + std::string(word.substr(0, 40)) + "\"");
    }
  }
}

void read_motion(Words& words, Bvh& bvh) {
  words.expect("MOTION");
  words.expect("Frames:");
  bvh.frames = words.count("count of frames", 1, most_frames);
  words.expect("Frame");
  words.expect("Time:");
  bvh.frame_time_s = words.number("frame time");
  if (bvh.frame_time_s <= 0 || bvh.frame_time_s > 100) words.refuse("frame time is outside 0 ... 100 s");
  if (bvh.channels == 0) words.refuse("no joint has channels");
  if (static_cast<int64_t>(bvh.frames) * bvh.channels > most_values) words.refuse("absurd count of values");
  std::vector<bool> is_angle;
  for (const BvhJoint& joint : bvh.joints)
    for (const BvhChannel channel : joint.channels) is_angle.push_back(channel >= BvhChannel::x_rotation);
  for (int frame = 0; frame < bvh.frames; ++frame) {
    for (int channel = 0; channel < bvh.channels; ++channel) {
      if (words.peek().empty())
        words.refuse("the file ends in frame " + std::to_string(frame) + " of " + std::to_string(bvh.frames));
      const double value = words.number("channel value");
      bvh.values.push_back(static_cast<float>(is_angle[channel] ? value * std::numbers::pi / 180 : value));
    }
  }
  if (!words.next().empty()) words.refuse("more values than " + std::to_string(bvh.frames) + " frames hold");
}

}  // namespace

int Bvh::find(std::string_view name) const {
  for (size_t i = 0; i < joints.size(); ++i)
    if (joints[i].name == name) return static_cast<int>(i);
  return -1;
}

Bvh parse_bvh(std::string_view text, const std::string& origin) {
  Bvh bvh;
  bvh.origin = origin;
  Words words(text, origin);
  read_hierarchy(words, bvh);
  read_motion(words, bvh);
  return bvh;
}

Bvh read_bvh(const std::filesystem::path& path) { return parse_bvh(read_file(path), path.string()); }

BvhFrame bvh_frame(const Bvh& bvh, int frame) {
  BvhFrame result;
  const float* row = bvh.values.data() + static_cast<size_t>(frame) * bvh.channels;
  for (const BvhJoint& joint : bvh.joints) {
    Vec3 offset = joint.offset;
    Mat3 local = Mat3::Identity();
    for (size_t i = 0; i < joint.channels.size(); ++i) {
      const float value = row[joint.first_value + static_cast<int>(i)];
      const int kind = static_cast<int>(joint.channels[i]);
      if (kind < 3)
        offset[kind] = value;
      else
        local = local * Eigen::AngleAxisf(value, Vec3::Unit(kind - 3)).toRotationMatrix();
    }
    const bool root = joint.parent < 0;
    const Mat3 parent = root ? Mat3(Mat3::Identity()) : result.world_rotations[joint.parent];
    result.positions.push_back(root ? offset : Vec3(result.positions[joint.parent] + parent * offset));
    result.world_rotations.push_back(parent * local);
  }
  return result;
}

}  // namespace limn
