#pragma once
// GuiDriver: Dear ImGui without a window, a backend or a display, and its mouse. What is drawn is the derived driver's.

#include <imgui.h>

#include <initializer_list>

#include "app/widgets/characters.h"
#include "app/widgets/theme.h"

namespace lab::testing {

class GuiDriver {
 public:
  GuiDriver(ImVec2 size, float scale, const Characters& characters = {}) : context_(ImGui::CreateContext()) {
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().DisplaySize = size;
    use_theme(scale, characters);
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    ImGui::GetIO().Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    place_mouse({-1000, -1000});
  }
  virtual ~GuiDriver() { ImGui::DestroyContext(context_); }
  GuiDriver(const GuiDriver&) = delete;
  GuiDriver& operator=(const GuiDriver&) = delete;

  void frames(int count) {
    for (int i = 0; i < count; ++i) {
      ImGui::GetIO().DeltaTime = 1.0f / 60;
      ImGui::NewFrame();
      draw();
      ImGui::Render();
    }
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
  void hold_control(bool down) {
#if IMGUI_VERSION_NUM >= 18900
    ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, down);
#else
    ImGui::GetIO().KeyCtrl = down;
#endif
  }
  void turn_wheel(float notches) {
#if IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddMouseWheelEvent(0, notches);
#else
    ImGui::GetIO().MouseWheel = notches;
#endif
    frames(1);
  }

 protected:
  /// The contents of one frame.
  virtual void draw() = 0;

  /// From the next frame on.
  void place_mouse(ImVec2 at) {
#if IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddMousePosEvent(at.x, at.y);
#else
    ImGui::GetIO().MousePos = at;
#endif
  }

 private:
  ImGuiContext* context_;
};

}  // namespace lab::testing
