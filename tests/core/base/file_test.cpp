#include "core/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

TEST(File, WritesAndReadsBack) {
  const TemporaryFolder folder;
  write_file_atomically(folder.path("a"), "first");
  write_file_atomically(folder.path("a"), std::string("se\0cond", 7));
  EXPECT_EQ(read_file(folder.path("a"), 100), std::string("se\0cond", 7));
  int files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder.path())) ++files;
  EXPECT_EQ(files, 1) << "something was left beside it";
}

TEST(File, RefusesWithASentence) {
  const TemporaryFolder folder;
  const std::string big = folder.write("big", "0123456789");
  ::mkfifo(folder.path("pipe").c_str(), 0600);
  EXPECT_NE(message_of<Error>([&] { read_file(big, 9); }).find("more than the 9"), std::string::npos);
  EXPECT_NE(message_of<Error>([&] { read_file(folder.path(), 9); }).find("not a regular file"), std::string::npos);
  EXPECT_NE(message_of<Error>([&] { read_file(folder.path("pipe"), 9); }).find("not a regular file"),
            std::string::npos);
  EXPECT_NE(message_of<Error>([&] { read_file(folder.path("none"), 9); }).find("cannot be opened"), std::string::npos);
}

TEST(File, AFailedWriteLeavesTheOldFileAndNothingBesideIt) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("target"));  // a rename onto a folder fails
  EXPECT_THROW(write_file_atomically(folder.path("target"), "x"), Error);
  EXPECT_THROW(write_file_atomically(folder.path("no/such/folder"), "x"), Error);
  int files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder.path())) ++files;
  EXPECT_EQ(files, 1);
}

TEST(File, ALinkStaysAndItsTargetIsWritten) {
  const TemporaryFolder folder;
  const std::string target = folder.write("target", "old"), link = folder.path("link");
  std::filesystem::create_symlink("target", link);
  write_file_atomically(link, "new");
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(read_file(target, 100), "new");
}

TEST(File, APipeOrDeviceIsNotReplacedByAFile) {
  const TemporaryFolder folder;
  const std::string pipe = folder.path("pipe");
  ::mkfifo(pipe.c_str(), 0600);
  EXPECT_NE(message_of<Error>([&] { write_file_atomically(pipe, "x"); }).find("a pipe"), std::string::npos);
  EXPECT_NE(message_of<Error>([&] { check_writable(pipe); }).find("a pipe"), std::string::npos);
  EXPECT_NE(message_of<Error>([&] { check_writable("/dev/null"); }).find("a device"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

TEST(File, WhatOthersLeftBesideIsNotTouched) {
  const TemporaryFolder folder;
  const std::string stranger = folder.write(fmt::format("a.tmp.{}.0", ::getpid()), "theirs");
  write_file_atomically(folder.path("a"), "mine");
  EXPECT_EQ(read_file(stranger, 100), "theirs");
  EXPECT_EQ(read_file(folder.path("a"), 100), "mine");
}

TEST(File, SaysBeforehandWhatCouldNotBeWritten) {
  const TemporaryFolder folder;
  EXPECT_NO_THROW(check_writable(folder.path("new")));
  EXPECT_THROW(check_writable(folder.path()), Error);
  EXPECT_THROW(check_writable(folder.path("no/such")), Error);
}

}  // namespace
}  // namespace lab
