#include "app/widgets/token_line.h"

#include <cmath>
#include <utility>
#include <vector>

#include "app/widgets/text.h"
#include "app/widgets/token_layout.h"
#include "app/widgets/token_text.h"

namespace lab {
namespace {

constexpr float kNarrowest = 12, kFrame = 2;  // of a box, around a box

struct Spaces {
  float gap, padding;  // between boxes, inside of them
};
Spaces spaces_of(const TokenLine& line) { return line.letters ? Spaces{px(1), px(3)} : Spaces{px(4), px(5)}; }

ImFont& font_of(const TokenLine& line) { return line.font != nullptr ? *line.font : *theme().body; }
float line_height(const TokenLine& line) { return std::round(font_of(line).FontSize + px(2 + line.leading)); }

/// Letters that are tokens of their own are joined across them.
std::vector<TokenText> texts_of(const TokenLine& line) {
  return token_texts(line.letters ? joined_letters(line.tokens) : std::vector(line.tokens.begin(), line.tokens.end()),
                     font_of(line));
}

TokenBoxes boxes_of(const TokenLine& line, const std::vector<TokenText>& texts, float width) {
  const Spaces spaces = spaces_of(line);
  std::vector<float> widths;
  for (const TokenText& text : texts)
    widths.push_back(std::fmax(px(kNarrowest), std::ceil(text_width(text.text, &font_of(line)) + 2 * spaces.padding)));
  std::vector<bool> beginnings(line.tokens.size(), true);
  if (line.letters) beginnings = line_beginnings(line.tokens);
  return lay_out_tokens(widths, token_levels(line.tokens), beginnings, spaces.gap, width);
}

/// The colour under a token, and of its letters.
struct Inks {
  ImU32 paper, ink;
};
Inks inks_of(const TokenLine& line, int token, bool quiet) {
  const bool weighed = static_cast<size_t>(token) < line.weights.size();
  if (!weighed) return {colour::kTrack, quiet ? colour::kQuiet : colour::kText};
  if (std::isnan(line.weights[token])) return {colour::kAbsent, colour::kQuiet};
  const Rgba paper = line.scale(line.weights[token]);
  return {paper, is_dark(paper) ? colour::kWhite : colour::kBlack};
}

void draw_box(const TokenLine& line, const TokenText& text, const TokenBox& box, ImVec2 low) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImFont& font = font_of(line);
  const ImVec2 high = {low.x + box.width, low.y + line_height(line) - px(line.leading)};
  const Inks inks = inks_of(line, box.token, text.quiet);
  list.AddRectFilled(low, high, inks.paper, px(3));
  const float inset = (box.width - text_width(text.text, &font)) / 2;
  draw_text({low.x + inset, low.y + (high.y - low.y - font.FontSize) / 2}, text.text, &font,
            text.quiet ? colour::faded(inks.ink, 170) : inks.ink);
  const float edge = std::fmax(1.0f, px(kFrame));
  const auto frame = [&](ImU32 colour) {
    list.AddRect({low.x - edge / 2, low.y - edge / 2}, {high.x + edge / 2, high.y + edge / 2}, colour, px(3), 0, edge);
  };
  if (box.token == line.selected) frame(colour::kBlack);
  if (box.token == line.lit) frame(colour::kHoverLine);
}

/// In a window that scrolls: another selected token comes into sight.
void show_selected(const char* id, const TokenLine& line, const TokenBoxes& boxes, float top) {
  int& shown = *ImGui::GetStateStorage()->GetIntRef(ImGui::GetID(id), -1);
  if (std::exchange(shown, line.selected) == line.selected) return;
  for (const TokenBox& box : boxes.boxes)
    if (box.token == line.selected)
      ImGui::SetScrollFromPosY(top + (static_cast<float>(box.line) + 0.5f) * line_height(line) -
                               ImGui::GetWindowPos().y);
}

}  // namespace

float token_line_height(const TokenLine& line, float width) {
  const TokenBoxes boxes = boxes_of(line, texts_of(line), width - 2 * px(kFrame));
  return static_cast<float>(boxes.lines) * line_height(line) + px(kFrame);
}

TokenPick token_line(const char* id, const TokenLine& line, float width) {
  const std::vector<TokenText> texts = texts_of(line);
  const TokenBoxes boxes = boxes_of(line, texts, width - 2 * px(kFrame));
  const ImVec2 corner = ImGui::GetCursorScreenPos(), at = {corner.x + px(kFrame), corner.y + px(kFrame)};
  const float height = line_height(line);
  TokenPick pick;
  if (boxes.lines == 0) return pick;
  const bool clicked = ImGui::InvisibleButton(id, {width, static_cast<float>(boxes.lines) * height + px(kFrame)});
  show_selected(id, line, boxes, at.y);
  for (const bool framed : {false, true})  // frames lie over their neighbours
    for (const TokenBox& box : boxes.boxes)
      if ((box.token == line.selected || box.token == line.lit) == framed)
        draw_box(line, texts[box.token], box, {at.x + box.x, at.y + static_cast<float>(box.line) * height});
  if (!ImGui::IsItemHovered()) return pick;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  pick.hovered = token_at(boxes, mouse.x - at.x, mouse.y - at.y, height, spaces_of(line).gap);
  if (clicked) pick.clicked = pick.hovered;
  return pick;
}

}  // namespace lab
