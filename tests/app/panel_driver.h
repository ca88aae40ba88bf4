#pragma once
// PanelDriver: the whole screen without a window, a backend or a display; a test moves its mouse.
//
//   PanelDriver lab(sample_snapshot());       // 1. a snapshot
//   lab.frames(3);                            // 2. draw
//   lab.find([&] { return …; }, {0, 0});      // 3. move the mouse until something is so
//   lab.click(); lab.commands.waiting();      // 4. what came of it

#include <functional>

#include "app/panels/workspace.h"
#include "tests/app/gui_driver.h"
#include "tests/app/sample_snapshot.h"

namespace lab::testing {

class PanelDriver : public GuiDriver {
 public:
  explicit PanelDriver(Snapshot shown, float width = 1280, float height = 800, float scale = 1)
      : GuiDriver({width, height}, scale), snapshot(std::move(shown)) {}

  void mouse(ImVec2 at) { place_mouse(at); }

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
  void draw() override { draw_workspace(snapshot, view, commands, textures); }
};

}  // namespace lab::testing
