#include "core/data/fetch.h"

#include <stdlib.h>

#include <filesystem>

#include "core/base/error.h"
#include "core/base/process.h"

namespace lab {

namespace {

namespace fs = std::filesystem;

// A folder beside the data, so that what is unpacked there can be renamed into place; gone with its contents.
class Workshop {
 public:
  explicit Workshop(const fs::path& beside) {
    std::error_code trouble;
    fs::create_directories(beside, trouble);
    std::string name = (beside / "fetching-XXXXXX").string();
    if (trouble || mkdtemp(name.data()) == nullptr)
      throw Error("{} cannot be written to; set ATTENTION_LAB_DATA to a folder of yours.", beside.string());
    path_ = name;
  }
  ~Workshop() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Workshop(const Workshop&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void run(const std::vector<std::string>& arguments, const fs::path& directory) {
  if (const int code = run_program(arguments, directory.string()); code != 0)
    throw Error("{} failed with exit code {}; what it says stands above.", arguments[0], code);
}

fs::path downloaded(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".deb") return entry.path();
  throw Error("apt-get downloaded no package into {}.", folder.string());
}

std::string unpack(const Task& task) {
  const fs::path own = own_data_folder(), place = own / task.name;
  if (fs::exists(place)) return place.string();
  const Workshop workshop(own);
  const std::string package(task.package);
  run({"apt-get", "download", package}, workshop.path());
  const fs::path tree = workshop.path() / "tree";
  run({"dpkg-deb", "-x", downloaded(workshop.path()).string(), tree.string()}, workshop.path());
  const fs::path found = tree / "usr/share/datasets" / task.name;
  std::error_code trouble;
  fs::rename(tree / "usr/share/doc" / package / "copyright", found / "LICENCE", trouble);
  if (trouble) throw Error("The package {} does not hold the data set {} and its licence.", package, task.name);
  fs::rename(found, place, trouble);
  if (trouble) throw Error("{} cannot be put in place: {}.", place.string(), trouble.message());
  return place.string();
}

}  // namespace

std::string fetch_data(const Task& task, bool install) {
  if (task.package.empty()) throw Error("{} needs no data: the program generates it.", task.title);
  if (!install) return unpack(task);
  if (const std::string there = find_data(task); !there.empty()) return there;
  run({"apt-get", "install", "-y", "--no-install-recommends", std::string(task.package)}, "/");
  if (const std::string there = find_data(task); !there.empty()) return there;
  throw Error("The package {} is installed, but {} is not where data sets are looked for.", task.package, task.title);
}

}  // namespace lab
