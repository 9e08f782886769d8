#include "limn/export/csv_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>

#include "limn/base/error.h"
#include "limn/export/frame_times.h"
#include "limn/export/joint_places.h"

namespace limn {
namespace {

constexpr double largest = 1e9;              // of any number: beyond, arithmetic with floats gives infinities
constexpr float rotation_tolerance = 1e-3f;  // of a quaternion's length
constexpr size_t most_columns = 1000;
constexpr int64_t most_frames = 1'000'000;   // of a video: eleven hours
constexpr size_t most_filled = size_t{1} << 29;  // bytes of frames, each of which repeats the name of the file

enum Column : size_t {
  file, frame, seconds, person, joint, x_px, y_px, confidence, x_m, y_m, z_m, qw, qx, qy, qz, width, height, score,
  root_x_px, root_y_px, px_per_metre, columns
};
constexpr std::array<const char*, columns> names = {
    "file", "frame", "seconds", "person", "joint", "x_px",  "y_px",   "confidence", "x_m",       "y_m",       "z_m",
    "qw",   "qx",    "qy",      "qz",     "width", "height", "score", "root_x_px",  "root_y_px", "px_per_metre"};

/// The lines of a table (RFC 4180), one after the other.
class Table {
 public:
  explicit Table(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);  // as spreadsheets write it
  }
  /// False at the end.
  bool next(std::vector<std::string>& fields) {
    fields.clear();
    if (text_.empty()) return false;
    ++line_;
    for (bool more = true; more && fields.size() < most_columns;) more = read_field(fields.emplace_back());
    return true;
  }
  size_t line() const { return line_; }

 private:
  /// True where another field follows on the line.
  bool read_field(std::string& field) {
    bool quoted = text_.starts_with('"');
    size_t at = quoted ? 1 : 0;
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (quoted && c == '"') {
        if (at + 1 < text_.size() && text_[at + 1] == '"') ++at;
        else {
          quoted = false;
          continue;
        }
      } else if (!quoted && (c == ',' || c == '\n')) {
        break;
      } else if (!quoted && c == '\r') {
        continue;
      }
      field += c;
    }
    const bool more = at < text_.size() && text_[at] == ',';
    text_.remove_prefix(std::min(at + 1, text_.size()));
    return more;
  }
  std::string_view text_;
  size_t line_ = 0;
};

/// Somebody in a frame, joint by joint.
struct Partial {
  PosePerson pose;
  std::vector<bool> told;  ///< [J]
};

class Reader {
 public:
  Reader(const Skeleton& skeleton, std::string_view text, const std::string& where)
      : skeleton_(skeleton), table_(text), where_(where) {}

  PoseDocument read() {
    read_header();
    while (table_.next(fields_))
      if (fields_.size() > 1 || !fields_[0].empty()) read_line();
    PoseDocument document;
    for (auto& [key, frame] : frames_) {
      for (auto& [id, partial] : people_[key]) {
        finish(partial);
        frame.people.push_back(std::move(partial.pose));
      }
      document.frames.push_back(std::move(frame));
    }
    if (files_.size() == 1 && document.frames.size() > 1) set_in_time(document);
    return document;
  }

 private:
  using Key = std::pair<size_t, int64_t>;  ///< file, in the order of appearance, and frame

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorKind::input, "damaged poses: " + what, where_ + ", line " + std::to_string(table_.line()),
                "write it again with limn predict --format csv");
  }

  void read_header() {
    if (!table_.next(fields_)) fail("the table is empty");
    for (size_t c = 0; c < names.size(); ++c) {
      const auto at = std::find(fields_.begin(), fields_.end(), names[c]);
      if (at == fields_.end()) fail("no column " + std::string(names[c]));
      place_[c] = static_cast<size_t>(at - fields_.begin());
    }
  }

  const std::string& text(Column column) const { return fields_[place_[column]]; }
  double real(Column column) const {
    const std::string& field = text(column);
    double value = 0;
    const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (code != std::errc() || end != field.data() + field.size() || !(std::abs(value) <= largest))
      fail(std::string(names[column]) + " is no finite number: \"" + field.substr(0, 40) + "\"");
    return value;
  }
  float number(Column column) const { return static_cast<float>(real(column)); }
  int64_t whole(Column column, int64_t least) const {
    const double value = real(column);
    if (value != std::floor(value) || value < static_cast<double>(least))
      fail(std::string(names[column]) + " is no whole number from " + std::to_string(least));
    return static_cast<int64_t>(value);
  }

  void read_line() {
    if (fields_.size() <= *std::max_element(place_.begin(), place_.end())) fail("a line has too few fields");
    const size_t number_of_file = files_.try_emplace(text(file), files_.size()).first->second;
    const Key key{number_of_file, whole(frame, 0)};
    const auto [place, fresh] = frames_.try_emplace(key);
    if (fresh) {
      place->second = {text(file), key.second, real(seconds), static_cast<int>(whole(width, 1)),
                       static_cast<int>(whole(height, 1)), {}};
    }
    Partial& partial = people_[key][whole(person, 1)];
    if (partial.told.empty()) begin(partial);
    const auto& joints = skeleton_.joints();
    const auto at = std::find_if(joints.begin(), joints.end(), [&](const Joint& j) { return j.name == text(joint); });
    if (at == joints.end()) refuse_skeleton(skeleton_, text(joint), where_);
    const auto j = static_cast<size_t>(at - joints.begin());
    if (partial.told[j]) fail("joint " + text(joint) + " of one person is told twice");
    partial.told[j] = true;
    PosePerson& pose = partial.pose;
    pose.joints_px[j] = {number(x_px), number(y_px)};
    pose.confidence[j] = number(confidence);
    pose.kinematics.positions[j] = {number(x_m), number(y_m), number(z_m)};
    const Eigen::Vector4f q(number(qw), number(qx), number(qy), number(qz));
    if (std::abs(q.norm() - 1) > rotation_tolerance) fail("a rotation is no unit quaternion");
    pose.pose.rotations[j] = rotation_from_quaternion(q);
  }

  void begin(Partial& partial) {
    const size_t joints = skeleton_.joints().size();
    partial.told.assign(joints, false);
    PosePerson& pose = partial.pose;
    pose.id = static_cast<int>(whole(person, 1));
    pose.joints_px.resize(joints);
    pose.confidence.resize(joints);
    pose.kinematics.positions.resize(joints);
    pose.pose = rest_pose(skeleton_);
    pose.score = number(score);
    pose.camera = {Vec2(number(root_x_px), number(root_y_px)), number(px_per_metre)};
  }

  void finish(Partial& partial) const {
    PosePerson& pose = partial.pose;
    for (size_t j = 0; j < partial.told.size(); ++j) {
      const Joint& joint = skeleton_.joints()[j];
      if (!partial.told[j])
        throw Error(ErrorKind::input, "damaged poses: no line for joint " + joint.name, where_,
                    "write it again with limn predict --format csv");
      if (joint.parent < 0) continue;
      const auto& positions = pose.kinematics.positions;
      const float length = (positions[j] - positions[static_cast<size_t>(joint.parent)]).norm();
      pose.pose.bone_scales[j] = length / joint.rest_offset.norm();
    }
    pose.kinematics.global_rotations = forward_kinematics(skeleton_, pose.pose).global_rotations;
  }

  /// Frames of one video: the rate, and those in which nobody was.
  void set_in_time(PoseDocument& document) const {
    const std::vector<PoseFrame> seen = std::move(document.frames);
    document.frames.clear();
    int64_t step = 0;
    for (size_t i = 1; i < seen.size(); ++i) step = std::gcd(step, seen[i].frame - seen[i - 1].frame);
    const int64_t steps = (seen.back().frame - seen[0].frame) / step;
    const double lasts = seen.back().seconds - seen[0].seconds;
    if (steps > most_frames || lasts <= 0) fail("frames and seconds do not rise together");
    if (static_cast<size_t>(steps) > most_filled / (sizeof(PoseFrame) + seen[0].file.size()))
      fail("the name of the file is too long for so many frames");
    document.frame_rate = frame_rate_of(steps, lasts);
    for (const PoseFrame& frame : seen) {
      while (!document.frames.empty() && document.frames.back().frame + step < frame.frame) {
        PoseFrame empty = document.frames.back();
        empty.people.clear();
        empty.frame += step;
        empty.seconds += lasts / static_cast<double>(steps);
        document.frames.push_back(std::move(empty));
      }
      document.frames.push_back(frame);
    }
  }

  const Skeleton& skeleton_;
  Table table_;
  const std::string& where_;
  std::vector<std::string> fields_;
  std::array<size_t, columns> place_{};
  std::map<std::string, size_t> files_;
  std::map<Key, PoseFrame> frames_;
  std::map<Key, std::map<int64_t, Partial>> people_;
};

}  // namespace

bool is_pose_csv(std::string_view text) {
  const std::string_view line = text.substr(0, std::min(text.find('\n'), size_t{4096}));
  return line.find("joint") != std::string_view::npos && line.find(",x_px") != std::string_view::npos;
}

PoseDocument parse_pose_csv(const Skeleton& skeleton, std::string_view text, const std::string& where) {
  return Reader(skeleton, text, where).read();
}

}  // namespace limn
