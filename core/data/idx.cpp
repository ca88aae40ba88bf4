#include "core/data/idx.h"

#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include "core/base/error.h"

namespace lab {

namespace {

constexpr uint32_t kPictures = 0x803, kLabels = 0x801;
constexpr uint32_t kLargestSide = 1024;
constexpr uint64_t kMostBytes = uint64_t{1} << 30;
constexpr size_t kChunk = size_t{1} << 20;

// A gzipped or plain file, read from front to back.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
      throw Error("{} is not a regular file; name a folder of IDX files.", path);
    file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_) throw Error("{} cannot be opened; check that it may be read.", path);
    gzbuffer(file_.get(), 1 << 17);
  }

  uint32_t number() {
    std::array<uint8_t, 4> bytes{};
    if (read(bytes.data(), bytes.size()) != bytes.size())
      throw Error("{} ends before its data begins; fetch it again.", path_);
    return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
  }

  // Exactly `count` bytes to the file's end. Memory grows with what is really there, never with what the
  // header claims.
  std::vector<uint8_t> rest(uint64_t count) {
    std::vector<uint8_t> bytes;
    while (bytes.size() < count) {
      const size_t part = static_cast<size_t>(std::min<uint64_t>(kChunk, count - bytes.size()));
      const size_t before = bytes.size();
      bytes.resize(before + part);
      if (read(bytes.data() + before, part) != part)
        throw Error("{} is truncated: its header announces {} bytes of data and fewer follow; fetch it again.", path_,
                    count);
    }
    uint8_t beyond = 0;
    if (read(&beyond, 1) != 0) throw Error("{} is longer than its header announces; it is not what it says.", path_);
    return bytes;
  }

 private:
  size_t read(uint8_t* to, size_t count) {
    const int got = gzread(file_.get(), to, static_cast<unsigned>(count));
    int code = Z_OK;
    const char* message = gzerror(file_.get(), &code);
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR))
      throw Error("{} is damaged ({}); fetch it again.", path_, message);
    return static_cast<size_t>(got);
  }

  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };
  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

void check_magic(uint32_t found, uint32_t wanted, const std::string& path) {
  if (found == wanted) return;
  const char* what = wanted == kPictures ? "pictures" : "labels";
  if (found == kPictures || found == kLabels)
    throw Error("{} holds {}, not {}; the two files may have been swapped.", path,
                found == kPictures ? "pictures" : "labels", what);
  throw Error("{} is not an IDX file of {}: it begins with {:#010x} instead of {:#010x}.", path, what, found, wanted);
}

ImageSet read_pictures(const std::string& path) {
  Reader file(path);
  check_magic(file.number(), kPictures, path);
  const uint32_t count = file.number(), height = file.number(), width = file.number();
  if (count == 0) throw Error("{} holds no pictures.", path);
  if (height == 0 || width == 0 || height > kLargestSide || width > kLargestSide)
    throw Error("{} announces pictures of {} × {} pixels; 1 to {} a side are accepted.", path, width, height,
                kLargestSide);
  const uint64_t bytes = uint64_t{count} * height * width;
  if (bytes > kMostBytes)
    throw Error("{} announces {} pictures of {} × {}, more than the {} MiB that are accepted.", path, count, width,
                height, kMostBytes >> 20);
  ImageSet set;
  set.height = static_cast<int>(height);
  set.width = static_cast<int>(width);
  set.pixels = file.rest(bytes);
  return set;
}

std::vector<uint8_t> read_labels(const std::string& path, uint64_t pictures) {
  Reader file(path);
  check_magic(file.number(), kLabels, path);
  const uint32_t count = file.number();
  if (count != pictures)
    throw Error("{} has {} labels for {} pictures; the files do not belong together.", path, count, pictures);
  return file.rest(count);
}

// The file under any of the names in use; empty when there is none.
std::string find_file(const std::string& folder, const std::string& part, const std::string& kind) {
  const std::vector<std::string> parts =
      part == "train" ? std::vector<std::string>{"train"} : std::vector<std::string>{part, "test"};
  for (const std::string& name : parts)
    for (const char* separator : {"-", "."})
      for (const char* ending : {".gz", ""}) {
        const std::string path = folder + "/" + name + "-" + kind.substr(0, 6) + separator + kind.substr(7) + ending;
        std::error_code ignored;
        if (std::filesystem::exists(path, ignored)) return path;
      }
  return "";
}

constexpr const char* kPictureFile = "images-idx3-ubyte";
constexpr const char* kLabelFile = "labels-idx1-ubyte";

std::string require_file(const std::string& folder, const std::string& part, const std::string& kind) {
  const std::string path = find_file(folder, part, kind);
  if (path.empty())
    throw Error("{} has no file {}-{} (or the same ending in .gz); name a folder of IDX files.", folder, part, kind);
  return path;
}

}  // namespace

ImageSet read_idx_set(const std::string& folder, const std::string& part) {
  const std::string pictures = require_file(folder, part, kPictureFile);
  const std::string labels = require_file(folder, part, kLabelFile);
  ImageSet set = read_pictures(pictures);
  set.labels = read_labels(labels, set.pixels.size() / (static_cast<size_t>(set.height) * set.width));
  return set;
}

bool has_idx_sets(const std::string& folder) {
  for (const char* part : {"train", "t10k"})
    for (const char* kind : {kPictureFile, kLabelFile})
      if (find_file(folder, part, kind).empty()) return false;
  return true;
}

}  // namespace lab
