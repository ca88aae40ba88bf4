#pragma once
// PanelDriver: the whole screen without a window, a backend or a display; a test moves its mouse.
//
//   PanelDriver lab(sample_snapshot());       // 1. a snapshot
//   lab.frames(3);                            // 2. draw
//   lab.find([&] { return …; }, {0, 0});      // 3. move the mouse until something is so
//   lab.click(); lab.commands.waiting();      // 4. what came of it

#include <imgui.h>

#include <functional>

#include "app/panels/workspace.h"
#include "app/widgets/theme.h"
#include "tests/app/sample_snapshot.h"

namespace lab::testing {

class PanelDriver {
 public:
  explicit PanelDriver(Snapshot shown, float width = 1280, float height = 800, float scale = 1)
      : snapshot(std::move(shown)), context_(ImGui::CreateContext()) {
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().DisplaySize = {width, height};
    use_theme(scale);
    unsigned char* pixels = nullptr;
    int atlas_width = 0, atlas_height = 0;
    ImGui::GetIO().Fonts->GetTexDataAsRGBA32(&pixels, &atlas_width, &atlas_height);
    mouse({-1000, -1000});
  }
  ~PanelDriver() { ImGui::DestroyContext(context_); }
  PanelDriver(const PanelDriver&) = delete;
  PanelDriver& operator=(const PanelDriver&) = delete;

  void frames(int count) {
    for (int i = 0; i < count; ++i) {
      ImGui::GetIO().DeltaTime = 1.0f / 60;
      ImGui::NewFrame();
      draw_workspace(snapshot, view, commands, textures);
      ImGui::Render();
    }
  }

  void mouse(ImVec2 at) {
#if IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddMousePosEvent(at.x, at.y);
#else
    ImGui::GetIO().MousePos = at;
#endif
  }

  void press(ImGuiMouseButton button, bool down) {
#if IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddMouseButtonEvent(button, down);
#else
    ImGui::GetIO().MouseDown[button] = down;
#endif
    frames(2);
  }

  void click() {
    for (const bool down : {true, false}) press(ImGuiMouseButton_Left, down);
  }

  void drag(ImVec2 from, ImVec2 to, ImGuiMouseButton button = ImGuiMouseButton_Left) {
    mouse(from);
    frames(2);
    press(button, true);
    mouse(to);
    frames(2);
    press(button, false);
  }

  /// Moves the mouse over the screen, row by row, from `from` to the right and down until `found`; false when nowhere.
  bool find(const std::function<bool()>& found, ImVec2 from, float step = 9) {
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    for (float y = from.y; y < screen.y; y += step)
      for (float x = from.x; x < screen.x; x += step) {
        mouse({x, y});
        frames(1);
        if (found()) return true;
      }
    return false;
  }

  /// Clicks along a line from `from` to the right until `done`; false when the edge comes first.
  bool click_along(ImVec2 from, const std::function<bool()>& done, float step = 16) {
    for (float x = from.x; x < ImGui::GetIO().DisplaySize.x; x += step) {
      mouse({x, from.y});
      frames(2);
      click();
      if (done()) return true;
    }
    return false;
  }

  template <class C>
  bool asked() const {
    for (const Command& command : commands.waiting())
      if (std::holds_alternative<C>(command)) return true;
    return false;
  }

  Snapshot snapshot;
  View view;
  Commands commands;
  NoTextures textures;

 private:
  ImGuiContext* context_;
};

}  // namespace lab::testing
