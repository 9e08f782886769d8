// Labelled people of public benchmarks, for measuring only.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "limn/base/image.h"
#include "limn/skeleton/joint_map.h"

namespace limn {

struct LabelledPerson {
  std::filesystem::path image;           ///< or, where it lies in a shard, the name of its sample
  std::shared_ptr<const Image> picture;  ///< set where `image` is no file
  std::vector<Vec2> joints_px;           ///< [K] in the order of the benchmark's joint map; pixel centres at +0.5
  std::vector<bool> counted;             ///< [K] false where the joint has no label
  int64_t image_id = 0;                  ///< of COCO
  double area = 0;                       ///< px^2, of COCO's segment; 0 where unknown
  double head_px = 0;                    ///< reference length of MPII's PCKh; 0 where unknown
  std::vector<Vec3> joints_m;            ///< [K] metres, camera-facing frame (geometry/camera.h); empty where unknown
  std::vector<bool> counted_3d;          ///< [K] joints of 3DPCK and AUC; empty: all
  std::vector<Vec3> skeleton_m;  ///< [J] of the skeleton, metres, camera-facing frame; empty where unknown
  std::vector<Mat3> rotations;  ///< [J] of the skeleton, local; the root's is facing_from_body; empty where unknown
  std::string activity;         ///< what the protocol averages over; empty where it has none
};

struct Benchmark {
  std::string name;
  JointMap map;
  std::vector<LabelledPerson> people;
  bool relative_to_crop = false;  ///< the protocol measures in shares of the crop (%-MSE)
};

/// Leeds Sports Pose (Johnson & Everingham 2010) from a folder with one of
///   labels.json   "joint_names" (the names of the map lsp14, in any order) and "images", a list of {"file", "joints":
///   [[x, y,
///                 visible] ...]} with x, y in pixels whose first centre is (0, 0); files lie in the folder or in
///                 images/
///   joints.mat    as published: joints [3 14 N] (or [14 3 N], the extended set), first pixel centre (1, 1); pictures
///                 images/im0001.jpg ... (im00001.jpg in the extended set). `split`: "train", people 1 to 1000; "test",
///                 1001 to 2000; or "all"
/// Occluded joints count: LSP places them. Error(input) for a missing or damaged file, a joint that is missing or
/// unknown, a picture that is not there; Error(usage) for a split of labels.json, which says itself what it holds.
Benchmark read_lsp(const std::filesystem::path& folder, const std::string& split, const Skeleton& skeleton);

/// The validation half of MPII Human Pose (Andriluka et al. 2014; split of Tompson et al. 2015): annot/valid.json, a
/// list of
/// {"image", "joints": [[x, y] ...], "joints_vis"}, 16 joints whose first pixel centre is (1, 1); annot/gt_valid.mat
/// with headboxes_src [2 2 N]; images/. Pelvis and thorax do not count. Error(input) for missing or damaged files.
Benchmark read_mpii(const std::filesystem::path& folder, const Skeleton& skeleton);

/// Human3.6M (Ionescu et al. 2014), test subjects S9 and S11, as h36m-fetch extracts it: S11/Directions-1/annot.h5 with
/// pose/2d [N 32 2] px, pose/3d [N 32 3] mm in the camera's frame, frame [N], camera [N], and the pictures
/// S11/Directions-1/imageSequence/54138969/img_000001.jpg ...; joints of h36m17. Error(input) for missing or damaged
/// files, an activity that is missing or unknown.
Benchmark read_h36m(const std::filesystem::path& folder, const Skeleton& skeleton);
/// The same of its simplified protocol (Zhang et al. 2018, Jakab et al. 2020): S11, six activities, all 32 points, no
/// pose/3d.
Benchmark read_h36m_simplified(const std::filesystem::path& folder, const Skeleton& skeleton);

/// The test set of MPI-INF-3DHP (Mehta et al. 2017): TS1 ... TS6, or some of them, each with annot_data.mat (annot2;
/// univ_annot3 in mm, scaled to one height as the published evaluation compares; valid_frame) and
/// imageSequence/img_000001.jpg ...; frames that are not valid are left out. Pelvis, spine and head do not count in
/// 3DPCK. Error(input) for missing or damaged files.
Benchmark read_mpi_inf_3dhp(const std::filesystem::path& folder, const Skeleton& skeleton);

/// Synthetic people of `limn synth` (docs/synth_shards.md): a shard or a folder of them; joints of h36m17, in 3D too,
/// joint rotations and bone lengths. Joints outside the picture do not count in 2D. The pictures are held in memory. Error(input) as
/// ShardReader.
Benchmark read_shards(const std::filesystem::path& path, const Skeleton& skeleton);

/// COCO keypoints (Lin et al. 2014): the folder that holds annotations/person_keypoints_val2017.json (or another split,
/// or that file itself) and the pictures in val2017/. People without a labelled joint, and crowds, are left out.
/// Error(input) for missing or damaged files.
Benchmark read_coco(const std::filesystem::path& path, const Skeleton& skeleton);

/// The data set of that name: "lsp", "mpii", "coco", "h36m", "h36m-simplified", "mpi-inf-3dhp", "shards"; `split` as
/// read_lsp, "all" for the others. Error(usage) naming the nearest name, or for a split that the data set has not.
Benchmark read_benchmark(const std::string& name, const std::filesystem::path& folder, const std::string& split,
                         const Skeleton& skeleton);

}  // namespace limn
