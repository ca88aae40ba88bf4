#include "app/window/write_exports.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "app/panels/files/export_control.h"
#include "app/panels/pages.h"
#include "app/window/capture.h"
#include "app/window/png.h"
#include "app/window/svg.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace lab {
namespace {

PanelOnScreen find_panel(const View& view, const std::string& name) {
  if (name.empty()) return {"Attention Lab", -1, {0, 0}, ImGui::GetIO().DisplaySize};
  std::vector<std::string> names;
  for (const PanelOnScreen& panel : view.exporting.panels) {
    if (panel.name == name) return panel;
    names.push_back(panel.name);
  }
  throw Error("There is no panel \"{}\" on the screen; there are {}.", name, fmt::join(names, ", "));
}

void write_pixels(const ExportScreen& screen, const PanelOnScreen& panel, const std::string& path) {
  // Of the frame buffer, which may have more pixels than the screen has units.
  const float scale = static_cast<float>(screen.width) / std::max(1.0f, ImGui::GetIO().DisplaySize.x);
  const auto place = [&](float at, int most) { return std::clamp(static_cast<int>(std::lround(at * scale)), 0, most); };
  const int left = place(panel.low.x, screen.width), top = place(panel.low.y, screen.height);
  const int width = place(panel.high.x, screen.width) - left, height = place(panel.high.y, screen.height) - top;
  write_png(path, width, height, cut(read_screen(screen.width, screen.height), screen.width, left, top, width, height));
}

void write_vectors(const ExportScreen& screen, const View& view, const std::string& name, const std::string& path) {
  const PlainEdges plain;
  screen.draw_again();
  const PanelOnScreen panel = find_panel(view, name);
  write_file_atomically(path, svg_of(*ImGui::GetDrawData(), {panel.low, panel.high}, panel.name, screen.textures));
}

void write_numbers(const Snapshot& snapshot, const View& view, const PanelOnScreen& panel, const std::string& path) {
  const PageRow* page = panel.page < 0 ? nullptr : &pages()[static_cast<size_t>(panel.page)];
  if (page == nullptr || page->csv == nullptr) throw Error("{} has no numbers to write as CSV.", panel.name);
  write_file_atomically(path, page->csv(snapshot, view));
}

}  // namespace

bool export_due(View& view) {
  auto& request = view.exporting.request;
  return request && request->frames-- <= 0;
}

void write_panel(const ExportScreen& screen, const Snapshot& snapshot, const View& view, const std::string& panel,
                 ExportFormat format, const std::string& path) {
  const PanelOnScreen found = find_panel(view, panel);
  if (format == ExportFormat::kPng) write_pixels(screen, found, path);
  if (format == ExportFormat::kSvg) write_vectors(screen, view, panel, path);
  if (format == ExportFormat::kCsv) write_numbers(snapshot, view, found, path);
}

void write_exports(const ExportScreen& screen, const Snapshot& snapshot, View& view) {
  const ExportRequest request = std::move(*view.exporting.request);
  view.exporting.request.reset();
  try {
    const auto paths = free_paths(view.exporting.folder, request.panel, snapshot.step, request.formats);
    for (size_t i = 0; i < paths.size(); ++i)
      write_panel(screen, snapshot, view, request.panel, request.formats[i], paths[i]);
    std::vector<std::string> names;
    for (const std::string& path : paths) names.push_back(std::filesystem::path(path).filename());
    std::error_code trouble;
    const auto folder = std::filesystem::weakly_canonical(std::filesystem::path(paths.front()).parent_path(), trouble);
    view.exporting.said = fmt::format("{} {} now in {}.", fmt::join(names, ", "), names.size() == 1 ? "is" : "are",
                                      trouble ? view.exporting.folder : folder.string());
  } catch (const Error& error) {
    view.trouble = error.what();
  }
}

}  // namespace lab
