#include "limn/network/spec.h"

#include <gtest/gtest.h>

#include "limn/base/error.h"
#include "limn/network/architectures.h"

namespace limn {
namespace {

NetworkSpec small_net() {
  return {
      .name = "small",
      .inputs = {{"x", {3, 7, 10}}},
      .layers =
          {{.name = "down",
            .op = Op::conv,
            .inputs = {"x"},
            .channels = 4,
            .kernel = 3,
            .stride = 2,
            .norm = true,
            .activation = Activation::relu},
           {.name = "pool", .op = Op::avg_pool, .inputs = {"down"}},
           {.name = "up", .op = Op::upsample, .inputs = {"pool"}},
           {.name = "narrow", .op = Op::conv, .inputs = {"up"}, .channels = 2, .kernel = 1},
           {.name = "both", .op = Op::concat, .inputs = {"up", "narrow"}},
           {.name = "flat", .op = Op::linear, .inputs = {"both"}, .channels = 5, .activation = Activation::sigmoid}},
      .outputs = {"flat", "both"}};
}

TEST(NetworkSpec, ShapesFollowTheOperations) {
  const auto shapes = small_net().shapes();
  EXPECT_EQ(shapes.at("down"), (FeatureShape{4, 4, 5}));  // (7-1)/2+1, (10-1)/2+1
  EXPECT_EQ(shapes.at("pool"), (FeatureShape{4, 2, 2}));
  EXPECT_EQ(shapes.at("up"), (FeatureShape{4, 4, 4}));
  EXPECT_EQ(shapes.at("narrow"), (FeatureShape{2, 4, 4}));
  EXPECT_EQ(shapes.at("both"), (FeatureShape{6, 4, 4}));
  EXPECT_EQ(shapes.at("flat"), (FeatureShape{5, 1, 1}));
}

TEST(NetworkSpec, ParametersInLayerOrderWithoutBiasWhereNormalised) {
  const std::vector<std::pair<std::string, std::vector<int64_t>>> expected = {
      {"down.weight", {4, 3, 3, 3}}, {"down.norm.weight", {4}},   {"down.norm.bias", {4}},
      {"down.norm.mean", {4}},       {"down.norm.variance", {4}}, {"narrow.weight", {2, 4, 1, 1}},
      {"narrow.bias", {2}},          {"flat.weight", {5, 96}},    {"flat.bias", {5}}};
  EXPECT_EQ(small_net().parameters(), expected);
}

TEST(NetworkSpec, CountsMultiplyAdds) {
  EXPECT_EQ(small_net().multiply_adds(), 4 * 4 * 5 * 3 * 9 + 2 * 4 * 4 * 4 + 5 * 96);
}

TEST(NetworkSpec, JsonKeepsEverything) {
  for (const NetworkSpec& spec : {small_net(), image_to_skeleton_spec({}), lifter_spec({}), discriminator_spec({})}) {
    const NetworkSpec read = NetworkSpec::from_json(spec.to_json(), "test");
    EXPECT_EQ(read.to_json(), spec.to_json());
    EXPECT_EQ(read.parameters(), spec.parameters());
    EXPECT_EQ(read.outputs, spec.outputs);
    ASSERT_EQ(read.layers.size(), spec.layers.size());
    for (size_t i = 0; i < spec.layers.size(); ++i) {
      EXPECT_EQ(read.layers[i].op, spec.layers[i].op);
      EXPECT_EQ(read.layers[i].activation, spec.layers[i].activation);
      EXPECT_EQ(read.layers[i].inputs, spec.layers[i].inputs);
    }
  }
}

/// The message of the error that `change` to the small net causes; "" for none.
template <class Change>
std::string complaint(Change change) {
  NetworkSpec spec = small_net();
  change(spec);
  try {
    spec.shapes();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    return error.what();
  }
  return "";
}

TEST(NetworkSpec, RefusesWhatDoesNotFitTogether) {
  EXPECT_EQ(complaint([](NetworkSpec&) {}), "");
  EXPECT_NE(complaint([](NetworkSpec& s) { s.layers[1].inputs = {"up"}; }), "");          // reads a later layer
  EXPECT_NE(complaint([](NetworkSpec& s) { s.layers[1].inputs = {}; }), "");              // reads nothing
  EXPECT_NE(complaint([](NetworkSpec& s) { s.layers[1].name = "down"; }), "");            // a name twice
  EXPECT_NE(complaint([](NetworkSpec& s) { s.layers[4].inputs = {"up", "pool"}; }), "");  // other sizes
  EXPECT_NE(complaint([](NetworkSpec& s) { s.layers[4].op = Op::add; }), "");             // other channel counts
  EXPECT_NE(complaint([](NetworkSpec& s) { s.layers[0].kernel = 4; }), "");
  EXPECT_NE(complaint([](NetworkSpec& s) { s.layers[0].stride = 3; }), "");
  EXPECT_NE(complaint([](NetworkSpec& s) { s.layers[0].channels = 0; }), "");
  EXPECT_NE(complaint([](NetworkSpec& s) { s.layers[0].channels = 2'000'000'000; }), "");
  EXPECT_NE(complaint([](NetworkSpec& s) { s.layers[1].norm = true; }), "");       // a norm without weights
  EXPECT_NE(complaint([](NetworkSpec& s) { s.inputs[0].shape.height = 1; }), "");  // pools 1 row to none
  EXPECT_NE(complaint([](NetworkSpec& s) { s.outputs = {"none"}; }), "");
  EXPECT_NE(complaint([](NetworkSpec& s) { s.outputs = {}; }), "");
}

TEST(NetworkSpec, RefusesDamagedJson) {
  const std::string good = small_net().to_json();
  for (const std::string& bad :
       {std::string("{"), std::string("[]"), std::string("{}"), good.substr(0, good.size() / 2),
        std::string(R"({"name":"n","inputs":[{"name":"x","shape":[3,1]}],"layers":[],"outputs":["x"]})"),
        std::string(R"({"name":"n","inputs":[{"name":"x","shape":[3,1,1]}],"layers":[{"name":"l","op":"warp",)"
                    R"("inputs":["x"],"activation":"none"}],"outputs":["x"]})")})
    EXPECT_THROW(NetworkSpec::from_json(bad, "test"), Error) << bad;
}

}  // namespace
}  // namespace limn
