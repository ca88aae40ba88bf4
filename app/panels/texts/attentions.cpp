#include "app/panels/texts/attentions.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {

namespace {

constexpr const char* kExplanations[] = {"The text's tokens look at each other.",
                                         "The answer's tokens look at those before them.",
                                         "The answer's tokens look at the text's: where each is read off."};
static_assert(std::size(kExplanations) == std::size(kAttendings));

std::string name_in_answer(const LaneSnapshot& lane, int token) {
  const bool known = token >= 0 && token < static_cast<int>(lane.answer_tokens.size());
  return known ? quoted_token(lane.answer_tokens[token]) : fmt::format("token {}", token + 1);
}

}  // namespace

bool translates(const Snapshot& snapshot) { return !snapshot.lanes.empty() && !snapshot.lanes.front().cross.empty(); }

Looking looking_in(const LaneSnapshot& lane, const TextLook& text) {
  return lane.cross.empty() ? Looking::kTokens : text.looking;
}

LaneAttention attention_of(const LaneSnapshot& lane, Looking looking) {
  if (looking == Looking::kTokens) return {lane.maps, lane.attention};
  const SeenAttention& of_answer = looking == Looking::kAnswer ? lane.answer_attention : lane.cross;
  return {of_answer.maps, of_answer.weights};
}

int query_in(const LaneSnapshot& lane, Looking looking, const Selection& selection, const TextLook& text) {
  if (looking == Looking::kTokens) return selection.query;
  return std::clamp(text.answer_query < 0 ? 1 : text.answer_query, 0, std::max(lane.cross.queries - 1, 0));
}

void choose_query(Looking looking, int query, Selection& selection, TextLook& text) {
  (looking == Looking::kTokens ? selection.query : text.answer_query) = query;
}

std::string query_name(const Snapshot& snapshot, const LaneSnapshot& lane, Looking looking, int token) {
  return looking == Looking::kTokens ? token_name(snapshot, token) : name_in_answer(lane, token);
}

std::string key_name(const Snapshot& snapshot, const LaneSnapshot& lane, Looking looking, int token) {
  return looking == Looking::kAnswer ? name_in_answer(lane, token) : token_name(snapshot, token);
}

const char* explanation_of(Looking looking) { return kExplanations[static_cast<int>(looking)]; }

void draw_attention_chips(TextLook& text) {
  for (const Looking one : {Looking::kTokens, Looking::kAnswer, Looking::kCross}) {
    if (one != Looking::kTokens) ImGui::SameLine(0, px(4));
    if (chip(name_of(one).data(), text.looking == one, {explanation_of(one), "Ctrl+A"})) text.looking = one;
  }
}

float attention_chips_width() {
  float width = 0;
  for (const std::string_view name : kAttendings) width += text_width(std::string(name), theme().caption) + px(18);
  return width;
}

}  // namespace lab
