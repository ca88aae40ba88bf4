#pragma once
// SVG: a frame of ImGui, or a part of it, as vectors: lines are lines, words are words, cells are cells.
//
//   { const PlainEdges plain; draw_frame(); }                      // 1. without anti-aliasing; no window has to show
//   it svg_of(*ImGui::GetDrawData(), {low, high}, "Lanes", pictures); // 2. the file's text

#include <imgui.h>

#include <string>
#include <vector>

#include "app/widgets/textures.h"

namespace lab {

/// While it lives, frames that begin are drawn without ImGui's anti-aliasing.
class PlainEdges {
 public:
  PlainEdges();
  ~PlainEdges();
  PlainEdges(const PlainEdges&) = delete;
  PlainEdges& operator=(const PlainEdges&) = delete;

 private:
  bool lines_, fill_;
};

/// What of the screen is written, in its pixels.
struct ScreenPart {
  ImVec2 low, high;
};

/// Textures of up to 16,384 pixels are written as cells, larger ones as PNG; those that the store cannot give back are
/// left out.
std::string svg_of(const ImDrawData& data, const ScreenPart& part, const std::string& title,
                   const TextureStore& textures);

}  // namespace lab
