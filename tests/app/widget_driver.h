#pragma once
// WidgetDriver: one widget in an empty window without a backend; a test moves its mouse.
//
//   WidgetDriver driver([&] { pick = token_line(…); });   // 1. what is drawn, from (0, 0) on
//   driver.mouse({20, 10}); driver.click();               // 2. what came of it

#include <imgui.h>

#include <functional>

#include "app/widgets/characters.h"
#include "app/widgets/theme.h"

namespace lab::testing {

class WidgetDriver {
 public:
  explicit WidgetDriver(std::function<void()> draw, const Characters& characters = {})
      : draw_(std::move(draw)), context_(ImGui::CreateContext()) {
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().DisplaySize = {1280, 800};
    use_theme(1, characters);
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    ImGui::GetIO().Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    mouse({-1000, -1000});
  }
  ~WidgetDriver() { ImGui::DestroyContext(context_); }
  WidgetDriver(const WidgetDriver&) = delete;
  WidgetDriver& operator=(const WidgetDriver&) = delete;

  void frames(int count = 2) {
    for (int i = 0; i < count; ++i) {
      ImGui::GetIO().DeltaTime = 1.0f / 60;
      ImGui::NewFrame();
      ImGui::SetNextWindowPos({0, 0});
      ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
      ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
      ImGui::Begin("widget", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove);
      ImGui::PopStyleVar();
      draw_();
      ImGui::End();
      ImGui::Render();
    }
  }

  void mouse(ImVec2 at) {
#if IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddMousePosEvent(at.x, at.y);
#else
    ImGui::GetIO().MousePos = at;
#endif
    frames();
  }
  void press(bool down) {
#if IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddMouseButtonEvent(ImGuiMouseButton_Left, down);
#else
    ImGui::GetIO().MouseDown[ImGuiMouseButton_Left] = down;
#endif
    frames(1);
  }
  void click() { press(true), press(false); }
  void turn_wheel(float notches) {
#if IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddMouseWheelEvent(0, notches);
#else
    ImGui::GetIO().MouseWheel = notches;
#endif
    frames(1);
  }

 private:
  std::function<void()> draw_;
  ImGuiContext* context_;
};

}  // namespace lab::testing
