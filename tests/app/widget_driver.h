#pragma once
// WidgetDriver: one widget in an empty window without a backend; a test moves its mouse.
//
//   WidgetDriver driver([&] { pick = token_line(…); });   // 1. what is drawn, from (0, 0) on
//   driver.mouse({20, 10}); driver.click();               // 2. what came of it

#include <functional>

#include "tests/app/gui_driver.h"

namespace lab::testing {

class WidgetDriver : public GuiDriver {
 public:
  explicit WidgetDriver(std::function<void()> widget, const Characters& characters = {})
      : GuiDriver({1280, 800}, 1, characters), widget_(std::move(widget)) {
    frames();
  }

  void frames(int count = 2) { GuiDriver::frames(count); }

  void mouse(ImVec2 at) {
    place_mouse(at);
    frames();
  }

 private:
  void draw() override {
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::Begin("widget", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove);
    ImGui::PopStyleVar();
    widget_();
    ImGui::End();
  }

  std::function<void()> widget_;
};

}  // namespace lab::testing
