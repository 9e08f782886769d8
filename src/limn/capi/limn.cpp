#include "limn/capi/limn.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>

#include "limn/base/error.h"
#include "limn/infer/predictor.h"

using limn::Crop;
using limn::Error;
using limn::ErrorKind;
using limn::Image;
using limn::Mat3;
using limn::PosePrediction;
using limn::Vec2;

struct limn_predictor {
  limn::Predictor predictor;
  std::mutex one_at_a_time;
};

namespace {

/// One person as C reads it: everything row-major and in one piece.
struct Person {
  std::vector<float> joints_px, confidence, positions, local, global, local_quaternions, global_quaternions, lengths;
  float camera[3] = {}, score = 0;
};

constexpr float box_margin = 1.3f;  // of crop_around: what the networks learnt to see

}  // namespace

struct limn_people {
  std::vector<Person> list;
};

namespace {

void tell(limn_error* error, int code, const char* message) noexcept {
  if (!error) return;
  error->code = code;
  size_t length = std::min(std::strlen(message), sizeof error->message - 1);
  if (message[length] != '\0')  // cut between characters, not within one
    while (length > 0 && (message[length] & 0xc0) == 0x80) --length;
  std::memcpy(error->message, message, length);
  error->message[length] = '\0';
}

/// Runs `work`; an exception becomes `fallback` and the text of the error.
template <class Result, class Work>
Result guarded(limn_error* error, Result fallback, const Work& work) noexcept {
  tell(error, LIMN_OK, "");
  try {
    return work();
  } catch (const Error& failure) {
    tell(error, failure.exit_code(), failure.what());
  } catch (const std::bad_alloc&) {
    tell(error, LIMN_INPUT, "out of memory; use a smaller picture");
  } catch (const std::exception& failure) {
    tell(error, LIMN_INPUT, failure.what());
  } catch (...) {
    tell(error, LIMN_INPUT, "unknown failure");
  }
  return fallback;
}

void require_argument(bool condition, const char* what, const char* where, const char* remedy) {
  limn::require(condition, ErrorKind::usage, what, where, remedy);
}

Image image_of(const limn_picture* picture) {
  require_argument(picture && picture->rgb && picture->width > 0 && picture->height > 0, "there is no picture",
                   "limn_predict", "pass its bytes, and a width and height above 0");
  const size_t row = static_cast<size_t>(picture->width) * 3, stride = picture->stride == 0 ? row : picture->stride;
  require_argument(stride >= row, "the stride is shorter than a row", "limn_predict", "count it in bytes, or pass 0");
  Image image(picture->width, picture->height);
  for (int y = 0; y < picture->height; ++y)
    std::memcpy(image.at(0, y), picture->rgb + stride * static_cast<size_t>(y), row);
  return image;
}

std::optional<Crop> crop_of(const limn::Predictor& predictor, const Image& image, int where, const limn_box* box) {
  if (where == LIMN_SEARCH) return predictor.find_person(image);
  if (where == LIMN_WHOLE)
    return Crop{Vec2(image.width / 2.0f, image.height / 2.0f), static_cast<float>(std::max(image.width, image.height))};
  require_argument(where == LIMN_BOX, "unknown place to look", "limn_predict",
                   "pass LIMN_SEARCH, LIMN_WHOLE or LIMN_BOX");
  const auto usable = [](float value) { return std::isfinite(value) && std::abs(value) < 1e6f; };
  require_argument(box && usable(box->x) && usable(box->y) && usable(box->width) && usable(box->height) &&
                       box->width > 0 && box->height > 0,
                   "the box is none", "limn_predict", "pass four numbers in pixels, the last two above 0");
  return Crop{Vec2(box->x + box->width / 2, box->y + box->height / 2), box_margin * std::max(box->width, box->height)};
}

void append(const Mat3& rotation, std::vector<float>& matrices, std::vector<float>& quaternions) {
  for (int row = 0; row < 3; ++row)
    for (int column = 0; column < 3; ++column) matrices.push_back(rotation(row, column));
  const Eigen::Vector4f wxyz = limn::quaternion_from_rotation(rotation);
  quaternions.insert(quaternions.end(), wxyz.begin(), wxyz.end());
}

Person person_of(const limn::Skeleton& skeleton, const PosePrediction& pose) {
  Person person;
  person.confidence = pose.confidence;
  person.score = pose.score;
  person.camera[0] = pose.camera.root_uv.x(), person.camera[1] = pose.camera.root_uv.y();
  person.camera[2] = pose.camera.scale;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const limn::Joint& joint = skeleton.joints()[j];
    const limn::Vec3& position = pose.kinematics.positions[j];
    person.joints_px.insert(person.joints_px.end(), pose.joints_px[j].begin(), pose.joints_px[j].end());
    person.positions.insert(person.positions.end(), position.begin(), position.end());
    append(pose.pose.rotations[j], person.local, person.local_quaternions);
    append(pose.kinematics.global_rotations[j], person.global, person.global_quaternions);
    person.lengths.push_back(joint.parent < 0 ? 0 : pose.pose.bone_scales[j] * joint.rest_offset.norm());
  }
  return person;
}

const Person* at(const limn_people* people, int person) {
  if (!people || person < 0 || person >= static_cast<int>(people->list.size())) return nullptr;
  return &people->list[static_cast<size_t>(person)];
}

const float* values(const limn_people* people, int person, std::vector<float> Person::*list) {
  const Person* const found = at(people, person);
  return found ? (found->*list).data() : nullptr;
}

const limn::Joint* joint_at(const limn_predictor* predictor, int joint) {
  if (!predictor || joint < 0 || joint >= predictor->predictor.skeleton().joint_count()) return nullptr;
  return &predictor->predictor.skeleton().joints()[static_cast<size_t>(joint)];
}

}  // namespace

const char* limn_version(void) { return LIMN_VERSION; }

limn_predictor* limn_load(const char* model_path, int flags, limn_error* error) {
  return guarded<limn_predictor*>(error, nullptr, [&] {
    require_argument(model_path != nullptr, "no path of a model", "limn_load", "name a weight file");
    require_argument((flags & ~LIMN_MIRROR) == 0, "unknown flag", "limn_load", "pass 0 or LIMN_MIRROR");
    return new limn_predictor{limn::Predictor::load(model_path, {.mirror = (flags & LIMN_MIRROR) != 0}), {}};
  });
}

void limn_free(limn_predictor* predictor) { delete predictor; }

int limn_joint_count(const limn_predictor* predictor) {
  return predictor ? predictor->predictor.skeleton().joint_count() : 0;
}

const char* limn_joint_name(const limn_predictor* predictor, int joint) {
  const limn::Joint* const found = joint_at(predictor, joint);
  return found ? found->name.c_str() : nullptr;
}

int limn_joint_parent(const limn_predictor* predictor, int joint) {
  const limn::Joint* const found = joint_at(predictor, joint);
  return found ? found->parent : -1;
}

int limn_joint_mirror(const limn_predictor* predictor, int joint) {
  const limn::Joint* const found = joint_at(predictor, joint);
  return found ? found->mirror : -1;
}

int limn_joint_index(const limn_predictor* predictor, const char* name) {
  if (!name) return -1;
  for (int j = 0; j < limn_joint_count(predictor); ++j)
    if (joint_at(predictor, j)->name == name) return j;
  return -1;
}

limn_people* limn_predict(limn_predictor* predictor, const limn_picture* picture, int where, const limn_box* box,
                          limn_error* error) {
  return guarded<limn_people*>(error, nullptr, [&] {
    require_argument(predictor != nullptr, "there is no predictor", "limn_predict", "make one with limn_load");
    const Image image = image_of(picture);
    auto people = std::make_unique<limn_people>();
    const std::lock_guard lock(predictor->one_at_a_time);
    if (const auto crop = crop_of(predictor->predictor, image, where, box))
      people->list.push_back(person_of(predictor->predictor.skeleton(), predictor->predictor.predict(image, *crop)));
    return people.release();
  });
}

void limn_people_free(limn_people* people) { delete people; }

int limn_people_count(const limn_people* people) { return people ? static_cast<int>(people->list.size()) : 0; }

const float* limn_joints_px(const limn_people* people, int person) {
  return values(people, person, &Person::joints_px);
}
const float* limn_confidence(const limn_people* people, int person) {
  return values(people, person, &Person::confidence);
}
const float* limn_positions(const limn_people* people, int person) {
  return values(people, person, &Person::positions);
}
const float* limn_local_rotations(const limn_people* people, int person) {
  return values(people, person, &Person::local);
}
const float* limn_global_rotations(const limn_people* people, int person) {
  return values(people, person, &Person::global);
}
const float* limn_local_quaternions(const limn_people* people, int person) {
  return values(people, person, &Person::local_quaternions);
}
const float* limn_global_quaternions(const limn_people* people, int person) {
  return values(people, person, &Person::global_quaternions);
}
const float* limn_bone_lengths(const limn_people* people, int person) {
  return values(people, person, &Person::lengths);
}
const float* limn_camera(const limn_people* people, int person) {
  const Person* const found = at(people, person);
  return found ? found->camera : nullptr;
}
float limn_score(const limn_people* people, int person) {
  const Person* const found = at(people, person);
  return found ? found->score : 0;
}
