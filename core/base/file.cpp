#include "core/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/base/error.h"

namespace lab {

namespace {

// An open file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  /// Closes now and says whether that went well.
  bool close() {
    const int number = std::exchange(number_, -1);
    return ::close(number) == 0;
  }

 private:
  int number_;
};

std::string reason() { return std::strerror(errno); }

std::string folder_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// What a write to `path` replaces: the file a link leads to, so that the link stays; never a folder, nor a
// device or pipe, which renaming would replace by a file.
std::string write_target(const std::string& path) {
  std::error_code none;
  const std::filesystem::file_status status = std::filesystem::status(path, none);
  if (std::filesystem::is_directory(status)) throw Error("{} is a folder; name a file to write.", path);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    throw Error("{} is a device or a pipe; name a file to write.", path);
  const std::filesystem::path target = std::filesystem::weakly_canonical(path, none);
  return none ? path : target.string();
}

// A new file beside `target`, never one that is there already: its descriptor, below 0 on failure, and name.
std::pair<int, std::string> open_beside(const std::string& target) {
  constexpr int kAttempts = 100;
  for (int attempt = 0;; ++attempt) {
    std::string beside = fmt::format("{}.tmp.{}.{}", target, ::getpid(), attempt);
    const int number = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (number >= 0 || errno != EEXIST || attempt == kAttempts) return {number, std::move(beside)};
  }
}

}  // namespace

std::string read_file(const std::string& path, size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.number() < 0) throw Error("{} cannot be opened: {}.", path, reason());
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) throw Error("{} cannot be read: {}.", path, reason());
  if (!S_ISREG(status.st_mode)) throw Error("{} is not a regular file; name a file.", path);
  if (static_cast<size_t>(status.st_size) > limit)
    throw Error("{} has {} bytes, more than the {} that are accepted here.", path, status.st_size, limit);
  std::string bytes(static_cast<size_t>(status.st_size), 0);
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::read(file.number(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error("{} cannot be read: {}.", path, reason());
    if (count == 0) throw Error("{} became shorter while it was read; try again.", path);
    done += static_cast<size_t>(count);
  }
  return bytes;
}

void write_file_atomically(const std::string& path, std::string_view bytes) {
  const std::string target = write_target(path);
  const auto refuse = [&](const std::string& why) {
    throw Error("{} cannot be written: {}. What was there before is unchanged.", path, why);
  };
  auto [number, beside] = open_beside(target);
  if (number < 0) refuse(reason());
  Descriptor file(number);
  if (!write_all(number, bytes) || ::fsync(number) != 0 || !file.close() ||
      ::rename(beside.c_str(), target.c_str()) != 0) {
    const std::string why = reason();
    ::unlink(beside.c_str());
    refuse(why);
  }
  const Descriptor folder(::open(folder_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.number() >= 0) ::fsync(folder.number());
}

void check_writable(const std::string& path) {
  const std::string folder = folder_of(write_target(path));
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    throw Error("{} cannot be written: there is no folder {}.", path, folder);
  if (::access(folder.c_str(), W_OK) != 0) throw Error("{} cannot be written: {}.", path, reason());
}

}  // namespace lab
