#include "limn/base/config.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {
namespace fs = std::filesystem;

struct Options {
  int steps = 100;
  double rate = 2e-4;
  bool resume = false;
  std::string device = "auto";
  std::string note = "none";
  std::vector<std::string> real;
  int top = 3;

  FieldList fields() {
    FieldList f;
    f.add("train.steps", steps, 1, 1e12, "optimiser steps");
    f.add("train.rate", rate, 0, 1, "learning rate\nof Adam");
    f.add("loss.resume", resume, "go on");
    f.add("train.device", device, {"auto", "cpu"}, "where to run");
    f.add("note", note, "free text");
    f.add("data.real", real, "folders");
    f.add("top", top, -5, 5, "a key outside any table");
    return f;
  }
};

/// The error of parsing `text` as "run.toml"; fails the test when there is none.
Error parse_error(const std::string& text) {
  Options options;
  try {
    parse_config(options.fields(), text, "run.toml");
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error for:\n" << text;
  return Error(ErrorKind::usage, "", "", "");
}

TEST(Config, ReadsEveryKindOfField) {
  Options options;
  parse_config(options.fields(),
               "note = 'a \"b\"'\ntop = -5\n[train]\nsteps = 7\nrate = 1\ndevice = \"cpu\"\n[loss]\nresume = true\n"
               "[data]\nreal = [\"x\", \"y\"]\n",
               "run.toml");
  EXPECT_EQ(options.note, "a \"b\"");
  EXPECT_EQ(options.top, -5);
  EXPECT_EQ(options.steps, 7);
  EXPECT_EQ(options.rate, 1.0);
  EXPECT_EQ(options.device, "cpu");
  EXPECT_TRUE(options.resume);
  EXPECT_EQ(options.real, (std::vector<std::string>{"x", "y"}));
}

TEST(Config, RefusesWithLineAndRemedy) {
  struct Case {
    const char* text;
    int line;
    const char* says;
  };
  for (const Case& c :
       {Case{"[train]\nstps = 1\n", 2, "train.steps"}, Case{"\n\n[trian]\nsteps = 1\n", 3, "the nearest is 'train'"},
        Case{"train = 5\n", 1, "unknown"}, Case{"[train.steps]\nx = 1\n", 1, "whole number"},
        Case{"[train]\nsteps = 0\n", 2, "out of range"}, Case{"[train]\nsteps = 1.5\n", 2, "whole number"},
        Case{"[train]\nsteps = 3000000000\n", 2, "2147483647"}, Case{"top = 6\n", 1, "-5 to 5"},
        Case{"[train]\n\nrate = nan\n", 3, "number"}, Case{"[train]\nrate = inf\n", 2, "number"},
        Case{"[train]\nrate = \"fast\"\n", 2, "number"}, Case{"[train]\ndevice = \"gpu\"\n", 2, "auto, cpu"},
        Case{"[loss]\nresume = 1\n", 2, "true or false"}, Case{"note = 5\n", 1, "string"},
        Case{"[data]\nreal = \"x\"\n", 2, "list"}, Case{"[data]\nreal = [1]\n", 2, "list strings"},
        Case{"top = 1\ntop = 2\n", 2, ""}, Case{"top = \n", 1, ""}, Case{"note = 1979-05-27\n", 1, "dates"}}) {
    const Error error = parse_error(c.text);
    EXPECT_EQ(error.where(), "run.toml:" + std::to_string(c.line)) << c.text << error.what();
    EXPECT_EQ(error.kind(), ErrorKind::usage) << c.text;
    EXPECT_NE(std::string(error.what()).find(c.says), std::string::npos) << error.what();
  }
}

TEST(Config, KeepsOldValuesWhenItFails) {
  Options options;
  EXPECT_THROW(parse_config(options.fields(), "top = 1\n[train]\nsteps = 9\nrate = 2\n", "run.toml"), Error);
  EXPECT_EQ(options.steps, 100);
  EXPECT_EQ(options.top, 3);
}

TEST(Config, InheritsRelativeToTheFile) {
  const test::ScratchFolder folder;
  fs::create_directories(folder / "sub");
  write_file_atomic(folder / "base.toml", "top = 1\nnote = \"base\"\n[train]\nsteps = 5\n");
  write_file_atomic(folder / "sub" / "run.toml", "inherit = \"../base.toml\"\nnote = \"run\"\n");
  Options options;
  load_config(options.fields(), folder / "sub" / "run.toml");
  EXPECT_EQ(options.note, "run");
  EXPECT_EQ(options.top, 1);
  EXPECT_EQ(options.steps, 5);
}

TEST(Config, NamesTheFileOfAnErrorAboveAndBelowInherit) {
  const test::ScratchFolder folder;
  write_file_atomic(folder / "base.toml", "top = 1\n");
  write_file_atomic(folder / "bad_base.toml", "\ntop = 9\n");
  write_file_atomic(folder / "a.toml", "inherit = \"base.toml\"\n\ntop = 9\n");
  write_file_atomic(folder / "b.toml", "inherit = \"bad_base.toml\"\n");
  Options options;
  for (const auto& [file, where] : {std::pair{"a.toml", "a.toml:3"}, std::pair{"b.toml", "bad_base.toml:2"}}) {
    try {
      load_config(options.fields(), folder / file);
      ADD_FAILURE() << file;
    } catch (const Error& error) {
      EXPECT_EQ(error.where(), (folder / where).string());
    }
  }
  EXPECT_EQ(options.top, 3);
}

TEST(Config, RefusesCircularInheritance) {
  const test::ScratchFolder folder;
  write_file_atomic(folder / "a.toml", "inherit = \"b.toml\"\n");
  write_file_atomic(folder / "b.toml", "top = 1\n\ninherit = \"./a.toml\"\n");
  write_file_atomic(folder / "self.toml", "inherit = \"self.toml\"\n");
  Options options;
  for (const auto& [file, where] : {std::pair{"a.toml", "b.toml:3"}, std::pair{"self.toml", "self.toml:1"}}) {
    try {
      load_config(options.fields(), folder / file);
      ADD_FAILURE() << file;
    } catch (const Error& error) {
      EXPECT_EQ(error.where(), (folder / where).string());
      EXPECT_EQ(error.kind(), ErrorKind::usage);
    }
  }
}

TEST(Config, SetTakesTomlAndUnquotedStrings) {
  Options options;
  const FieldList fields = options.fields();
  set_config(fields, "train.rate=1e-3");
  set_config(fields, "data.real=[\"a\", \"b c\"]");
  set_config(fields, "loss.resume=true");
  set_config(fields, "train.device=cpu");
  EXPECT_EQ(options.rate, 1e-3);
  EXPECT_EQ(options.real, (std::vector<std::string>{"a", "b c"}));
  EXPECT_TRUE(options.resume);
  EXPECT_EQ(options.device, "cpu");
  for (const char* text : {"a=b", "5", "true", "/data/x y", "", "2020-01-01"}) {
    set_config(fields, std::string("note=") + text);
    EXPECT_EQ(options.note, text);
  }
  set_config(fields, "note=\"quoted\"");
  EXPECT_EQ(options.note, "quoted");
}

TEST(Config, SetRefusesAndSaysWhichAssignment) {
  for (const char* bad : {"top", "=5", "tpo=1", "top=9", "top=five", "top=", "top=1\nnote=2", "train.rate=nan"}) {
    Options options;
    try {
      set_config(options.fields(), bad);
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage) << bad;
      EXPECT_EQ(error.where().rfind("--set " + std::string(bad), 0), 0u) << error.what();
    }
    EXPECT_EQ(options.top, 3) << bad;
  }
}

TEST(Config, DumpReadsBackToTheSameValues) {
  Options options;
  options.rate = 0.1 + 0.2;
  options.note = "a \"b\" \\ c\nd\te\x01\x7f \xc3\xa9";
  options.real = {"x\\", ""};
  options.resume = true;
  options.top = -5;
  const std::string text = dump_config(options.fields());
  Options back;
  parse_config(back.fields(), text, "dump");
  EXPECT_EQ(back.rate, options.rate);
  EXPECT_EQ(back.note, options.note);
  EXPECT_EQ(back.real, options.real);
  EXPECT_EQ(back.resume, options.resume);
  EXPECT_EQ(back.top, options.top);
  EXPECT_EQ(dump_config(back.fields()), text);
  EXPECT_NE(text.find("# learning rate of Adam\nrate = "), std::string::npos) << text;
}

TEST(Config, HelpHasOneLineForEachField) {
  Options options;
  FieldList fields;
  fields.add("train.steps", options.steps, 1, 50, "optimiser steps");
  fields.add("train.device", options.device, {"auto", "cpu"}, "where to run");
  const std::string text = config_help(fields);
  EXPECT_EQ(text, "train.steps = 100  [1, 50]  optimiser steps\ntrain.device = \"auto\"  {auto, cpu}  where to run\n");
}

}  // namespace
}  // namespace limn
