// A video as stretches of one camera, cut by cut, in bounded memory.
#pragma once

#include <functional>

#include "limn/data/pack_sources.h"
#include "limn/data/pack_stretch.h"

namespace limn {

/// Where the stretches go; `first_frame` counts the frames of the piece that were looked at before this stretch.
/// `source_scale`: source pixels a pixel of the frames.
using StretchTaker = std::function<void(const Stretch& stretch, long long first_frame, double source_scale)>;

/// Reads about settings.frames_per_second frames a second of a piece of a video; a stretch ends at a cut, which is a
/// large change of the whole picture at once, and after settings.stretch_s. At most one stretch is in memory. Calls
/// `step` for each frame looked at. Error(input) as VideoReader.
void read_stretches(const FootagePiece& piece, const PackSettings& settings, const StretchTaker& take,
                    const std::function<void()>& step);

}  // namespace limn
