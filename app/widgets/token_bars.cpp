#include "app/widgets/token_bars.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "app/widgets/table.h"
#include "app/widgets/text.h"
#include "app/widgets/token_text.h"

namespace lab {
namespace {

constexpr float kNameShare = 0.34f, kWidestName = 110;  // of the width; logical pixels

void draw_bar_row(const TokenBars& bars, int place, ImVec2 at, float width, bool hovered) {
  const int token = bars.shown[place];
  const float height = px(kTokenBarHeight), middle = at.y + height / 2;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (hovered) list.AddRectFilled(at, {at.x + width, at.y + height}, colour::kHover, px(4));
  if (place == bars.chosen) list.AddRect(at, {at.x + width, at.y + height}, colour::kAccent, px(4), 0, px(1.5f));
  const TokenText text = token_text(bars.vocabulary[token], *theme().body);
  const float name = std::min(width * kNameShare, px(kWidestName)),
              figure = text_width("0.000", theme().caption) + px(12);
  draw_text({at.x + px(6), middle - theme().body->FontSize / 2}, text.text, theme().body,
            text.quiet ? colour::kQuiet : colour::kText, name - px(12));
  draw_bar({at.x + name, middle - px(5)}, {at.x + width - figure, middle + px(5)}, bars.probabilities[token],
           bars.colour);
  draw_text_right({at.x + width - px(4), middle - theme().caption->FontSize / 2},
                  fmt::format("{:.3f}", bars.probabilities[token]), theme().caption, colour::kText);
}

}  // namespace

std::vector<int> likeliest(std::span<const float> probabilities, int most) {
  std::vector<int> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0);
  const auto count = std::min<std::ptrdiff_t>(most, std::ssize(order));
  std::partial_sort(order.begin(), order.begin() + count, order.end(), [&](int a, int b) {
    return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
  });
  order.resize(static_cast<size_t>(count));
  return order;
}

int token_bars(const char* id, const TokenBars& bars, float width) {
  int clicked = -1;
  ImGui::PushID(id);
  ImGui::BeginGroup();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  for (int place = 0; place < std::ssize(bars.shown); ++place) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(place);
    if (ImGui::InvisibleButton("bar", {width, px(kTokenBarHeight)})) clicked = place;
    draw_bar_row(bars, place, at, width, ImGui::IsItemHovered());
    ImGui::PopID();
  }
  ImGui::PopStyleVar();
  ImGui::EndGroup();
  ImGui::PopID();
  return clicked;
}

}  // namespace lab
