#include "app/panels/workspace.h"

#include <algorithm>

#include "app/panels/banner.h"
#include "app/panels/cost/budget_control.h"
#include "app/panels/cost/scaling_control.h"
#include "app/panels/explain/explain.h"
#include "app/panels/files/export_control.h"
#include "app/panels/files/export_sheet.h"
#include "app/panels/files/open_picture.h"
#include "app/panels/files/save_run.h"
#include "app/panels/files/view_file.h"
#include "app/panels/help.h"
#include "app/panels/history/branch_sheet.h"
#include "app/panels/history/history_bar.h"
#include "app/panels/history/history_control.h"
#include "app/panels/inside/inside.h"
#include "app/panels/lanes/drawing.h"
#include "app/panels/pages.h"
#include "app/panels/setup/setup.h"
#include "app/panels/step/step_control.h"
#include "app/panels/texts/baseline.h"
#include "app/panels/toolbar.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kSideBySide = 1160;  // logical pixels; narrower windows show one panel at a time
constexpr float kSetupWidth = 240, kCurvesWidth = 350;

constexpr ImGuiWindowFlags kWhole = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                    ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                                    ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoBackground;

/// What lies outside the rounded corners of a panel.
void draw_corners(ImVec2 low, ImVec2 high) {
  constexpr float kQuarter = 1.57079633f;
  const float r = px(space::kCorner);
  const struct {
    ImVec2 tip, centre;
  } corners[] = {{high, {high.x - r, high.y - r}},
                 {{low.x, high.y}, {low.x + r, high.y - r}},
                 {low, {low.x + r, low.y + r}},
                 {{high.x, low.y}, {high.x - r, low.y + r}}};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (int i = 0; i < 4; ++i) {
    list.PathLineTo(corners[i].tip);
    list.PathArcTo(corners[i].centre, r, static_cast<float>(i) * kQuarter, static_cast<float>(i + 1) * kQuarter);
    list.PathFillConvex(colour::kBackground);
  }
}

/// What can be exported; the right button asks for it, where it means nothing else.
void offer_export(const char* name, int page, ImVec2 low, ImVec2 high, View& view) {
  view.exporting.panels.push_back({name, page, low, high});
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Right) && ImGui::IsMouseHoveringRect(low, high, false) &&
      !ImGui::IsAnyItemHovered() && !ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup))
    ask_export(view, name);
}

template <class Draw>
void panel(const char* id, Page page, ImVec2 size, View& view, const Draw& draw) {
  const ImVec2 low = ImGui::GetCursorScreenPos();
  const ImVec2 high = {low.x + size.x, low.y + size.y};
  draw_corners(low, high);
  ImGui::GetWindowDrawList()->AddRect(low, high, colour::kLine, px(space::kCorner), 0,
                                      ImGui::GetStyle().ChildBorderSize);
  ImGui::BeginChild(id, size, true, ImGuiWindowFlags_NoBackground);
  draw();
  ImGui::EndChild();
  offer_export(pages()[static_cast<size_t>(page)].title, static_cast<int>(page), low, high, view);
}

/// The ground between panels from `from` on, `size` large.
void draw_ground(ImVec2 from, ImVec2 size) {
  ImGui::GetWindowDrawList()->AddRectFilled(from, {from.x + size.x, from.y + size.y}, colour::kBackground);
}

/// The ground around the area of the panels: below the toolbar, and at the other three edges.
void draw_margins(float top, float gap) {
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  draw_ground({0, top}, {screen.x, gap});
  draw_ground({0, screen.y - gap}, {screen.x, gap});
  draw_ground({0, top}, {gap, screen.y - top});
  draw_ground({screen.x - gap, top}, {gap, screen.y - top});
}

void draw_side_by_side(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float gap = px(space::kGap), setup = px(kSetupWidth);
  const float curves = std::max(px(kCurvesWidth), std::floor(room.x * 0.23f)),
              lanes = room.x - setup - curves - 2 * gap;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_ground({at.x + setup, at.y}, {gap, room.y});
  draw_ground({at.x + setup + gap + lanes, at.y}, {gap, room.y});
  panel("setup", Page::kSetup, {setup, room.y}, view, [&] { draw_setup(snapshot, view.setup, commands, textures); });
  ImGui::SameLine(0, gap);
  panel("page", view.page, {lanes, room.y}, view, [&] { draw_open_page(snapshot, view, commands, textures); });
  ImGui::SameLine(0, gap);
  panel("curves", Page::kCurves, {curves, room.y}, view, [&] { draw_measures(snapshot, view); });
}

void draw_below_toolbar(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  draw_banner(snapshot, view, commands);
  view.beside = ImGui::GetContentRegionAvail().x >= px(kSideBySide) && !view.presenting;
  if (view.beside && !pages()[static_cast<size_t>(view.page)].alone)
    draw_side_by_side(snapshot, view, commands, textures);
  else
    panel("one", view.page, ImGui::GetContentRegionAvail(), view,
          [&] { draw_open_page(snapshot, view, commands, textures); });
}

}  // namespace

void draw_workspace(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  if (!snapshot.history.past) view.setup.draft.follow(snapshot);  // settings are those of now
  follow_history(snapshot, view, commands);
  follow_opened_run(snapshot, view, commands);
  view.exporting.panels.clear();
  ask_for_step(snapshot, view, commands);
  ask_for_explanation(snapshot, view, commands);
  ask_for_inside(snapshot, view, commands);
  follow_scaling(snapshot, view, commands);
  follow_sweep(snapshot, view, commands);
  follow_baseline(snapshot, view);
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::Begin("workspace", nullptr, kWhole);
  ImGui::PopStyleVar(2);
  ImGui::PushFont(theme().body);
  const float top = draw_toolbar(snapshot, view, commands), gap = px(space::kGap);
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  draw_margins(top, gap);
  ImGui::SetCursorScreenPos({gap, top + gap});
  const float room = std::max(screen.y - top - 2 * gap, px(160)), bar = history_bar_height(snapshot, room);
  ImGui::BeginChild("below", {screen.x - 2 * gap, room - bar}, false, ImGuiWindowFlags_NoBackground);
  draw_below_toolbar(snapshot, view, commands, textures);
  ImGui::EndChild();
  if (bar > 0) {
    ImGui::SetCursorScreenPos({gap, top + gap + room - bar});
    ImGui::BeginChild("history", {screen.x - 2 * gap, bar}, false, ImGuiWindowFlags_NoBackground);
    draw_history_bar(snapshot, view, commands);
    ImGui::EndChild();
    offer_export("History", -1, {gap, top + gap + room - bar}, {screen.x - gap, top + gap + room}, view);
  }
  draw_help(view);
  draw_open_picture(snapshot, view, commands);
  draw_branch_sheet(snapshot, view, commands);
  draw_save_run(snapshot, view, commands);
  draw_export_sheet(view);
  ImGui::PopFont();
  ImGui::End();
  ImGui::PushFont(theme().body);
  draw_drawing(snapshot, view, commands, textures);
  ImGui::PopFont();
}

}  // namespace lab
