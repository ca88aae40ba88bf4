#pragma once
// Drawn: what a frame of ImGui drew, read back from its triangles as things: outlines that are filled, lines, words and
// pictures. So any panel can be written as vectors without knowing of it.
//
// The frame must be drawn without ImGui's anti-aliasing (PlainEdges, svg.h), which adds a fringe of triangles to every
// edge.

#include <imgui.h>

#include <string>
#include <variant>
#include <vector>

namespace lab {

struct DrawnOutline {
  std::vector<ImVec2> corners;
};
struct DrawnLine {
  std::vector<ImVec2> points;
  float width = 1;
  bool closed = false;
};
/// Words on one line, in one font.
struct DrawnWords {
  std::string text;  // UTF-8
  const ImFont* font = nullptr;
  ImVec2 at;                  // the left end of their baseline
  float width = 0, size = 0;  // size: the height of a line
};
struct DrawnPicture {
  ImTextureID texture = {};
  ImVec2 low, high;
};

struct Drawn {
  std::variant<DrawnOutline, DrawnLine, DrawnWords, DrawnPicture> what;
  ImU32 colour = 0;
  ImVec4 clip;       // left, top, right, bottom of where it may show
  ImVec2 low, high;  // the box around it
};

/// In the order in which they cover each other, the lowest first. What lies outside its clip is left out.
std::vector<Drawn> drawn_things(const ImDrawData& data, const ImFontAtlas& atlas);

}  // namespace lab
