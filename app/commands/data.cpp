#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "app/commands/commands.h"
#include "core/data/fetch.h"

namespace lab {

namespace {

double megabytes(const std::string& folder) {
  double bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  return bytes / 1e6;
}

void print_data_set(const Task& task) {
  fmt::print("{:<15} {}; licence: {}; Debian package {}\n", task.name, task.title, task.licence, task.package);
  const std::string folder = find_data(task);
  if (folder.empty())
    fmt::print("{:<15} not found; attention-lab data get {}\n", "", task.name);
  else
    fmt::print("{:<15} {}, {:.1f} MB\n", "", folder, megabytes(folder));
}

int list_data() {
  for (const Task& task : tasks())
    if (!task.package.empty()) print_data_set(task);
  return 0;
}

const Task& asked_for(const std::string& name) {
  try {
    return find_task(name);
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
