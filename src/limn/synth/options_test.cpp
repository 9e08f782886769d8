#include "limn/synth/options.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "limn/base/error.h"

namespace limn {
namespace {

std::string refusal(const SynthOptions& options) {
  try {
    check(options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "";
}

TEST(SynthOptions, EachFieldIsDescribedOnceAndItsDefaultIsAllowed) {
  SynthOptions options;
  FieldList fields;
  describe(options, fields);
  std::set<std::string> names;
  std::set<double*> values;
  for (const Field& field : fields.fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_TRUE(values.insert(std::get<double*>(field.value)).second) << field.name;
  }
  EXPECT_GT(names.size(), 80u);
  EXPECT_EQ(refusal(options), "");
}

TEST(SynthOptions, EveryFieldIsHeldToItsRange) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  SynthOptions options;
  FieldList fields;
  describe(options, fields);
  for (const Field& field : fields.fields()) {
    double& value = *std::get<double*>(field.value);
    const double before = value;
    for (double wrong : {field.low - 0.01, field.high + 0.01, nan}) {
      value = wrong;
      EXPECT_NE(refusal(options).find(field.name), std::string::npos) << field.name << " = " << wrong;
    }
    value = before;
  }
}

TEST(SynthOptions, RangesThatAreUpsideDownAreRefused) {
  SynthOptions options;
  options.focal_mm = {85, 50};
  EXPECT_NE(refusal(options).find("synth.focal_low is above synth.focal_high"), std::string::npos);
  options = {};
  options.jpeg.amount = {90, 30};
  EXPECT_NE(refusal(options).find("synth.jpeg_low"), std::string::npos);
  options = {};
  options.smallest_extent = 0.8, options.largest_extent = 0.7;
  EXPECT_NE(refusal(options).find("synth.smallest"), std::string::npos);
  options = {};
  options.room_weight = options.landscape_weight = options.abstract_weight = options.plain_weight = 0;
  EXPECT_NE(refusal(options).find("background"), std::string::npos);
}

}  // namespace
}  // namespace limn
