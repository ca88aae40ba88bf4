#pragma once
// Text as the window sets it: quiet captions, headings, figures at the right, and lines that
// end in … rather than run into their neighbour.

#include <imgui.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/widgets/colours.h"
#include "app/widgets/theme.h"

namespace lab {

void heading(std::string_view text);
void caption(std::string_view text);
/// A paragraph in quiet caption size, wrapped at the window's edge.
void small_print(std::string_view text);
/// The same, of what went wrong.
void trouble_print(std::string_view text);
void styled_text(std::string_view text, ImFont* font, ImU32 colour);

float text_width(std::string_view text, ImFont* font);

/// Text drawn straight into the window at `at` (its top left), shortened with … to `width`.
void draw_text(ImVec2 at, std::string_view text, ImFont* font, ImU32 colour, float width = 1e9f);
/// The same, ending at `right`.
void draw_text_right(ImVec2 right, std::string_view text, ImFont* font, ImU32 colour);
/// The same, turned to run upwards from `bottom`, its left end; no longer than `length`.
void draw_text_upwards(ImVec2 bottom, std::string_view text, ImFont* font, ImU32 colour, float length);
/// `text`, shortened with … so that it is no wider than `width`.
std::string shortened(std::string_view text, ImFont* font, float width);

/// Lines no wider than `width`, broken at spaces only: numbers and terms stay whole (ImGui breaks after a full stop).
std::vector<std::string> wrapped(std::string_view text, ImFont* font, float width);

/// "10,000"
std::string grouped(int64_t number);
/// At most three significant figures: "0.0123", "8.4", "118", "1e-05"; thousands in full.
std::string brief(double number);

}  // namespace lab
