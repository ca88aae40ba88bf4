#include "app/panels/sheet.h"

#include <imgui.h>

#include <algorithm>

#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr ImGuiWindowFlags kFlags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize |
                                    ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize;

/// A cross at the right of the title; true when it was clicked.
bool draw_cross() {
  const float side = px(24);
  ImGui::SameLine(ImGui::GetContentRegionMax().x - side);
  const ImVec2 at = ImGui::GetCursorScreenPos(), centre = {at.x + side / 2, at.y + side / 2};
  const bool clicked = ImGui::InvisibleButton("close", {side, side});
  const ImU32 ink = ImGui::IsItemHovered() ? colour::kText : colour::kQuiet;
  const float arm = px(5);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddLine({centre.x - arm, centre.y - arm}, {centre.x + arm, centre.y + arm}, ink, px(1.5f));
  list.AddLine({centre.x - arm, centre.y + arm}, {centre.x + arm, centre.y - arm}, ink, px(1.5f));
  return clicked;
}

bool clicked_outside() {
  return ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !ImGui::IsWindowAppearing() &&
         !ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem |
                                 ImGuiHoveredFlags_RootAndChildWindows | ImGuiHoveredFlags_AllowWhenBlockedByPopup);
}

}  // namespace

Sheet::Sheet(const char* id, const char* title, bool& open, float width) {
  if (open && !ImGui::IsPopupOpen(id)) ImGui::OpenPopup(id);
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float wide = std::min(px(width), screen.x - px(24));
  ImGui::SetNextWindowPos({screen.x / 2, screen.y / 2}, ImGuiCond_Always, {0.5f, 0.5f});
  ImGui::SetNextWindowSizeConstraints({wide, 0}, {wide, screen.y - px(24)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {px(20), px(16)});
  begun_ = ImGui::BeginPopupModal(id, nullptr, kFlags);
  ImGui::PopStyleVar();
  if (!begun_) {
    open = false;
    return;
  }
  ImGui::Dummy({wide - px(40), 0});
  styled_text(title, theme().title, colour::kText);
  if (draw_cross() || clicked_outside()) open = false;
  if (!open) ImGui::CloseCurrentPopup();
  ImGui::Dummy({1, px(2)});
}

Sheet::~Sheet() {
  if (begun_) ImGui::EndPopup();
}

}  // namespace lab
