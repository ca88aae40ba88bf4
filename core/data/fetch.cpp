#include "core/data/fetch.h"

#include <stdlib.h>

#include <filesystem>

#include "core/base/error.h"
#include "core/base/file.h"
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

std::vector<fs::path> downloaded(const fs::path& folder) {
  std::vector<fs::path> packages;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".deb") packages.push_back(entry.path());
  return packages;
}

std::string licences(const fs::path& tree, const DataSource& source) {
  constexpr size_t kMostBytes = 16 << 20;
  std::string all;
  for (const std::string& package : source.package_names()) {
    const fs::path copyright = tree / "usr/share/doc" / package / "copyright";
    if (!fs::exists(copyright))
      throw Error("The package {} does not hold the data set {} and its licence.", package, source.name);
    all += (all.empty() ? "" : "\n\n") + read_file(copyright.string(), kMostBytes);
  }
  return all;
}

std::string unpack(const DataSource& source) {
  const fs::path own = own_data_folder(), place = own / source.name;
  if (fs::exists(place)) return place.string();
  const Workshop workshop(own);
  std::vector<std::string> download = {"apt-get", "download"};
  for (const std::string& package : source.package_names()) download.push_back(package);
  run(download, workshop.path());
  const std::vector<fs::path> packages = downloaded(workshop.path());
  if (packages.empty()) throw Error("apt-get downloaded no package into {}.", workshop.path().string());
  const fs::path tree = workshop.path() / "tree", found = tree / source.folder;
  for (const fs::path& package : packages) run({"dpkg-deb", "-x", package.string(), tree.string()}, workshop.path());
  if (!fs::is_directory(found)) throw Error("The packages {} do not hold {}.", source.packages, source.folder);
  write_file_atomically((found / "LICENCE").string(), licences(tree, source));
  std::error_code trouble;
  fs::rename(found, place, trouble);
  if (trouble) throw Error("{} cannot be put in place: {}.", place.string(), trouble.message());
  return place.string();
}

}  // namespace

std::string fetch_data(const DataSource& source, bool install) {
  if (!install) return unpack(source);
  if (const std::string there = find_data(source); !there.empty()) return there;
  std::vector<std::string> command = {"apt-get", "install", "-y", "--no-install-recommends"};
  for (const std::string& package : source.package_names()) command.push_back(package);
  run(command, "/");
  if (const std::string there = find_data(source); !there.empty()) return there;
  throw Error("The packages {} are installed, but {} is not where data sets are looked for.", source.packages,
              source.title);
}

}  // namespace lab
