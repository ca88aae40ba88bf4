#pragma once
// Where data comes from: the data sets that Debian packages hold, where each was found, how to get it.
//
// Add a data set: give it a row in kSources in sources.cpp. `attention-lab data` lists it and can fetch it.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

struct DataSource {
  std::string_view name;      // "fashion-mnist"
  std::string_view title;     // "Fashion-MNIST"
  std::string_view packages;  // the Debian packages that hold it, with spaces between them
  std::string_view folder;    // where in them it lies, "usr/share/datasets/fashion-mnist"
  std::string_view files;     // what must be there, with spaces between them; where none, IDX files
  std::string_view licence;

  std::vector<std::string> package_names() const;
};
std::span<const DataSource> data_sources();
/// Throws Error listing the known names when `name` is not one.
const DataSource& find_source(std::string_view name);

/// Where the user's own data sets lie: $ATTENTION_LAB_DATA, or attention-lab/datasets in the user's data folder.
/// Throws Error when neither it nor HOME is set.
std::string own_data_folder();

/// The folder it would be read from now, or empty when there is none.
std::string find_data(const DataSource& source);
/// The same; throws Error, saying how to get it, when there is none.
std::string require_data(std::string_view name);

}  // namespace lab
