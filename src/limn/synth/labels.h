// What is known about a rendered person: joints in the picture, what hides them, mask and depth.
#pragma once

#include "limn/synth/renderer.h"
#include "limn/synth/sample.h"

namespace limn {

/// The labels of a world pose seen by a camera; visibility says inside or outside only. Joints behind the camera are
/// projected as if they lay 1 mm in front of it, and count as outside.
PersonView labelled(const Skeleton& skeleton, const Pose& world, const PlacedCamera& view);

/// How much nearer than a joint the person's own surface may be without hiding it, metres: a joint lies inside the
/// flesh. `person_size` as Proportions::size.
float own_flesh(const Skeleton& skeleton, int joint, float person_size);

/// Marks the joints inside the picture that something hides, and what: a surface of the person's own that is nearer
/// than the joint by more than own_flesh, or any other surface that is nearer than the joint.
void mark_occluded(const Skeleton& skeleton, const Mesh& mesh, const Frame& frame, float person_size, PersonView& view);

/// [size * size] share of each pixel's samples that show object_person, 0 ... 255.
std::vector<uint8_t> person_mask(const Mesh& mesh, const Frame& frame);
/// [size * size] metres along the camera's z to the nearest of each pixel's samples; 0 where all show the backdrop.
std::vector<float> depth_map(const Frame& frame);
/// The mesh as the camera sees it; normals turn with it.
Mesh in_camera_frame(Mesh world, const PlacedCamera& view);

}  // namespace limn
