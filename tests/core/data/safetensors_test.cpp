// Reading and writing weights: what is written is what is read, and no damaged file gets through.

#include "core/data/safetensors.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "tests/core/data/safetensors_bytes.h"
#include "tests/core/temporary_folder.h"
#include "tests/reference/tensors.h"

namespace lab {
namespace {

using namespace std::string_literals;
using reference::Inputs;

std::string one_tensor(const std::string& members, size_t data_bytes = 24) {
  return raw_file("{\"a\":{" + members + "}}", std::string(data_bytes, 'x'));
}

TEST(Safetensors, TheFormatsOwnExamplesByteForByte) {
  EXPECT_EQ(safetensors_bytes({}), "\x08\0\0\0\0\0\0\0{}      "s);
  Inputs inputs(1);
  const Tensor tensor = inputs.zeros({1, 2, 3});
  std::iota(tensor.begin(), tensor.end(), 0.0f);
  const std::string header = R"({"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}})";
  const std::string bytes = safetensors_bytes({{"attn.0", tensor}});
  EXPECT_EQ(bytes, raw_file(header, std::string(reinterpret_cast<const char*>(tensor.data), 24)));
  EXPECT_EQ(bytes.size(), 96u);
}

TEST(Safetensors, WhatIsSavedIsLoaded) {
  const TemporaryFolder folder;
  Inputs inputs(2);
  const Tensor scalar = inputs.draw({}), matrix = inputs.draw({3, 5}), cube = inputs.draw({2, 1, 3, 2});
  matrix[4] = std::numeric_limits<float>::quiet_NaN();
  matrix[5] = -std::numeric_limits<float>::infinity();
  const std::string path = folder.path("weights.safetensors");
  save_safetensors(path, {{"z", cube}, {"matrix", matrix}, {"Ärger \"quoted\"", scalar}},
                   {{"format", "pt"}, {"n", "3"}});
  const SafetensorsFile file = SafetensorsFile::load(path);
  EXPECT_EQ(file.entries().size(), 3u);
  EXPECT_EQ(file.metadata().find("n")->second, "3");
  EXPECT_EQ(file.entry("z").shape, (std::vector<int64_t>{2, 1, 3, 2}));
  EXPECT_TRUE(file.entry("Ärger \"quoted\"").shape.empty());
  for (const auto& [name, tensor] : {std::pair("z", cube), {"matrix", matrix}, {"Ärger \"quoted\"", scalar}}) {
    const std::vector<float> values = file.floats(name);
    ASSERT_EQ(static_cast<int64_t>(values.size()), tensor.count());
    EXPECT_EQ(std::memcmp(values.data(), tensor.data, values.size() * sizeof(float)), 0) << name;
  }
  const std::vector<std::filesystem::path> left{std::filesystem::directory_iterator(folder.path()), {}};
  EXPECT_EQ(left.size(), 1u) << "nothing is left beside the file";
}

TEST(Safetensors, NamesMayNotBeSavedTwice) {
  Inputs inputs(3);
  EXPECT_THROW(safetensors_bytes({{"a", inputs.zeros({1})}, {"a", inputs.zeros({2})}}), Error);
  EXPECT_THROW(safetensors_bytes({{"__metadata__", inputs.zeros({1})}}), Error);
}

TEST(Safetensors, ConvertsTheTypesThatAreAskedFor) {
  const std::string header = R"({"f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},)"
                             R"("i64":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},)"
                             R"("i32":{"dtype":"I32","shape":[1],"data_offsets":[16,20]},)"
                             R"("u8":{"dtype":"U8","shape":[2],"data_offsets":[20,22]}})";
  const double number = 0.1;
  const int64_t large = -(int64_t{1} << 40);
  const int32_t negative = -7;
  std::string data(20, 0);
  std::memcpy(data.data(), &number, 8);
  std::memcpy(data.data() + 8, &large, 8);
  std::memcpy(data.data() + 16, &negative, 4);
  const SafetensorsFile file = SafetensorsFile::parse(raw_file(header, data + "\x01\xff"), "test");
  EXPECT_EQ(file.floats("f64"), std::vector<float>{0.1f});
  EXPECT_EQ(file.integers("i64"), std::vector<int64_t>{large});
  EXPECT_EQ(file.integers("i32"), std::vector<int64_t>{-7});
  EXPECT_EQ(file.integers("u8"), (std::vector<int64_t>{1, 255}));
  EXPECT_THROW(file.floats("i64"), Error);
  EXPECT_THROW(file.floats("u8"), Error);
  EXPECT_THROW(file.integers("f64"), Error);
  EXPECT_THROW(file.integers("none"), Error);
}

TEST(Safetensors, GoodFilesThatLookOdd) {
  const char* good[] = {
      // four bytes of data each
      R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[0,9],"data_offsets":[4,4]}})",
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[0,9],"data_offsets":[0,0]}})",
      R"({"b":{"dtype":"U8","shape":[3],"data_offsets":[1,4]},"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}})",
      R"({"a":{"data_offsets":[0,4],"shape":[2],"dtype":"BF16"},"__metadata__":{}}     )",
      R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1],"data_offsets":[0,4]}})",
  };
  for (const char* header : good) EXPECT_NO_THROW(SafetensorsFile::parse(raw_file(header, "data"), "test")) << header;
}

struct Bad {
  const char* name;
  std::string bytes;
};

std::vector<Bad> bad_files() {
  const std::string a = R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})", data(8, 'x');
  const std::string nested = std::string(100'000, '[') + std::string(100'000, ']');
  return {
      {"nothing at all", ""},
      {"less than a length", "\x02\0\0\0\0\0\0"s},
      {"a length and no header", raw_file("", "", 2)},
      {"an empty header", raw_file("")},
      {"a header of 100 000 001 bytes", raw_file("{}", "", 100'000'001)},
      {"a header of 2^63 bytes", raw_file("{}", "", std::numeric_limits<int64_t>::max())},
      {"a header of 2^64 − 1 bytes", std::string(8, '\xff') + "{}"},
      {"a header longer than the file", raw_file("{}", "", 3)},
      {"a header cut off inside", raw_file("{" + a + "}", data, 20)},
      {"no JSON", raw_file("{not json}")},
      {"an array", raw_file("[]")},
      {"a number", raw_file("17")},
      {"a space before the brace", raw_file(" {}")},
      {"something after the object", raw_file("{}x")},
      {"two objects", raw_file("{}{}")},
      {"an unclosed object", raw_file("{" + a)},
      {"a trailing comma", raw_file("{" + a + ",}", data)},
      {"invalid UTF-8", raw_file("{\"\xff\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", "xxxx")},
      {"a control character in a name", raw_file("{\"a\n\":{}}")},
      {"a comment", raw_file("{/* " + a + " */}")},
      {"nesting 100 000 deep", raw_file("{\"a\":" + nested + "}")},
      {"nesting in the metadata", raw_file(R"({"__metadata__":{"a":{"b":{"c":1}}}})")},
      {"metadata of numbers", raw_file(R"({"__metadata__":{"a":1}})")},
      {"metadata that is a list", raw_file(R"({"__metadata__":[]})")},
      {"metadata that is null", raw_file(R"({"__metadata__":null})")},
      {"a name twice", raw_file("{" + a + "," + a + "}", data)},
      {"a setting twice", raw_file(R"({"__metadata__":{"op":"gelu","op":"mse"}})")},
      {"metadata twice", raw_file(R"({"__metadata__":{},"__metadata__":{}})")},
      {"a member twice", one_tensor(R"("dtype":"F32","dtype":"F32","shape":[6],"data_offsets":[0,24])")},
      {"a tensor that is null", raw_file(R"({"a":null})")},
      {"a tensor that is a list", raw_file(R"({"a":[]})")},
      {"an empty description", one_tensor("")},
      {"no type", one_tensor(R"("shape":[6],"data_offsets":[0,24])")},
      {"no shape", one_tensor(R"("dtype":"F32","data_offsets":[0,24])")},
      {"no offsets", one_tensor(R"("dtype":"F32","shape":[6])")},
      {"a member too many", one_tensor(R"("dtype":"F32","shape":[6],"data_offsets":[0,24],"x":1)")},
      {"another member instead", one_tensor(R"("dtype":"F32","shape":[6],"offsets":[0,24])")},
      {"a type that is a number", one_tensor(R"("dtype":32,"shape":[6],"data_offsets":[0,24])")},
      {"a type that is unknown", one_tensor(R"("dtype":"F33","shape":[6],"data_offsets":[0,24])")},
      {"a type in lower case", one_tensor(R"("dtype":"f32","shape":[6],"data_offsets":[0,24])")},
      {"an empty type", one_tensor(R"("dtype":"","shape":[6],"data_offsets":[0,24])")},
      {"a shape that is a number", one_tensor(R"("dtype":"F32","shape":6,"data_offsets":[0,24])")},
      {"a shape of strings", one_tensor(R"("dtype":"F32","shape":["6"],"data_offsets":[0,24])")},
      {"a shape of fractions", one_tensor(R"("dtype":"F32","shape":[6.0],"data_offsets":[0,24])")},
      {"a negative size", one_tensor(R"("dtype":"F32","shape":[-6],"data_offsets":[0,24])")},
      {"two negative sizes", one_tensor(R"("dtype":"F32","shape":[-2,-3],"data_offsets":[0,24])")},
      {"a size of 2^63", one_tensor(R"("dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,24])")},
      {"a size of 2^64 − 1", one_tensor(R"("dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,24])")},
      {"a size beyond 2^64", one_tensor(R"("dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,24])")},
      {"a size of 1e999", one_tensor(R"("dtype":"U8","shape":[1e999],"data_offsets":[0,24])")},
      {"sizes that overflow to the right bytes",
       one_tensor(R"("dtype":"F32","shape":[4611686018427387904,4,6],"data_offsets":[0,24])")},
      {"sizes that overflow with the type",
       one_tensor(R"("dtype":"F64","shape":[2305843009213693955],"data_offsets":[0,24])")},
      {"a zero after an overflow",
       one_tensor(R"("dtype":"F32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,0])", 0)},
      {"too few bytes for the shape", one_tensor(R"("dtype":"F32","shape":[7],"data_offsets":[0,24])")},
      {"too many bytes for the shape", one_tensor(R"("dtype":"F32","shape":[5],"data_offsets":[0,24])")},
      {"one offset", one_tensor(R"("dtype":"F32","shape":[6],"data_offsets":[24])")},
      {"three offsets", one_tensor(R"("dtype":"F32","shape":[6],"data_offsets":[0,24,24])")},
      {"offsets the wrong way round", one_tensor(R"("dtype":"F32","shape":[6],"data_offsets":[24,0])")},
      {"negative offsets", one_tensor(R"("dtype":"F32","shape":[6],"data_offsets":[-24,0])")},
      {"offsets beyond the file", one_tensor(R"("dtype":"F32","shape":[6],"data_offsets":[0,24])", 23)},
      {"two bytes missing", one_tensor(R"("dtype":"F32","shape":[6],"data_offsets":[0,24])", 22)},
      {"a byte left over", one_tensor(R"("dtype":"F32","shape":[6],"data_offsets":[0,24])", 25)},
      {"data and no tensor", raw_file("{}", "x")},
      {"a hole at the start", one_tensor(R"("dtype":"F32","shape":[5],"data_offsets":[4,24])")},
      {"a hole between",
       raw_file("{" + a + R"(,"b":{"dtype":"U8","shape":[2],"data_offsets":[9,11]}})", std::string(11, 'x'))},
      {"an overlap",
       raw_file("{" + a + R"(,"b":{"dtype":"U8","shape":[4],"data_offsets":[7,11]}})", std::string(11, 'x'))},
      {"the same bytes for two", raw_file("{" + a + R"(,"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", data)},
      {"nothing, in the middle of another",
       raw_file("{" + a + R"(,"b":{"dtype":"U8","shape":[0],"data_offsets":[3,3]}})", data)},
      {"offsets near 2^64",
       one_tensor(R"("dtype":"U8","shape":[2],"data_offsets":[18446744073709551614,18446744073709551616])")},
  };
}

TEST(Safetensors, BadFilesAreRefusedWithASentence) {
  EXPECT_GE(bad_files().size(), 60u);
  for (const Bad& bad : bad_files()) {
    try {
      SafetensorsFile::parse(bad.bytes, "bad.safetensors");
      ADD_FAILURE() << bad.name << " was read";
    } catch (const Error& error) {
      const std::string sentence = error.what();
      EXPECT_EQ(sentence.find("bad.safetensors"), 0u) << bad.name << ": " << sentence;
      EXPECT_EQ(sentence.back(), '.') << bad.name << ": " << sentence;
      EXPECT_EQ(sentence.find('\n'), std::string::npos) << bad.name << ": " << sentence;
    }
  }
}

TEST(Safetensors, FilesThatAreNoFilesAreRefused) {
  const TemporaryFolder folder;
  EXPECT_THROW(SafetensorsFile::load(folder.path("missing.safetensors")), Error);
  EXPECT_THROW(SafetensorsFile::load(folder.path()), Error);
  EXPECT_THROW(SafetensorsFile::load("/dev/null"), Error);
  EXPECT_THROW(SafetensorsFile::load(""), Error);
}

std::string valid_file() {
  Inputs inputs(4);
  return safetensors_bytes({{"weight", inputs.draw({3, 4})}, {"bias", inputs.draw({3})}}, {{"op", "test"}});
}

// Reads bytes that may be anything: either all is well to the last tensor, or an Error says why not.
bool reads(const std::string& bytes) {
  try {
    const SafetensorsFile file = SafetensorsFile::parse(bytes, "mutant");
    for (const auto& [name, entry] : file.entries())
      if (entry.dtype == "F32") file.floats(name);
    return true;
  } catch (const Error&) {
    return false;
  }
}

TEST(Safetensors, EveryTruncationIsNoticed) {
  const std::string bytes = valid_file();
  ASSERT_TRUE(reads(bytes));
  for (size_t length = 0; length < bytes.size(); ++length) EXPECT_FALSE(reads(bytes.substr(0, length))) << length;
  EXPECT_FALSE(reads(bytes + '\0'));
}

TEST(Safetensors, NoMutantCrashesTheReader) {
  const std::string bytes = valid_file();
  Rng rng(11, stream::kTests);
  int refused = 0;
  constexpr int kMutants = 100'000;
  for (int mutant = 0; mutant < kMutants; ++mutant) {
    std::string mutated = bytes;
    for (uint32_t change = 0; change <= rng.below(3); ++change) {
      const size_t at = rng.below(static_cast<uint32_t>(mutated.size()));
      switch (rng.below(4)) {
        case 0:
          mutated[at] ^= static_cast<char>(1 << rng.below(8));
          break;
        case 1:
          mutated[at] = static_cast<char>(rng.below(256));
          break;
        case 2:
          mutated.erase(at, 1 + rng.below(4));
          break;
        case 3:
          mutated.insert(at, 1, "{}[],:\"0129-e"[rng.below(13)]);
          break;
      }
    }
    refused += !reads(mutated);
  }
  EXPECT_GT(refused, kMutants / 4);  // most hit the header or the length
  EXPECT_LT(refused, kMutants);      // and some only a number, where any value is good
}

}  // namespace
}  // namespace lab
