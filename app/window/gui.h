#pragma once
// Gui: an ImGui context with the GL backend and the lab's theme, on the GL context that is current.

#include "app/widgets/characters.h"
#include "app/widgets/theme.h"

struct ImGuiContext;

namespace lab {

class Gui {
 public:
  explicit Gui(float scale);
  ~Gui();
  Gui(const Gui&) = delete;
  Gui& operator=(const Gui&) = delete;

  /// Other font sizes and spaces, from the next frame on.
  void set_scale(float scale);
  float scale() const { return scale_; }
  /// Fonts with these characters too, from the next frame on.
  void set_characters(const Characters& characters);

  /// Clears to the colour of paper and renders what was drawn since NewFrame into the current framebuffer of this size.
  void render(int width, int height);

 private:
  void load_fonts();

  ImGuiContext* context_;
  float scale_;
  Characters characters_;
};

}  // namespace lab
