// Photographs end: beside a person near their edge, a square crop shows the last pixels again, as media/resample.h
// fills it for the networks.
#pragma once

#include <array>

#include "limn/synth/options.h"
#include "limn/synth/sample.h"

namespace limn {

/// How far beyond the person the photograph goes on to the left, at the top, to the right, at the bottom; shares of the
/// picture's side, 1 where it does not end.
using PhotoEdges = std::array<float, 4>;

/// Whether the photograph ends at any side.
bool ends(const PhotoEdges& edges);

/// As options.edges says; half of the photographs that end do so to the left and right, a fifth above and below, the
/// others at one side.
PhotoEdges sample_photo_edges(const CameraOptions& options, Random& random);

/// `image` and, where it has one, `depth` (0 there) beyond the edges. Nothing of the person is lost: the photograph
/// holds all joints inside the picture and all pixels of `person_mask` [size * size].
void end_photograph(const PhotoEdges& edges, const std::vector<uint8_t>& person_mask, PersonView& view);

}  // namespace limn
