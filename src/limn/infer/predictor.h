// The pose path of the cycle (stages 1 to 3) on one picture: image -> skeleton image -> 2D pose -> 3D pose.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "limn/base/image.h"
#include "limn/network/model_file.h"
#include "limn/skeleton/pose_estimate.h"

namespace limn {

struct PosePrediction : PoseEstimate {
  Crop crop;                          ///< what the networks saw
  std::vector<float> skeleton_image;  ///< y [C H' W'] in [0, 1], over the crop
};

/// Squares to look at, coarse to fine: the whole picture, then windows of its shorter side, then of 0.62 of it; at
/// most 25.
std::vector<Crop> search_windows(int width, int height);

/// The square, 1.3 times as large as the box of the joints with confidence of 0.3 or more (of all, if fewer than four).
Crop crop_around(const std::vector<Vec2>& joints_px, const std::vector<float>& confidence);

/// Arithmetic of stages 1 and 2. `int8`: eight bits where the model has ranges (ModelFile::ranges) and float32
/// elsewhere; `automatic`: that, if the processor multiplies bytes faster than floats (VNNI), else float32.
enum class Precision { automatic, float32, int8 };
/// "auto", "float32", "int8"; Error(usage) for others.
Precision precision_from_name(const std::string& name);

struct ReadingSettings {
  /// Stages 1 and 2 read the mirror image, too, and the logits of both are averaged: twice the time, better poses.
  bool mirror = false;
  /// Of one call: people and search windows of a picture are shared out, the layers for a single one. At least 1.
  int threads = 1;
  Precision precision = Precision::automatic;
};

/// Holds a model ready to run. Any number of threads may call it at once: the packed weights never change, and each
/// caller works in memory of its own, which is kept for the next one. Copies of an application's own are not needed.
class Predictor {
 public:
  /// Error(model) as ModelFile::load.
  static Predictor load(const std::filesystem::path& path, const ReadingSettings& settings = {});
  explicit Predictor(const ModelFile& model, const ReadingSettings& settings = {});
  Predictor(Predictor&&) noexcept;
  ~Predictor();

  const Skeleton& skeleton() const;
  const Grouping& grouping() const;           ///< of the skeleton image's channels
  FeatureShape skeleton_image_shape() const;  ///< [C H' W']
  Precision precision() const;                ///< float32 or int8: what is in use
  const std::string& kernels() const;         ///< name of the processor generation they are made for

  /// The person in `crop`. Outside of the picture the networks see its edge again. Error(usage) for an empty image or a
  /// crop that is no square of finite size, Error(model) if the networks give values that are not numbers.
  PosePrediction predict(const Image& image, const Crop& crop) const;
  /// Everyone in `crops`, in that order, each as predict() gives it.
  std::vector<PosePrediction> predict_all(const Image& image, std::span<const Crop> crops) const;

  /// Stage 3 alone: the pose of keypoints [J] px, their confidence [J] in [0, 1] and, where known, bone depths [J]
  /// (PoseEstimate::bone_depths); its score is 0. Error(usage) for other numbers of them, or values that are not finite.
  PoseEstimate lift(const std::vector<Vec2>& joints_px, const std::vector<float>& confidence,
                    const std::vector<float>& bone_depths = {}) const;
  /// The same of the keypoints of a pose, which may have been moved or have changed sides since it was read.
  PoseEstimate lift(const PoseEstimate& seen) const;

  /// Whether the model has a lifter of windows of frames.
  bool lifts_over_time() const;
  /// people [T] of one person, `frame_rate` frames per second, empty where it was not seen: stage 3 anew, from the keypoints
  /// of each frame and those of its neighbours (infer/temporal_lift.h). Models without such a lifter change nothing.
  void lift_over_time(double frame_rate, std::vector<std::optional<PoseEstimate>>& people) const;

  /// The person of the highest score: every search window is read, the best refined twice around the pose found in it.
  /// Empty where even that scores below `smallest_score`. Needs no label, no detector and no further network.
  std::optional<Crop> find_person(const Image& image, float smallest_score = 0.2f) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace limn
