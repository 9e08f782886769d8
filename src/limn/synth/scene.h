// Where the person is and how it is seen: camera, things around and in front.
#pragma once

#include "limn/base/random.h"
#include "limn/synth/options.h"
#include "limn/synth/renderer.h"

namespace limn {

/// Objects of a scene's mesh (Mesh::triangle_object).
enum SceneObject : uint16_t { object_person = 0, object_other_person = 1, object_thing = 2 };

/// A camera that frames the joints (world, metres). `heading`: where the person faces, radians about y (0: +z).
PlacedCamera place_camera(const std::vector<Vec3>& joints, float heading, const CameraOptions& options, int image_size,
                          Random& random);

/// One to `most` boxes, bars and balls around the person, never between it and the camera.
void add_clutter(const Vec3& person, const PlacedCamera& view, int most, Random& random, Mesh& mesh,
                 std::vector<Material>& materials);
/// One (of 70 %) to `most` things between the camera and some joints.
void add_occluders(const std::vector<Vec3>& joints, const PlacedCamera& view, int most, Random& random, Mesh& mesh,
                   std::vector<Material>& materials);

}  // namespace limn
