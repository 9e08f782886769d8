#include "limn/evaluate/ablation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "limn/base/error.h"

namespace limn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string grid = R"(preset = "small.toml"
seeds = [1, 7]
[[axis]]
name = "channels"
[[axis.choice]]
name = "single"
set = ["network.grouping=single"]
reread = true
[[axis.choice]]
name = "limbs"
[[axis]]
name = "data"
[[axis.choice]]
name = "synthetic"
[[axis.choice]]
name = "+real"
set = ["schedule.mixed_steps=100"]
[[row]]
name = "no head"
set = ["loss.orientation=0"]
)";

std::string failure(const std::string& text) {
  try {
    AblationPlan::parse(text, "plan.toml");
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::input);
    return e.what();
  }
  return "no error";
}

TEST(Ablation, EveryChoiceMeetsEveryOther) {
  const AblationPlan plan = AblationPlan::parse(grid, "folder/plan.toml");
  EXPECT_EQ(plan.preset, std::filesystem::path("folder/small.toml"));
  EXPECT_THAT(plan.seeds, ElementsAre(1, 7));
  for (const AblationRow& row : plan.rows) EXPECT_EQ(row.reread, row.name.starts_with("single")) << row.name;
  ASSERT_EQ(plan.rows.size(), 5u);
  EXPECT_EQ(plan.rows[1].name, "single, +real");
  EXPECT_THAT(plan.rows[1].set, ElementsAre("network.grouping=single", "schedule.mixed_steps=100"));
  EXPECT_EQ(plan.rows[2].name, "limbs, synthetic");
  EXPECT_TRUE(plan.rows[2].set.empty());
  EXPECT_EQ(plan.rows[4].name, "no head");
}

TEST(Ablation, RefusesPlansWithoutMeaning) {
  EXPECT_THAT(failure("seeds = [1]\n[[row]]\nname = 'a'"), HasSubstr("'preset' is missing"));
  EXPECT_THAT(failure("preset = 'p'\nseeds = [1]"), HasSubstr("no rows"));
  EXPECT_THAT(failure("preset = 'p'\nseeds = []\n[[row]]\nname = 'a'"), HasSubstr("'seeds' is empty"));
  EXPECT_THAT(failure("preset = 'p'\nseeds = [1, 1]\n[[row]]\nname = 'a'"), HasSubstr("plan.toml:2"));
  EXPECT_THAT(failure("preset = 'p'\nseeds = [1]\n[[row]]\nname = 'a'\nsets = []"), HasSubstr("unknown key 'sets'"));
  EXPECT_THAT(failure("preset = 'p'\nseeds = [1]\n[[row]]\nname = 'a b'\n[[row]]\nname = 'A-b'"), HasSubstr("twice"));
  EXPECT_THAT(failure("preset = 'p'\nseeds = [1]\n[[axis]]\nname = 'a'"), HasSubstr("without a choice"));
  EXPECT_THAT(failure("preset = 'p'\nseeds = [1]\n[[row]]\nname = 'a'\nfrom = 'b'\n[[row]]\nname = 'b'"),
              HasSubstr("no row before it"));
}

TEST(Ablation, ARowGoesOnFromAnother) {
  const AblationPlan plan = AblationPlan::parse(
      "preset = 'p'\nseeds = [1]\n[[row]]\nname = 'a'\n[[row]]\nname = 'b'\n[[row]]\nname = 'c'\nfrom = 'b'", "plan.toml");
  EXPECT_EQ(plan.origin_of(2), 1u);
  EXPECT_EQ(plan.origin_of(0), 3u);
}

TEST(Ablation, NamesBecomeFileNames) {
  EXPECT_EQ(file_name_of("Single, +real (2x)"), "single-real-2x");
  EXPECT_EQ(file_name_of("  ,"), "");
}

AblationResult row(const std::string& name, const std::vector<double>& pck) {
  AblationResult result{name, {}};
  for (double value : pck)
    result.runs.push_back({{"pck@0.2", value},
                           {"pck@0.2_swap_oracle", value + 0.1},
                           {"flip_rate", 0.25},
                           {"flip_rate_arms", 0.3},
                           {"flip_rate_legs", 0.35}});
  return result;
}

TEST(Ablation, TheTableHoldsMeanAndSpread) {
  AblationResult half_known = row("b", {0.5, 0.5});
  half_known.runs[0]["flip_rate_well_read"] = 0.05;
  const std::string table = ablation_table({row("a", {0.40, 0.44}), half_known, row("c", {})});
  EXPECT_THAT(table, HasSubstr("| a | 42.0 ± 2.8 | 52.0 ± 2.8 | 25.0 ± 0.0 | 30.0 ± 0.0 | 35.0 ± 0.0 | | 2 |\n"));
  EXPECT_THAT(table, HasSubstr("| 35.0 ± 0.0 | 5.0 | 2 |\n"));
  EXPECT_THAT(table, HasSubstr("| c | | | | | | | 0 |\n"));
}

TEST(Ablation, TheFigureShowsEveryRun) {
  const std::string svg = ablation_svg({row("a < b", {0.40, 0.44}), row("b", {0.5})});
  EXPECT_THAT(svg, HasSubstr("a &lt; b"));
  size_t dots = 0;
  for (size_t at = svg.find("<circle"); at != std::string::npos; at = svg.find("<circle", at + 1)) ++dots;
  EXPECT_EQ(dots, 6u);  // three runs, PCK and flips
  const auto json = nlohmann::json::parse(ablation_json({row("a", {0.40, 0.44})}));
  EXPECT_EQ(json["rows"][0]["runs"][1]["pck@0.2"], 0.44);
}

TEST(Ablation, ReportsAreRead) {
  EXPECT_EQ(ablation_scores(nlohmann::json(row("", {0.4}).runs[0]).dump(), "x").at("flip_rate"), 0.25);
  EXPECT_THROW(ablation_scores("{}", "x"), Error);
  EXPECT_THROW(ablation_scores("no json", "x"), Error);
}

}  // namespace
}  // namespace limn
