#pragma once
// Theme: the fonts and the scale of the current ImGui context. Everything is laid out in
// logical pixels; px() turns them into real ones, so that 200 % is sharp and not stretched.
//
//   use_theme(scale);  // 1. once, and again between frames when the scale changes
//   theme().heading    // 2. fonts by what they are for
//   px(10)             // 3. sizes

#include <imgui.h>

#include <cmath>

namespace lab {

class Characters;

struct Theme {
  float scale = 1;
  ImFont* body = nullptr;     // 15
  ImFont* strong = nullptr;   // 15 semibold
  ImFont* caption = nullptr;  // 12.5
  ImFont* heading = nullptr;  // 13 semibold
  ImFont* title = nullptr;    // 17 semibold
};

const Theme& theme();

/// Sets style and fonts of the current context, fonts of running text with `characters` too. The atlas is rebuilt: a
/// backend must upload it again.
void use_theme(float scale);
void use_theme(float scale, const Characters& characters);

/// Logical to real pixels, whole ones.
inline float px(float logical) { return std::round(logical * theme().scale); }

/// The spaces of the layout, in logical pixels.
namespace space {
constexpr float kGap = 10;      // between panels
constexpr float kPadding = 12;  // inside panels
constexpr float kRow = 30;      // one labelled field
constexpr float kCorner = 8;
}  // namespace space

}  // namespace lab
