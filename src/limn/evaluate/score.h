// The scores of a report by name, and tables with one value for each.
#pragma once

#include <array>
#include <cstddef>

namespace limn {

/// Shares in [0, 1], lengths in millimetres, angles in degrees. `..._swap_oracle`: after exchanging left and right of a
/// person where that lowers the person's mean error, in 3D where it lowers the MPJPE.
enum class Score {
  pck,  ///< PCK@0.2 of the torso, left shoulder to right hip; person-centric: left is the person's own
  pck_swap_oracle,
  pck_observer,  ///< with prediction and truth renamed by what the observer sees: people of whom the right shoulder and
                 ///< hip lie further right are renamed (Eichner & Ferrari 2012)
  flip_rate,       ///< share of people for whom exchanging all left and right joints lowers the error
  flip_rate_arms,  ///< the same of shoulders, elbows and wrists alone
  flip_rate_legs,  ///< the same of hips, knees and ankles alone
  well_read,  ///< share of people read well: 70 % of the joints right by pck_swap_oracle, so whichever side they are called
  flip_rate_well_read,  ///< flip_rate among these: whose limbs are not found is flipped by chance, whatever the method
  pckh,            ///< PCKh@0.5: share of joints nearer than half the head's length (Andriluka et al. 2014)
  pckh_swap_oracle,
  percent_mse,  ///< mean distance in per cent of the crop's edge, not squared (Jakab et al. 2020)
  percent_mse_swap_oracle,
  // 3D: both poses moved to their root (the pelvis, or the middle of the hips).
  mpjpe_mm,  ///< mean distance
  mpjpe_mm_swap_oracle,
  n_mpjpe_mm,  ///< after the best scale
  n_mpjpe_mm_swap_oracle,
  pa_mpjpe_mm,  ///< after the best similarity without reflection
  pa_mpjpe_mm_swap_oracle,
  pck3d,  ///< share of joints nearer than 150 mm (Mehta et al. 2017)
  pck3d_swap_oracle,
  auc3d,  ///< mean of that share over the thresholds 0, 5 ... 150 mm
  auc3d_swap_oracle,
  flip_rate_3d,      ///< share of people for whom exchanging all left and right joints lowers the MPJPE
  angle_local_deg,   ///< geodesic distance of joint rotations, each in its parent's frame; mean over joints
  angle_global_deg,  ///< the same in the camera-facing frame
  bone_length_percent,  ///< how much longer or shorter bones are than the true ones, per cent of these; mean over bones
  count
};

template <class T>
struct ScoreTable {
  std::array<T, static_cast<size_t>(Score::count)> values{};
  T& operator[](Score score) { return values[static_cast<size_t>(score)]; }
  const T& operator[](Score score) const { return values[static_cast<size_t>(score)]; }
};

}  // namespace limn
