#include "limn/losses/consistency.h"

#include <torch/torch.h>

#include "limn/losses/keypoints.h"
#include "limn/losses/skeleton_image.h"

namespace limn {

torch::Tensor image_consistency_loss(const torch::Tensor& skeleton_image, const torch::Tensor& drawing,
                                     const std::string& fixed) {
  return skeleton_image_distance(fixed == "image" ? skeleton_image.detach() : skeleton_image,
                                 fixed == "drawing" ? drawing.detach() : drawing);
}

torch::Tensor pose_consistency_loss(const torch::Tensor& pose2d, const torch::Tensor& reprojected,
                                    const torch::Tensor& confidence, const std::string& fixed, Ranks* ranks) {
  return keypoint_loss(fixed == "image" ? pose2d.detach() : pose2d,
                       fixed == "drawing" ? reprojected.detach() : reprojected, confidence.detach(), ranks);
}

}  // namespace limn
