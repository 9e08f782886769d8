// L_consistency: the cycle agrees with itself on unlabelled frames.
#pragma once

#include <torch/types.h>

#include <string>

#include "limn/cycle/ranks.h"

namespace limn {

/// Skeleton image y against its redrawing y^ [B C H W]. `fixed` says which side is held: "drawing" (y learns),
/// "image" (the pose learns) or "none".
torch::Tensor image_consistency_loss(const torch::Tensor& skeleton_image, const torch::Tensor& drawing,
                                     const std::string& fixed);

/// 2D pose against its reprojection [B K 2] crop units, weighted by confidence [B K] (detached). The same choices:
/// "drawing" holds the reprojection, "image" the 2D pose. `ranks` as in keypoint_loss.
torch::Tensor pose_consistency_loss(const torch::Tensor& pose2d, const torch::Tensor& reprojected,
                                    const torch::Tensor& confidence, const std::string& fixed, Ranks* ranks = nullptr);

}  // namespace limn
