#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "app/commands/commands.h"
#include "core/data/fetch.h"
#include "core/data/tasks.h"

namespace lab {

namespace {

double megabytes(const std::string& folder) {
  double bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && !entry.is_symlink()) bytes += static_cast<double>(entry.file_size());
  return bytes / 1e6;
}

void print_data_set(const DataSource& source) {
  fmt::print("{:<15} {}; licence: {}; Debian: {}\n", source.name, source.title, source.licence, source.packages);
  const std::string folder = find_data(source);
  if (folder.empty())
    fmt::print("{:<15} not found; attention-lab data get {}\n", "", source.name);
  else
    fmt::print("{:<15} {}, {:.1f} MB\n", "", folder, megabytes(folder));
}

int list_data() {
  for (const DataSource& source : data_sources()) print_data_set(source);
  return 0;
}

// The data set of that name.
const DataSource& asked_for(const std::string& name) {
  for (const Task& task : tasks())
    if (task.name == name && task.generated()) throw Error("{} needs no data: the program generates it.", task.title);
  try {
    return find_source(name);
  } catch (const Error& error) {
    throw UsageError("{}", error.what());
  }
}

}  // namespace

Action data_command(CLI::App& app) {
  const auto name = std::make_shared<std::string>();
  const auto unpack = std::make_shared<bool>(false);
  CLI::App* get = app.add_subcommand("get", "Fetch a data set with the system's package tools");
  get->add_option("NAME", *name, "The data set, as attention-lab data lists it")->required();
  get->add_flag("--unpack", *unpack, "Into your own data folder, also when you could install it for all users");
  return [get, name, unpack] {
    if (!get->parsed()) return list_data();
    const bool install = geteuid() == 0 && !*unpack;
    fmt::print("{}\n", fetch_data(asked_for(*name), install));
    return 0;
  };
}

}  // namespace lab
