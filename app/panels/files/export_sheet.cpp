#include "app/panels/files/export_sheet.h"

#include <imgui_stdlib.h>

#include <algorithm>

#include "app/panels/files/export_control.h"
#include "app/panels/sheet.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"
#include "core/base/error.h"

namespace lab {
namespace {

constexpr const char* kWholeWindow = "Whole window";
constexpr const char* kMeanings[] = {
    "PNG: the pixels that are seen.",
    "SVG: lines, words and cells as vectors, sharp at any size.",
    "CSV: the numbers behind it, for a table or a plot of your own.",
};

void label(const char* words) {
  ImGui::Dummy({1, px(4)});
  styled_text(words, theme().caption, colour::kQuiet);
}

/// A chip each, in rows.
void draw_panels(ExportState& state) {
  label("What");
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  std::vector<std::string> names = {""};
  for (const PanelOnScreen& panel : state.panels) names.push_back(panel.name);
  if (std::find(names.begin(), names.end(), state.panel) == names.end()) state.panel.clear();
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string shown = i == 0 ? kWholeWindow : names[i];
    if (i > 0) ImGui::SameLine(0, px(6));
    if (i > 0 && ImGui::GetCursorScreenPos().x + text_width(shown, theme().caption) + px(14) > right) ImGui::NewLine();
    if (chip(shown.c_str(), state.panel == names[i], "As it is now on the screen.")) state.panel = names[i];
  }
}

void draw_formats(ExportState& state) {
  label("As");
  for (int i = 0; i < static_cast<int>(std::size(kExportFormats)); ++i) {
    const bool possible = can_export(state, state.panel, static_cast<ExportFormat>(i));
    if (i > 0) ImGui::SameLine(0, px(6));
    ImGui::PushStyleVar(ImGuiStyleVar_Alpha, ImGui::GetStyle().Alpha * (possible ? 1 : 0.4f));
    if (chip(kExportFormats[i], state.formats[i] && possible,
             possible ? kMeanings[i] : "It has no numbers to write.") &&
        possible)
      state.formats[i] = !state.formats[i];
    ImGui::PopStyleVar();
  }
}

std::vector<ExportFormat> chosen_formats(const ExportState& state) {
  std::vector<ExportFormat> formats;
  for (int i = 0; i < static_cast<int>(std::size(kExportFormats)); ++i)
    if (const auto format = static_cast<ExportFormat>(i); state.formats[i] && can_export(state, state.panel, format))
      formats.push_back(format);
  return formats;
}

void ask(View& view) {
  ExportState& state = view.exporting;
  try {
    const std::vector<ExportFormat> formats = chosen_formats(state);
    if (formats.empty()) throw Error("Choose at least one of PNG, SVG and CSV.");
    free_paths(state.folder, state.panel, 0, formats);  // a folder that cannot be made is said here
    state.request = {state.panel, formats, 1};
    state.asked = false;
    state.said.clear();
  } catch (const Error& error) {
    state.trouble = error.what();
  }
}

}  // namespace

void draw_export_sheet(View& view) {
  ExportState& state = view.exporting;
  Sheet sheet("export", "Export", state.asked, 520);
  if (!sheet) return;
  draw_panels(state);
  draw_formats(state);
  label("To the folder");
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const bool entered =
      ImGui::InputTextWithHint("##folder", "a folder", &state.folder, ImGuiInputTextFlags_EnterReturnsTrue);
  small_print("Files are named after the panel and the step; those that are there already stay as they are.");
  if (!state.trouble.empty()) trouble_print(state.trouble);
  ImGui::Dummy({1, px(2)});
  if (button("Export", {.primary = true}) || entered) ask(view);
  ImGui::SameLine();
  if (button("Cancel")) state.asked = false;
}

}  // namespace lab
