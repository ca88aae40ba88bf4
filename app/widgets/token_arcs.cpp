#include "app/widgets/token_arcs.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/widgets/text.h"
#include "app/widgets/token_text.h"

namespace lab {
namespace {

constexpr float kLowest = 15, kHighest = 28;       // of a row, logical pixels
constexpr float kTall = 20;                        // rows of the body's size
constexpr float kAlike = 0.5f;                     // strength of lines none of which is bright
constexpr float kWeakest = 0.03f, kFaint = 0.16f;  // strength that is seen; of lines beside bright ones
constexpr float kWidestColumn = 0.34f;             // of a column of tokens, share of the width

struct Scene {
  const TokenArcs& arcs;
  ImFont* font;
  std::vector<TokenText> asking, looked_at;
  ImVec2 at;                      // left top corner, of what scrolls
  float width, row, left, right;  // of a row; edges of the lines' area

  float middle(int token) const { return at.y + (static_cast<float>(token) + 0.5f) * row; }
};

float column_width(const std::vector<TokenText>& texts, ImFont* font, float most) {
  float width = 0;
  for (const TokenText& text : texts) width = std::max(width, text_width(text.text, font));
  return std::min(width + px(14), most);
}

void draw_strokes(const Scene& scene, const ArcRows& seen) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (const ArcStroke& stroke : arc_strokes(scene.arcs, seen)) {
    const bool alike = scene.arcs.selected < 0 && scene.arcs.lit_looked_at < 0;
    const float share = alike ? kAlike : stroke.bright ? 1 : kFaint;
    const auto alpha = static_cast<unsigned>(255 * stroke.strength * share);
    list.AddLine({scene.left, scene.middle(stroke.asking)}, {scene.right, scene.middle(stroke.looked_at)},
                 colour::faded(scene.arcs.colour, alpha), px(stroke.bright && !alike ? 2.5f : 1.25f));
  }
}

/// The weight of the bright token's line on the token looked at; 0: none.
float strength_on(const TokenArcs& arcs, int asking, int looked_at) {
  const float weight = arcs.weights[static_cast<size_t>(asking) * arcs.looked_at.size() + looked_at];
  return std::isnan(weight) || !(arcs.largest > 0) ? 0 : std::clamp(weight / arcs.largest, 0.0f, 1.0f);
}

void draw_token(const Scene& scene, const TokenText& text, int token, bool left, ImU32 paper, ImU32 ink) {
  const float width = left ? scene.left - scene.at.x : scene.at.x + scene.width - scene.right, y = scene.middle(token);
  const float from = left ? scene.at.x : scene.right, half = scene.row / 2 - px(0.5f);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (paper != 0) list.AddRectFilled({from, y - half}, {from + width, y + half}, paper, px(3));
  const float top = y - scene.font->FontSize / 2;
  const std::string fits = shortened(text.text, scene.font, width - px(12));
  if (left)
    draw_text_right({scene.left - px(6), top}, fits, scene.font, ink);
  else
    draw_text({scene.right + px(6), top}, fits, scene.font, ink);
}

void draw_columns(const Scene& scene, const ArcRows& seen, int bright, const ArcPick& pick) {
  const TokenArcs& arcs = scene.arcs;
  const auto ink = [](const TokenText& text) { return text.quiet ? colour::kQuiet : colour::kText; };
  for (int token = seen.first; token < std::min(seen.last, static_cast<int>(scene.asking.size())); ++token) {
    const bool lit = token == pick.asking || token == arcs.lit_asking, chosen = token == arcs.selected;
    draw_token(scene, scene.asking[token], token, true,
               lit      ? colour::kHover
               : chosen ? colour::kAccentSoft
                        : 0,
               chosen ? colour::kAccent : ink(scene.asking[token]));
  }
  for (int token = seen.first; token < std::min(seen.last, static_cast<int>(scene.looked_at.size())); ++token) {
    const bool lit = token == pick.looked_at || token == arcs.lit_looked_at;
    const auto alpha = bright < 0 ? 0u : static_cast<unsigned>(110 * strength_on(arcs, bright, token));
    draw_token(scene, scene.looked_at[token], token, false, lit ? colour::kHover : colour::faded(arcs.colour, alpha),
               ink(scene.looked_at[token]));
  }
}

ArcPick pick_under_mouse(const Scene& scene, int rows) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const int row = static_cast<int>(std::floor((mouse.y - scene.at.y) / scene.row));
  ArcPick pick;
  if (row < 0 || row >= rows) return pick;
  if (mouse.x < scene.left && row < std::ssize(scene.asking)) pick.asking = row;
  if (mouse.x > scene.right && row < std::ssize(scene.looked_at)) pick.looked_at = row;
  return pick;
}

/// Another token that looks comes into the middle of what is seen.
void show_selected(const TokenArcs& arcs, float row, float height) {
  int& shown = *ImGui::GetStateStorage()->GetIntRef(ImGui::GetID("selected"), -1);
  if (std::exchange(shown, arcs.selected) != arcs.selected && arcs.selected >= 0)
    ImGui::SetScrollY((static_cast<float>(arcs.selected) + 0.5f) * row - height / 2);
}

ArcPick draw_inside(const TokenArcs& arcs, ImVec2 size) {
  const int rows = static_cast<int>(std::max(arcs.asking.size(), arcs.looked_at.size()));
  const float row = arc_row_height(rows, size.y / theme().scale);
  TokenArcs shown = arcs;
  ImFont* font = row < kTall ? theme().caption : theme().body;
  Scene scene = {shown,
                 font,
                 token_texts(arcs.asking, *font),
                 token_texts(arcs.looked_at, *font),
                 ImGui::GetCursorScreenPos(),
                 ImGui::GetContentRegionAvail().x,
                 std::floor(px(row)),
                 0,
                 0};
  scene.left = scene.at.x + column_width(scene.asking, font, scene.width * kWidestColumn);
  scene.right = scene.at.x + scene.width - column_width(scene.looked_at, font, scene.width * kWidestColumn);
  const bool clicked = ImGui::InvisibleButton("tokens", {scene.width, static_cast<float>(rows) * scene.row});
  show_selected(arcs, scene.row, size.y);
  ArcPick pick = ImGui::IsItemHovered() ? pick_under_mouse(scene, rows) : ArcPick{};
  if (clicked) pick.clicked = pick.asking;
  if (pick.asking >= 0) shown.selected = pick.asking;
  if (pick.looked_at >= 0) shown.lit_looked_at = pick.looked_at;
  const int first = static_cast<int>(ImGui::GetScrollY() / scene.row);
  const ArcRows seen = {first, std::min(rows, first + static_cast<int>(size.y / scene.row) + 2)};
  draw_strokes(scene, seen);
  draw_columns(scene, seen, shown.selected, pick);
  return pick;
}

}  // namespace

float arc_row_height(int tokens, float height) {
  return std::clamp(height / static_cast<float>(std::max(tokens, 1)), kLowest, kHighest);
}

std::vector<ArcStroke> arc_strokes(const TokenArcs& arcs, const ArcRows& seen) {
  const auto is_seen = [&](int row) { return row >= seen.first && row < seen.last; };
  const bool by_looked_at = arcs.lit_looked_at >= 0;
  std::vector<ArcStroke> strokes;
  for (int asking = 0; asking < std::ssize(arcs.asking); ++asking)
    for (int looked_at = 0; looked_at < std::ssize(arcs.looked_at); ++looked_at) {
      const float strength = strength_on(arcs, asking, looked_at);
      if (strength < kWeakest || (!is_seen(asking) && !is_seen(looked_at))) continue;
      const bool all = arcs.selected < 0 && !by_looked_at;
      const bool bright = by_looked_at ? looked_at == arcs.lit_looked_at : asking == arcs.selected;
      strokes.push_back({asking, looked_at, strength, all || bright});
    }
  std::stable_partition(strokes.begin(), strokes.end(), [](const ArcStroke& stroke) { return !stroke.bright; });
  return strokes;
}

ArcPick token_arcs(const char* id, const TokenArcs& arcs, ImVec2 size) {
  ArcPick pick;
  if (ImGui::BeginChild(id, size, false, ImGuiWindowFlags_NoBackground)) pick = draw_inside(arcs, size);
  ImGui::EndChild();
  return pick;
}

}  // namespace lab
