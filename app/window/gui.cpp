#include "app/window/gui.h"

#include <backends/imgui_impl_opengl3.h>
#include <epoxy/gl.h>

#include "app/widgets/colours.h"

namespace lab {

Gui::Gui(float scale) : context_(ImGui::CreateContext()), scale_(scale) {
  ImGui::GetIO().IniFilename = nullptr;  // nothing is written to the working directory
  ImGui::GetIO().LogFilename = nullptr;
  ImGui_ImplOpenGL3_Init("#version 330 core");
  use_theme(scale);
  ImGui_ImplOpenGL3_CreateDeviceObjects();  // or it would make the fonts' texture again at the first frame
}

Gui::~Gui() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui::DestroyContext(context_);
}

void Gui::set_scale(float scale) {
  if (scale == scale_) return;
  scale_ = scale;
  load_fonts();
}

void Gui::set_characters(const Characters& characters) {
  characters_ = characters;
  load_fonts();
}

void Gui::load_fonts() {
  use_theme(scale_, characters_);
#if IMGUI_VERSION_NUM < 19200  // later ones follow the atlas by themselves
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
  ImGui::GetIO().Fonts->ClearTexData();  // the texture has it now
#endif
}

void Gui::render(int width, int height) {
  const ImVec4 back = ImGui::ColorConvertU32ToFloat4(colour::kPanel);
  glViewport(0, 0, width, height);
  glClearColor(back.x, back.y, back.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui::Render();
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

}  // namespace lab
