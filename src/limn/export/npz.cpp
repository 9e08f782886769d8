#include "limn/export/npz.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

#include "limn/base/error.h"
#include "limn/base/utf8.h"

namespace limn {
namespace {

/// One array in NumPy's format, version 1.0.
std::string npy(const std::string& type, const std::vector<size_t>& shape, const void* data, size_t bytes) {
  std::string extents;
  for (const size_t extent : shape) extents += std::to_string(extent) + ",";
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + extents + "), }";
  constexpr size_t preamble = 10, alignment = 64;
  header.append(alignment - (preamble + header.size() + 1) % alignment, ' ');
  header += '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  return file + header + std::string(static_cast<const char*>(data), bytes);
}

template <class T>
std::string npy(const std::string& type, const std::vector<size_t>& shape, const std::vector<T>& values) {
  return npy(type, shape, values.data(), values.size() * sizeof(T));
}

/// Text as fixed-width UCS-4.
std::string npy_text(const std::vector<std::string>& values, bool alone = false) {
  std::vector<std::vector<uint32_t>> texts;
  size_t width = 1;
  for (const std::string& value : values) {
    texts.push_back(letters_of_utf8(value));
    width = std::max(width, texts.back().size());
  }
  std::vector<uint32_t> letters(width * values.size(), 0);
  for (size_t i = 0; i < texts.size(); ++i) std::copy(texts[i].begin(), texts[i].end(), letters.data() + i * width);
  return npy("<U" + std::to_string(width), alone ? std::vector<size_t>{} : std::vector{values.size()}, letters);
}

/// A zip archive in memory, its files stored as they are.
class Zip {
 public:
  Zip() : bytes_(std::make_unique<std::string>()), archive_(archive_write_new(), &archive_write_free) {
    check(archive_ && archive_write_set_format_zip(archive_.get()) == ARCHIVE_OK &&
          archive_write_set_options(archive_.get(), "zip:compression=store") == ARCHIVE_OK &&
          archive_write_set_bytes_in_last_block(archive_.get(), 1) == ARCHIVE_OK &&
          archive_write_open(archive_.get(), bytes_.get(), nullptr, &Zip::take, nullptr) == ARCHIVE_OK);
  }
  void add(const std::string& name, const std::string& content) {
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(), &archive_entry_free);
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    check(archive_write_header(archive_.get(), entry.get()) == ARCHIVE_OK);
    check(archive_write_data(archive_.get(), content.data(), content.size()) ==
          static_cast<la_ssize_t>(content.size()));
  }
  std::string close() {
    check(archive_write_close(archive_.get()) == ARCHIVE_OK);
    return std::move(*bytes_);
  }

 private:
  static la_ssize_t take(archive*, void* self, const void* data, size_t size) {
    static_cast<std::string*>(self)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  }
  void check(bool good) const {
    if (good) return;
    const char* const text = archive_ ? archive_error_string(archive_.get()) : nullptr;
    throw Error(ErrorKind::input, std::string("cannot make the archive") + (text ? std::string(": ") + text : ""),
                "npz", "leave npz out of --format");
  }
  std::unique_ptr<std::string> bytes_;  ///< outlives the archive, which may write while it is freed
  std::unique_ptr<archive, decltype(&archive_write_free)> archive_;
};

/// [T P ...] float32, NaN until set.
struct Frames {
  std::vector<size_t> shape;
  std::vector<float> values;

  Frames(size_t count, size_t people, const std::vector<size_t>& inner) : shape{count, people} {
    size_t size = count * people;
    for (const size_t extent : inner) size *= extent, shape.push_back(extent);
    values.assign(size, std::numeric_limits<float>::quiet_NaN());
  }
  /// `row`: frame * P + person.
  float* at(size_t row) { return values.data() + row * (values.size() / (shape[0] * shape[1])); }
  std::string file() const { return npy("<f4", shape, values); }
};

template <class Vectors>
void copy_rows(const Vectors& rows, float* to) {
  for (const auto& row : rows)
    for (int k = 0; k < row.size(); ++k) *to++ = row[k];
}

std::vector<Eigen::Vector4f> quaternions(const std::vector<Mat3>& rotations) {
  std::vector<Eigen::Vector4f> result;
  for (const Mat3& rotation : rotations) result.push_back(quaternion_from_rotation(rotation));
  return result;
}

}  // namespace

std::string pose_npz(const Skeleton& skeleton, const PoseDocument& document) {
  const std::vector<int> people = people_of(document);
  const size_t count = document.frames.size(), joints = skeleton.joints().size(), crowd = people.size();
  Frames px(count, crowd, {joints, 2}), confidence(count, crowd, {joints}), positions(count, crowd, {joints, 3}),
      local(count, crowd, {joints, 4}), global(count, crowd, {joints, 4}), lengths(count, crowd, {joints}),
      camera(count, crowd, {3}), score(count, crowd, {});
  std::vector<std::string> files, names;
  std::vector<int64_t> numbers, parents;
  std::vector<double> seconds, sizes;
  std::vector<uint8_t> found(count * crowd, 0);
  for (const Joint& joint : skeleton.joints()) names.push_back(joint.name), parents.push_back(joint.parent);
  for (size_t t = 0; t < count; ++t) {
    const PoseFrame& frame = document.frames[t];
    files.push_back(frame.file);
    numbers.push_back(frame.frame);
    seconds.push_back(frame.seconds);
    sizes.insert(sizes.end(), {static_cast<double>(frame.width), static_cast<double>(frame.height)});
    for (const PosePerson& person : frame.people) {
      const auto place = std::lower_bound(people.begin(), people.end(), person.id) - people.begin();
      const size_t row = t * crowd + static_cast<size_t>(place);
      found[row] = 1;
      copy_rows(person.joints_px, px.at(row));
      std::copy(person.confidence.begin(), person.confidence.end(), confidence.at(row));
      copy_rows(person.kinematics.positions, positions.at(row));
      copy_rows(quaternions(person.pose.rotations), local.at(row));
      copy_rows(quaternions(person.kinematics.global_rotations), global.at(row));
      for (size_t j = 0; j < joints; ++j)
        lengths.at(row)[j] = parents[j] < 0 ? 0 : person.pose.bone_scales[j] * skeleton.joints()[j].rest_offset.norm();
      copy_rows(std::vector<Vec3>{{person.camera.root_uv.x(), person.camera.root_uv.y(), person.camera.scale}},
                camera.at(row));
      *score.at(row) = person.score;
    }
  }
  Zip zip;
  zip.add("file.npy", npy_text(files));
  zip.add("joint.npy", npy_text(names));
  zip.add("parent.npy", npy("<i8", {joints}, parents));
  zip.add("frame.npy", npy("<i8", {count}, numbers));
  zip.add("seconds.npy", npy("<f8", {count}, seconds));
  zip.add("size_px.npy", npy("<f8", {count, 2}, sizes));
  zip.add("frame_rate.npy", npy("<f8", {}, std::vector{document.frame_rate}));
  zip.add("model.npy", npy_text({document.model}, true));
  zip.add("smoothed.npy", npy("|b1", {}, std::vector<uint8_t>{document.smoothed}));
  zip.add("person.npy", npy("<i8", {crowd}, std::vector<int64_t>(people.begin(), people.end())));
  zip.add("found.npy", npy("|b1", {count, crowd}, found));
  zip.add("joints_px.npy", px.file());
  zip.add("confidence.npy", confidence.file());
  zip.add("positions.npy", positions.file());
  zip.add("local_rotations.npy", local.file());
  zip.add("global_rotations.npy", global.file());
  zip.add("bone_lengths.npy", lengths.file());
  zip.add("camera.npy", camera.file());
  zip.add("score.npy", score.file());
  return zip.close();
}

}  // namespace limn
