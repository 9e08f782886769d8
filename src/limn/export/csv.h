// Predictions as a table: a line for each joint of each person of each frame, for spreadsheets, pandas and R.
#pragma once

#include <string>

#include "limn/export/pose_json.h"

namespace limn {

/// file,frame,seconds,person,joint,x_px,y_px,confidence,x_m,y_m,z_m,qw,qx,qy,qz,width,height,score,root_x_px,root_y_px,
/// px_per_metre. Conventions as poses.json: metres relative to the root, x right, y down, z away from the camera; person is
/// their number, q the joint's local rotation. What follows q is the same for all joints: the picture's size, the person's
/// score and camera. Frames without a person have no lines. csv_reader.h reads it back. Names with commas, quotes or line breaks are quoted (RFC 4180). Error(model) for numbers that are not finite.
std::string pose_csv(const Skeleton& skeleton, const PoseDocument& document);

}  // namespace limn
