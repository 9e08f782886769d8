#include "limn/export/csv.h"

#include <cstdio>

#include "limn/export/number.h"

namespace limn {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

}  // namespace

std::string pose_csv(const Skeleton& skeleton, const PoseDocument& document) {
  std::string text = "file,frame,seconds,person,joint,x_px,y_px,confidence,x_m,y_m,z_m,qw,qx,qy,qz,width,height,score,"
                     "root_x_px,root_y_px,px_per_metre\n";
  char number[40];
  const auto add = [&](double value, int decimals) {
    std::snprintf(number, sizeof number, ",%.10g", rounded(value, decimals));
    text += number;
  };
  for (const PoseFrame& frame : document.frames) {
    for (const PosePerson& person : frame.people)
      for (int j = 0; j < skeleton.joint_count(); ++j) {
        text += quoted(frame.file) + "," + std::to_string(frame.frame);
        add(frame.seconds, 6);
        text += "," + std::to_string(person.id) + "," + skeleton.joints()[j].name;
        for (int k = 0; k < 2; ++k) add(person.joints_px[j][k], 3);
        add(person.confidence[j], 4);
        for (int k = 0; k < 3; ++k) add(person.kinematics.positions[j][k], 5);
        const Eigen::Vector4f quaternion = quaternion_from_rotation(person.pose.rotations[j]);
        for (int k = 0; k < 4; ++k) add(quaternion[k], 6);
        text += "," + std::to_string(frame.width) + "," + std::to_string(frame.height);
        add(person.score, 4);
        for (int k = 0; k < 2; ++k) add(person.camera.root_uv[k], 3);
        add(person.camera.scale, 4);
        text += "\n";
      }
  }
  return text;
}

}  // namespace limn
