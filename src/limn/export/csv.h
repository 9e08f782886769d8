// Predictions as a table: a line for each joint of each person of each frame, for spreadsheets, pandas and R.
#pragma once

#include <string>

#include "limn/export/pose_json.h"

namespace limn {

/// file,frame,seconds,person,joint,x_px,y_px,confidence,x_m,y_m,z_m,qw,qx,qy,qz. Conventions as poses.json: metres relative to
/// the root, x right, y down, z away from the camera; person is their number, q the joint's local rotation. Frames without a
/// person have no lines. Names with commas, quotes or line breaks are quoted (RFC 4180). Error(model) for numbers that are not finite.
std::string pose_csv(const Skeleton& skeleton, const PoseDocument& document);

}  // namespace limn
