#include "limn/network/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

std::string file_of(const std::string& header, const std::string& data) {
  std::string bytes(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

std::filesystem::path scratch(const std::string& name) {
  static const test::ScratchFolder folder;
  return folder / name;
}

TEST(Safetensors, ReadsAFileWrittenByHand) {
  const float values[] = {1, 2, 3, 4, 5, 6};
  const std::string data(reinterpret_cast<const char*>(values), sizeof values);
  const TensorFile file = parse_safetensors(
      file_of(R"({"__metadata__":{"k":"v"},"b":{"dtype":"F32","shape":[2],"data_offsets":[16,24]},)"
              R"("a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"none":{"dtype":"I64","shape":[0,5],)"
              R"("data_offsets":[24,24]},"scalar":{"dtype":"U8","shape":[],"data_offsets":[24,25]}}   )",
              data + "\x07"),
      "test");
  EXPECT_EQ(file.metadata.at("k"), "v");
  ASSERT_EQ(file.tensors.size(), 4u);
  EXPECT_EQ(file.tensors.at("a").shape, (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(file.tensors.at("a").f32()[3], 4);
  EXPECT_EQ(file.tensors.at("b").f32()[1], 6);
  EXPECT_EQ(file.tensors.at("none").count(), 0);
  EXPECT_EQ(file.tensors.at("scalar").bytes, "\x07");
}

TEST(Safetensors, WritesWhatItReads) {
  TensorFile file;
  const float values[] = {0.5f, -1, 3e30f};
  file.metadata = {{"limn.format", "1"}, {"text", "line\nline \"quoted\" \xc3\xa4"}};
  file.tensors["w"] = TensorBlob::from_f32({3, 1}, values);
  file.tensors["bytes"] = {"U8", {3}, "abc"};
  const auto path = scratch("round.safetensors");
  write_safetensors(path, file);
  const TensorFile read = read_safetensors(path);
  EXPECT_EQ(read.metadata, file.metadata);
  ASSERT_EQ(read.tensors.size(), 2u);
  EXPECT_EQ(read.tensors.at("w").bytes, file.tensors["w"].bytes);
  EXPECT_EQ(read.tensors.at("w").shape, file.tensors["w"].shape);
  EXPECT_EQ(read.tensors.at("bytes").dtype, "U8");
  const std::string bytes = read_file(path);
  uint64_t header = 0;
  std::memcpy(&header, bytes.data(), 8);
  EXPECT_EQ(header % 8, 0u);
}

TEST(Safetensors, RefusesToWriteATensorWithMissingValues) {
  TensorFile file;
  file.tensors["w"] = {"F32", {2}, "abc"};
  const auto path = scratch("never.safetensors");
  EXPECT_THROW(write_safetensors(path, file), Error);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Safetensors, RefusesDamagedFiles) {
  const std::string data(16, 'x');
  const auto entry = [](const std::string& shape, const std::string& offsets, const std::string& dtype = "F32") {
    return "{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  };
  EXPECT_NO_THROW(parse_safetensors(file_of("{\"a\":" + entry("[4]", "[0,16]") + "}", data), "test"));
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"nothing", ""},
      {"short", "1234567"},
      {"absurd header length", std::string(8, '\x7f') + "{}"},
      {"header longer than the file", file_of("{}", "").replace(0, 1, "\x7f")},
      {"not JSON", file_of("{\"a\":", data)},
      {"not an object", file_of("[1]", "")},
      {"deep", file_of("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":1}}}}}}", "")},
      {"same name twice", file_of("{\"a\":" + entry("[2]", "[0,8]") + ",\"a\":" + entry("[2]", "[8,16]") + "}", data)},
      {"overlap", file_of("{\"a\":" + entry("[3]", "[0,12]") + ",\"b\":" + entry("[2]", "[8,16]") + "}", data)},
      {"gap", file_of("{\"a\":" + entry("[1]", "[0,4]") + ",\"b\":" + entry("[2]", "[8,16]") + "}", data)},
      {"unused tail", file_of("{\"a\":" + entry("[3]", "[0,12]") + "}", data)},
      {"truncated", file_of("{\"a\":" + entry("[5]", "[0,20]") + "}", data)},
      {"size of another shape", file_of("{\"a\":" + entry("[3]", "[0,16]") + "}", data)},
      {"negative size", file_of("{\"a\":" + entry("[-4]", "[0,16]") + "}", data)},
      {"overflowing shape", file_of("{\"a\":" + entry("[4294967296,4294967296,4]", "[0,16]") + "}", data)},
      {"fractional size", file_of("{\"a\":" + entry("[4.0]", "[0,16]") + "}", data)},
      {"backward range", file_of("{\"a\":" + entry("[4]", "[16,0]") + "}", data)},
      {"unknown type", file_of("{\"a\":" + entry("[4]", "[0,16]", "F31") + "}", data)},
      {"no type", file_of("{\"a\":{\"shape\":[4],\"data_offsets\":[0,16]}}", data)},
      {"entry is a number", file_of("{\"a\":4}", data)},
      {"metadata is a number", file_of("{\"__metadata__\":{\"k\":4}}", "")}};
  for (const auto& [what, bytes] : bad) {
    try {
      parse_safetensors(bytes, "some.file");
      ADD_FAILURE() << "accepted: " << what;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::model) << what;
      EXPECT_NE(error.where().find("some.file"), std::string::npos) << what;
    }
  }
}

TEST(Safetensors, EveryPrefixOfAFileIsRefused) {
  TensorFile file;
  const float values[] = {1, 2};
  file.tensors["w"] = TensorBlob::from_f32({2}, values);
  const auto path = scratch("prefix.safetensors");
  write_safetensors(path, file);
  const std::string bytes = read_file(path);
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW(parse_safetensors(std::string_view(bytes).substr(0, length), "test"), Error) << length;
}

TEST(Safetensors, AMissingFileIsAModelError) {
  try {
    read_safetensors(scratch("absent.safetensors"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
  }
}

}  // namespace
}  // namespace limn
