#include "limn/data/crossing.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"

namespace limn {
namespace {

constexpr CrossingSettings small{.width = 192, .height = 128, .frame_rate = 5, .seconds = 3.6, .render_px = 96};

Crossing crossing(CrossingKind kind, uint64_t index = 0) { return {Skeleton::human(), {}, kind, 5, index, small}; }

float root_x(const CrossingWalker& walker) { return walker.joints_px[0].x(); }

TEST(Crossing, PeopleWhoPassComeOutOnTheOtherSide) {
  const Crossing scene = crossing(CrossingKind::passing);
  const CrossingFrame first = scene.frame(0), last = scene.frame(scene.frames() - 1);
  EXPECT_LT((root_x(first.walkers[0]) - root_x(first.walkers[1])) * (root_x(last.walkers[0]) - root_x(last.walkers[1])),
            0);
  for (const CrossingFrame* frame : {&first, &last})
    for (const CrossingWalker& walker : frame->walkers) EXPECT_GT(walker.visible, 0.95f);
  const CrossingFrame middle = scene.frame(scene.frames() / 2);
  EXPECT_LT(middle.walkers[0].visible, 0.7f);  // hidden by the nearer one
  EXPECT_GT(middle.walkers[1].visible, 0.95f);
}

TEST(Crossing, APillarHidesBothAndWhoTurnsBackStaysOnTheirSide) {
  const Crossing pillar = crossing(CrossingKind::behind), turning = crossing(CrossingKind::turning_back);
  for (const CrossingWalker& walker : pillar.frame(pillar.frames() / 2).walkers) EXPECT_LT(walker.visible, 0.3f);
  const CrossingFrame first = turning.frame(0), last = turning.frame(turning.frames() - 1);
  for (size_t w = 0; w < 2; ++w)
    EXPECT_NEAR(root_x(first.walkers[w]), root_x(last.walkers[w]), 0.05f * small.width) << w;
}

TEST(Crossing, JointsLieOnThePersonsPixels) {
  for (int kind = 0; kind < crossing_kinds; ++kind) {
    const Crossing scene = crossing(static_cast<CrossingKind>(kind), 2);
    for (const int t : {0, scene.frames() / 2, scene.frames() - 1})
      for (const CrossingWalker& walker : scene.frame(t).walkers) {
        const Box wide{walker.box.low - Vec2::Constant(3), walker.box.high + Vec2::Constant(3)};
        for (const Vec2& joint : walker.joints_px)
          EXPECT_TRUE((joint.array() > wide.low.array()).all() && (joint.array() < wide.high.array()).all()) << kind;
        const Box joints = box_around(walker.joints_px);
        EXPECT_GT(joints.size().y(), 0.75f * walker.box.size().y());
      }
  }
}

TEST(Crossing, IsAPureFunctionOfItsNumbers) {
  const CrossingFrame a = crossing(CrossingKind::behind, 1).frame(7), b = crossing(CrossingKind::behind, 1).frame(7);
  EXPECT_EQ(a.image.pixels, b.image.pixels);
  EXPECT_NE(a.image.pixels, crossing(CrossingKind::behind, 2).frame(7).image.pixels);
  EXPECT_THROW(Crossing(Skeleton::human(), {}, CrossingKind::passing, 1, 1, {.seconds = 0}), Error);
}

}  // namespace
}  // namespace limn
