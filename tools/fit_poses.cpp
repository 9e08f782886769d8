// limn-fit-poses: fits the statistics of poses (synth/pose_statistics.h) to a folder of BVH motions.
//
//   limn-fit-poses --motions ../shared/data/motion --out assets/motion/poses.safetensors
//
// Long clips of one walk would drown the rest, so the poses are chosen: one part farthest from all chosen before
// (diverse), the other by action, then clip, then frame (balanced). Held-out motions serve the last figure only.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <iostream>
#include <map>

#include "limn/base/error.h"
#include "limn/synth/body_contact.h"
#include "limn/synth/motion.h"
#include "limn/synth/pose_statistics.h"

namespace {

using Eigen::MatrixXf;
using Eigen::VectorXf;

struct Arguments {
  std::string motions, out;
  int diverse = 2500, balanced = 3500;
  uint64_t seed = 1;
  limn::MixtureSettings mixture{.components = 96, .rank = 8, .iterations = 20};
};

/// Every second frame of a library.
struct Frames {
  std::vector<limn::Pose> poses;
  std::vector<float> clearances;
  std::vector<int> motion;  ///< index within the library
};

Frames all_frames(const limn::Skeleton& skeleton, const limn::MotionLibrary& library) {
  const limn::BodyParts parts(skeleton);
  Frames frames;
  for (size_t m = 0; m < library.motions().size(); ++m) {
    const limn::Motion& motion = library.motions()[m];
    for (int t = 0; t < motion.frames(); t += 2) {
      frames.poses.push_back(motion.at(t / motion.fps));
      frames.clearances.push_back(
          limn::recorded_clearance(parts, limn::forward_kinematics(skeleton, frames.poses.back()), motion.action));
      frames.motion.push_back(static_cast<int>(m));
    }
  }
  return frames;
}

Eigen::MatrixXd vectors_of(const limn::Skeleton& skeleton, const limn::PoseChart& chart, const Frames& frames) {
  Eigen::MatrixXd vectors(chart.dimensions(), frames.poses.size());
  for (size_t n = 0; n < frames.poses.size(); ++n)
    vectors.col(static_cast<int>(n)) = chart.vector_of(skeleton, frames.poses[n], frames.clearances[n]);
  return vectors;
}

/// Farthest-point sampling (Gonzalez 1985): each choice is the frame farthest from all earlier ones.
std::vector<int> farthest(const MatrixXf& vectors, int count, limn::Random& random) {
  std::vector<int> chosen = {random.integer(static_cast<int>(vectors.cols()))};
  VectorXf nearest = VectorXf::Constant(vectors.cols(), 1e9f);
  while (static_cast<int>(chosen.size()) < std::min<int>(count, static_cast<int>(vectors.cols()))) {
    const VectorXf last = vectors.col(chosen.back());
    nearest = nearest.cwiseMin((vectors.colwise() - last).colwise().squaredNorm().transpose());
    int next = 0;
    nearest.maxCoeff(&next);
    chosen.push_back(next);
  }
  return chosen;
}

/// "basketball - forward dribble" -> "basketball".
std::string first_word(const std::string& action) {
  std::string word;
  for (char c : action) {
    if (!std::isalpha(static_cast<unsigned char>(c))) break;
    word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

std::vector<int> balanced(const Frames& frames, const limn::MotionLibrary& library, int count, limn::Random& random) {
  std::map<std::string, std::map<int, std::vector<int>>> actions;  // action -> motion -> frames
  for (size_t n = 0; n < frames.motion.size(); ++n)
    actions[first_word(library.motions()[frames.motion[n]].action)][frames.motion[n]].push_back(static_cast<int>(n));
  const auto any = [&](const auto& container) -> const auto& {
    return *std::next(container.begin(), random.integer(static_cast<int>(container.size())));
  };
  std::vector<int> chosen;
  for (int i = 0; i < count; ++i) chosen.push_back(any(any(any(actions).second).second));
  return chosen;
}

void fit(const Arguments& arguments) {
  const limn::Skeleton& skeleton = limn::Skeleton::human();
  const auto library = limn::MotionLibrary::load(arguments.motions, skeleton);
  const Frames frames = all_frames(skeleton, library);
  limn::PoseStatistics statistics;
  statistics.chart = limn::PoseChart::around(skeleton, frames.poses);
  const Eigen::MatrixXd vectors = vectors_of(skeleton, statistics.chart, frames);

  limn::Random choice(arguments.seed, "fit_poses.choice"), start(arguments.seed, "fit_poses.fit");
  std::vector<int> chosen = farthest(vectors.cast<float>(), arguments.diverse, choice);
  for (int n : balanced(frames, library, arguments.balanced, choice)) chosen.push_back(n);
  const Eigen::MatrixXd samples = vectors(Eigen::all, chosen);
  statistics.mixture = limn::fit_mixture(samples, arguments.mixture, start);

  const auto held_out = limn::MotionLibrary::load(arguments.motions, skeleton, limn::Split::held_out);
  const Eigen::MatrixXd others = vectors_of(skeleton, statistics.chart, all_frames(skeleton, held_out));
  std::cout << library.motions().size() << " motions, " << vectors.cols() << " frames, " << samples.cols()
            << " chosen; mean log density: chosen " << limn::mean_log_density(statistics.mixture, samples)
            << ", all frames " << limn::mean_log_density(statistics.mixture, vectors) << ", held-out motions "
            << limn::mean_log_density(statistics.mixture, others) << "\n";
  statistics.notes = {
      {"description", "mixture of low-rank Gaussians over human poses; statistics only, no recorded pose is contained"},
      {"source", "motions of mocap.cs.cmu.edu (created with funding from NSF EIA-0196217) and of xbpeng/DeepMimic"},
      {"licence",
       "statistics: Apache-2.0, as Limn. Sources: CMU, free for use including commercial products, the data "
       "itself not to be resold; DeepMimic, MIT, Copyright (c) 2018 Xue Bin Peng"},
      {"skeleton", skeleton.name()},
      {"command", "limn-fit-poses --motions ../shared/data/motion --out assets/motion/poses.safetensors --seed " +
                      std::to_string(arguments.seed) + " --components " + std::to_string(arguments.mixture.components) +
                      " --rank " + std::to_string(arguments.mixture.rank) + " --diverse " +
                      std::to_string(arguments.diverse) + " --balanced " + std::to_string(arguments.balanced)}};
  statistics.save(arguments.out);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Fits the statistics of poses to a folder of BVH motions.");
  app.add_option("--motions", arguments.motions, "folder of BVH files with manifest.json")->required();
  app.add_option("--out", arguments.out, "safetensors file to write")->required();
  app.add_option("--diverse", arguments.diverse, "poses chosen far from one another")->check(CLI::Range(1, 100000));
  app.add_option("--balanced", arguments.balanced, "poses chosen by action")->check(CLI::Range(1, 100000));
  app.add_option("--components", arguments.mixture.components)->check(CLI::Range(1, 1000));
  app.add_option("--rank", arguments.mixture.rank)->check(CLI::Range(1, 40));
  app.add_option("--seed", arguments.seed);
  CLI11_PARSE(app, argc, argv);
  try {
    fit(arguments);
  } catch (const limn::Error& error) {
    std::cerr << "limn-fit-poses: " << error.what() << "\n";
    return error.exit_code();
  }
}
