#include "core/data/idx.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "core/data/tasks.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

std::string big_endian(uint32_t number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16), static_cast<char>(number >> 8),
          static_cast<char>(number)};
}

std::string pictures(uint32_t count, uint32_t height = 4, uint32_t width = 5) {
  std::string bytes = big_endian(0x803) + big_endian(count) + big_endian(height) + big_endian(width);
  for (uint32_t i = 0; i < count * height * width; ++i) bytes += static_cast<char>(i);
  return bytes;
}

std::string labels(uint32_t count, uint32_t classes = 3) {
  std::string bytes = big_endian(0x801) + big_endian(count);
  for (uint32_t i = 0; i < count; ++i) bytes += static_cast<char>(i % classes);
  return bytes;
}

void write_sets(const TemporaryFolder& folder, const std::string& name, uint32_t count, uint32_t classes = 10,
                uint32_t test_height = 4) {
  std::filesystem::create_directory(folder.path(name));
  for (const auto& [part, height] : {std::pair("train", 4u), {"t10k", test_height}}) {
    folder.write(name + "/" + part + "-images-idx3-ubyte", pictures(count, height));
    folder.write(name + "/" + part + "-labels-idx1-ubyte", labels(count, classes));
  }
}

std::string gzipped(const std::string& bytes) {
  const TemporaryFolder folder;
  gzFile file = gzopen(folder.path("z").c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  std::ifstream in(folder.path("z"), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The training set of a folder that holds these two files.
ImageSet read(const std::string& picture_bytes, const std::string& label_bytes) {
  const TemporaryFolder folder;
  folder.write("train-images-idx3-ubyte", picture_bytes);
  folder.write("train-labels-idx1-ubyte", label_bytes);
  return read_idx_set(folder.path(), "train");
}

std::string refusal(const std::string& picture_bytes, const std::string& label_bytes) {
  return message_of<Error>([&] { read(picture_bytes, label_bytes); });
}

TEST(Idx, ReadsPlainAndGzipped) {
  for (const bool zip : {false, true}) {
    const ImageSet set = zip ? read(gzipped(pictures(7)), gzipped(labels(7))) : read(pictures(7), labels(7));
    EXPECT_EQ(set.count(), 7);
    EXPECT_EQ(set.height, 4);
    EXPECT_EQ(set.width, 5);
    EXPECT_EQ(set.picture(2)[3], 2 * 20 + 3);
    EXPECT_EQ(set.labels[5], 2);
  }
}

TEST(Idx, FindsTheUsualNames) {
  const TemporaryFolder folder;
  folder.write("train-images.idx3-ubyte", pictures(3));
  folder.write("train-labels.idx1-ubyte", labels(3));
  folder.write("test-images-idx3-ubyte.gz", gzipped(pictures(2)));
  folder.write("test-labels-idx1-ubyte.gz", gzipped(labels(2)));
  EXPECT_TRUE(has_idx_sets(folder.path()));
  EXPECT_EQ(read_idx_set(folder.path(), "train").count(), 3);
  EXPECT_EQ(read_idx_set(folder.path(), "t10k").count(), 2);
}

TEST(Idx, AFolderOfTheUsersOwnIsNamedAfterItself) {
  const TemporaryFolder folder;
  const auto load = [&](const std::string& name) {
    write_sets(folder, name, 10);
    return load_task("fashion-mnist", folder.path(name) + "/");
  };
  const DatasetPtr own = load("leaves"), kmnist = load("kmnist"), fashion = load("fashion-mnist");
  EXPECT_EQ(own->title, "leaves");
  EXPECT_EQ(own->classes[9], "9");
  EXPECT_EQ(kmnist->classes[9], "wo");
  EXPECT_EQ(fashion->title, "Fashion-MNIST");
  EXPECT_EQ(fashion->classes[9], "Boot");
}

TEST(Idx, TheUsersOwnDataComesBeforeTheSystems) {
  const TemporaryFolder folder;
  write_sets(folder, "fashion-mnist", 10);
  ::setenv("ATTENTION_LAB_DATA", folder.path().c_str(), 1);
  const DatasetPtr data = load_task("fashion-mnist");
  ::unsetenv("ATTENTION_LAB_DATA");
  EXPECT_EQ(data->source, folder.path("fashion-mnist"));
  EXPECT_EQ(data->train.count(), 10);
  EXPECT_EQ(data->notice, "");
}

TEST(Idx, SetsThatDoNotFitAreRefused) {
  const TemporaryFolder folder;
  write_sets(folder, "many", 100, 65);
  write_sets(folder, "sizes", 10, 10, 5);
  const auto refused = [&](const char* name) {
    return message_of<Error>([&] { load_task("fashion-mnist", folder.path(name)); });
  };
  EXPECT_NE(refused("many").find("at most 64 classes"), std::string::npos);
  EXPECT_NE(refused("sizes").find("5 × 5"), std::string::npos);
}

TEST(Idx, SaysWhatIsWrong) {
  const std::string good = pictures(7);
  EXPECT_NE(refusal(labels(7), labels(7)).find("swapped"), std::string::npos);
  EXPECT_NE(refusal("not an idx file at all", labels(7)).find("not an IDX file"), std::string::npos);
  EXPECT_NE(refusal(good.substr(0, good.size() - 1), labels(7)).find("truncated"), std::string::npos);
  EXPECT_NE(refusal(good + "x", labels(7)).find("longer"), std::string::npos);
  EXPECT_NE(refusal(good, labels(6)).find("do not belong together"), std::string::npos);
  EXPECT_NE(refusal(pictures(0), labels(0)).find("no pictures"), std::string::npos);
  EXPECT_NE(refusal("", labels(7)).find("ends before"), std::string::npos);
  EXPECT_NE(refusal(pictures(1, 0, 5), labels(1)).find("0 pixels"), std::string::npos);
  EXPECT_NE(refusal(gzipped(good).substr(0, 30), labels(7)).find("train-images"), std::string::npos);
}

TEST(Idx, AnEnormousHeaderTakesNoMemory) {
  const std::string claims = big_endian(0x803) + big_endian(0xffffffff) + big_endian(1024) + big_endian(1024);
  EXPECT_NE(refusal(claims, labels(7)).find("more than the 1024 MiB"), std::string::npos);
  const std::string wide = big_endian(0x803) + big_endian(1) + big_endian(40000) + big_endian(40000);
  EXPECT_NE(refusal(wide, labels(1)).find("40000"), std::string::npos);
}

TEST(Idx, MissingFilesAndFoldersAreNamed) {
  const TemporaryFolder folder;
  EXPECT_NE(message_of<Error>([&] { read_idx_set(folder.path(), "train"); }).find("train-images-idx3-ubyte"),
            std::string::npos);
  EXPECT_NE(message_of<Error>([&] { load_task("fashion-mnist", folder.path("none")); }).find("no folder"),
            std::string::npos);
  ::mkfifo(folder.path("train-images-idx3-ubyte").c_str(), 0600);
  folder.write("train-labels-idx1-ubyte", labels(1));
  EXPECT_NE(message_of<Error>([&] { read_idx_set(folder.path(), "train"); }).find("not a regular file"),
            std::string::npos);
}

TEST(Idx, TruncatedAnywhereIsRefused) {
  const std::string good = pictures(7);
  for (size_t length = 0; length < good.size(); ++length)
    EXPECT_NE(refusal(good.substr(0, length), labels(7)), "") << length << " bytes";
}

TEST(Idx, FlippedBitsLoadOrAreRefused) {
  const std::string good = gzipped(pictures(7));
  Rng rng(11, stream::kTests);
  for (int round = 0; round < 500; ++round) {
    std::string bytes = good;
    bytes[rng.below(static_cast<uint32_t>(bytes.size()))] ^= static_cast<char>(1 << rng.below(8));
    try {
      EXPECT_EQ(read(bytes, labels(7)).count(), 7);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()), "");
    }
  }
}

TEST(Tasks, ShapesAreTheSameEveryTimeAndAllClassesOccur) {
  const DatasetPtr first = load_task("shapes"), second = load_task("shapes");
  EXPECT_EQ(first->train.pixels, second->train.pixels);
  EXPECT_NE(std::vector<uint8_t>(first->train.pixels.begin(), first->train.pixels.begin() + 784),
            std::vector<uint8_t>(first->test.pixels.begin(), first->test.pixels.begin() + 784));
  std::vector<int> counts(first->classes.size());
  for (uint8_t label : first->train.labels) ++counts.at(label);
  for (int count : counts) EXPECT_GT(count, 1000);
}

TEST(Tasks, WithoutDataTheShapesComeWithANotice) {
  if (find_data(find_task("fashion-mnist")).empty()) {
    const DatasetPtr data = load_task("fashion-mnist");
    EXPECT_EQ(data->task, "shapes");
    EXPECT_NE(data->notice.find("dataset-fashion-mnist"), std::string::npos);
  } else {
    const DatasetPtr data = load_task("fashion-mnist");
    EXPECT_EQ(data->train.count(), 60000);
    EXPECT_EQ(data->test.count(), 10000);
    EXPECT_EQ(data->classes[9], "Boot");
    EXPECT_EQ(data->notice, "");
  }
}

TEST(Tasks, AnUnknownOneIsRefusedWithTheKnownOnes) {
  EXPECT_NE(message_of<Error>([] { find_task("no-such-task"); }).find("fashion-mnist, shapes"), std::string::npos);
}

}  // namespace
}  // namespace lab
