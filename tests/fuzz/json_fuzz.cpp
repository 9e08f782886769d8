// poses.json, COCO results, OpenPose, boxes, descriptions of networks, the labels of synthetic people. What is read of poses
// can be written again.
#include "fuzz/fuzz.h"
#include "limn/data/given_boxes.h"
#include "limn/data/person_json.h"
#include "limn/export/keypoint_json_reader.h"
#include "limn/export/openpose.h"
#include "limn/export/pose_json_reader.h"
#include "limn/network/spec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = limn::fuzz::text_of(data, size);
  const limn::Skeleton& skeleton = limn::Skeleton::human();
  limn::fuzz::read_or_refuse([&] {
    const limn::PoseDocument document = limn::parse_pose_json(skeleton, text, "fuzz");
    limn::pose_json(skeleton, document);
  });
  limn::fuzz::read_or_refuse([&] { limn::parse_coco_results(skeleton, text, "fuzz"); });
  limn::fuzz::read_or_refuse(
      [&] { limn::openpose_json(skeleton, limn::parse_openpose(skeleton, text, "clip_000000000012_keypoints.json")); });
  limn::fuzz::read_or_refuse([&] { limn::GivenBoxes::parse(std::string(text), "fuzz").of("a.jpg", 1); });
  limn::fuzz::read_or_refuse([&] { limn::parse_person_json(skeleton, text, "fuzz"); });
  limn::fuzz::read_or_refuse([&] { limn::NetworkSpec::from_json(std::string(text), "fuzz"); });
  return 0;
}
