#include "app/panels/files/export_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "app/panels/files/open_picture.h"
#include "app/panels/pages.h"
#include "core/base/error.h"
#include "core/base/user_folder.h"

namespace lab {
namespace {

/// "Curves and cost" → "curves-and-cost"
std::string slug(const std::string& name) {
  std::string result;
  for (const char letter : name)
    result += std::isalnum(static_cast<unsigned char>(letter)) ? static_cast<char>(std::tolower(letter)) : '-';
  return result;
}

std::string ending(ExportFormat format) { return slug(kExportFormats[static_cast<int>(format)]); }

}  // namespace

void export_window(View& view) {
  ExportState& state = view.exporting;
  if (state.folder.empty()) state.folder = user_pictures_folder();
  state.said.clear();  // it should not be in the picture
  view.trouble.clear();
  state.request = {"", {ExportFormat::kPng}, 0};
}

void ask_export(View& view, const std::string& panel) {
  ExportState& state = view.exporting;
  if (state.folder.empty()) state.folder = user_pictures_folder();
  state.asked = true;
  state.panel = panel;
  state.trouble.clear();
}

bool can_export(const ExportState& state, const std::string& panel, ExportFormat format) {
  if (format != ExportFormat::kCsv) return true;
  return std::any_of(state.panels.begin(), state.panels.end(), [&](const PanelOnScreen& one) {
    return one.name == panel && one.page >= 0 && pages()[static_cast<size_t>(one.page)].csv != nullptr;
  });
}

std::vector<std::string> free_paths(const std::string& folder, const std::string& panel, int64_t step,
                                    const std::vector<ExportFormat>& formats) {
  const std::filesystem::path where = expanded_path(folder.empty() ? "." : folder);
  std::error_code trouble;
  std::filesystem::create_directories(where, trouble);
  if (!std::filesystem::is_directory(where, trouble))
    throw Error("The folder {} cannot be made; choose another one.", where.string());
  const std::string stem = fmt::format("{}-step-{}", slug(panel.empty() ? "window" : panel), step);
  for (int number = 1;; ++number) {
    std::vector<std::string> paths;
    for (const ExportFormat format : formats)
      paths.push_back(where /
                      fmt::format("{}{}.{}", stem, number == 1 ? "" : fmt::format("-{}", number), ending(format)));
    const auto there = [](const std::string& path) { return std::filesystem::exists(path); };
    if (std::none_of(paths.begin(), paths.end(), there)) return paths;
  }
}

}  // namespace lab
