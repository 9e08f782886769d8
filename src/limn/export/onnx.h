// The pose path (stages 1 to 3) as one ONNX file, for onnxruntime, OpenCV DNN, TensorRT and browsers.
#pragma once

#include <string>

#include "limn/network/model_file.h"

namespace limn {

/// Opset 11. Input "image" [N 3 S S], RGB in [0, 1], of a crop around the person (S is the model's image size).
/// Outputs:
///   keypoints [N J 2]        crop units: the crop spans [-1, 1], x right, y down
///   confidence [N J]
///   positions [N J 3]        metres relative to the root; x right, y down, z away from the camera
///   rotations [N J 3 3]      parent_from_joint, away from the T-pose; the root's is frame_from_root
///   camera [N 3]             root_u, root_v, crop units a metre: keypoint = root + scale (x, y)
///   skeleton_image [N C H W] in [0, 1]
/// The operations are those that OpenCV 4.6 knows, too. Equal to Predictor within 1e-4. Error(model) as
/// ModelFile::check.
std::string onnx_bytes(const ModelFile& model);

}  // namespace limn
