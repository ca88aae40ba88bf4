#include "app/panels/lanes/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/texts/attentions.h"
#include "app/widgets/button.h"
#include "app/widgets/cells.h"
#include "app/widgets/field.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kCaption = 20, kLine = 18, kGap = 8;  // logical pixels

using Kind = Reference::Kind;

const PinSnapshot* pin_of(const Snapshot& snapshot, int64_t step) {
  for (const auto& pin : snapshot.pins)
    if (pin->step == step) return pin.get();
  return nullptr;
}

std::string place_name(const Snapshot& snapshot, int layer, int head) {
  const std::string which = head < 0 ? "mean of heads" : fmt::format("head {}", head + 1);
  return snapshot.experiment.model.layers > 1 ? fmt::format("layer {}, {}", layer + 1, which) : which;
}

std::string step_name(int64_t step) { return "step " + grouped(step); }

/// Whose map a lane is compared with, and where in it; or why there is none.
struct Other {
  const LaneSnapshot* lane = nullptr;
  Selection selection;
  std::string now, then, missing;

  LaneAttention attention(Looking looking) const { return attention_of(*lane, looking); }
};

/// Answers of their own have tokens of their own, and no pair of one is a pair of the other.
bool same_pairs(const LaneSnapshot& here, const LaneSnapshot& there, Looking looking) {
  const bool same_answer = there.answer_tokens.empty() || here.answer_tokens == there.answer_tokens;
  return attention_of(here, looking).weights.size() == attention_of(there, looking).weights.size() &&
         (looking == Looking::kTokens || same_answer);
}

Other other_of(const Snapshot& snapshot, int lane, const Selection& selection, Looking looking,
               const Reference& reference) {
  const LaneSnapshot& here = snapshot.lanes[lane];
  Other other = {&here, selection, here.title, "", ""};
  switch (reference.kind) {
    case Kind::kNothing:
      other.missing = "Nothing to compare with.";
      break;
    case Kind::kLane:
      other.lane = &snapshot.lanes[reference.lane];
      other.then = other.lane->title;
      if (reference.lane == lane) other.missing = "What the others are compared with";
      break;
    case Kind::kHead:
      other.selection.layer = reference.layer, other.selection.head = reference.head;
      other.now = place_name(snapshot, selection.layer, selection.head);
      other.then = place_name(snapshot, reference.layer, reference.head);
      if (other.selection == selection) other.missing = "What other heads are compared with";
      break;
    case Kind::kPin: {
      const PinSnapshot& pin = *pin_of(snapshot, reference.step);
      other.now = step_name(snapshot.step), other.then = step_name(pin.step);
      const bool there = lane < static_cast<int>(pin.lanes.size());
      other.lane = there ? &pin.lanes[lane] : nullptr;
      if (!there) other.missing = "Not there yet at " + other.then;
      break;
    }
  }
  if (other.missing.empty() && !same_pairs(here, *other.lane, looking)) other.missing = "It answers in other tokens";
  return other;
}

bool exists(const Snapshot& snapshot, const Reference& reference) {
  const auto all = references(snapshot);
  return std::any_of(all.begin(), all.end(),
                     [&](const ReferenceChoice& choice) { return choice.reference == reference; });
}

/// The weights of every lane and of its reference, and what lies between them.
struct Weighed {
  Other other;
  std::vector<float> now, then;
};

std::vector<Weighed> weigh(const Snapshot& snapshot, const Selection& selection, CompareState& state) {
  std::vector<Weighed> all;
  state.lanes.assign(snapshot.lanes.size(), {});
  for (int lane = 0; lane < static_cast<int>(snapshot.lanes.size()); ++lane) {
    const Looking looking = looking_in(snapshot.lanes[lane], state.text);
    Weighed weighed = {other_of(snapshot, lane, selection, looking, state.made_for), {}, {}};
    ComparedMap& compared = state.lanes[lane];
    compared.now = weighed.other.now, compared.then = weighed.other.then, compared.missing = weighed.other.missing;
    if (compared.missing.empty()) {
      const LaneAttention now = attention_of(snapshot.lanes[lane], looking), then = weighed.other.attention(looking);
      weighed.now = selected_weights(now.weights, now.maps, selection);
      weighed.then = selected_weights(then.weights, then.maps, weighed.other.selection);
      const TileMap& map = selected_map(now.maps, selection);
      compared.queries = map.queries(), compared.keys = map.keys();
      compared.difference = compare_maps(weighed.now, weighed.then, compared.keys);
      compared.scale = {state.style.colours, std::max(largest_of(weighed.now), largest_of(weighed.then))};
      compared.largest = compared.difference.largest;
    }
    all.push_back(std::move(weighed));
  }
  float weight = 0, change = 0;
  for (const ComparedMap& compared : state.lanes)
    weight = std::max(weight, compared.scale.largest), change = std::max(change, compared.largest);
  for (ComparedMap& compared : state.lanes)
    if (state.style.shared) compared.scale.largest = weight, compared.largest = change;
  return all;
}

void paint(const Snapshot& snapshot, const Selection& selection, const std::vector<Weighed>& all, CompareState& state,
           TextureStore& textures) {
  for (size_t lane = 0; lane < all.size(); ++lane) {
    ComparedMap& compared = state.lanes[lane];
    if (!compared.missing.empty()) continue;
    const Looking looking = looking_in(snapshot.lanes[lane], state.text);
    const TileMap& now = selected_map(attention_of(snapshot.lanes[lane], looking).maps, selection);
    const TileMap& then = selected_map(all[lane].other.attention(looking).maps, all[lane].other.selection);
    const auto upload = [&](const char* what, const std::vector<Rgba>& pixels) {
      return textures.upload(fmt::format("{} {}", what, lane), now.keys(), now.queries(), pixels);
    };
    compared.now_map = upload("compared", map_pixels(all[lane].now, now, compared.scale));
    compared.then_map = upload("reference", map_pixels(all[lane].then, then, compared.scale));
    compared.difference_map =
        upload("difference", difference_pixels(compared.difference.difference, now, then, compared.largest));
  }
}

/// A line of quiet text at the cursor.
void line(std::string_view words, float width, float height, ImFont* font, ImU32 colour) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text({at.x, at.y + px(1)}, words, font, colour, width);
  ImGui::Dummy({width, height});
}

void draw_half(const char* id, const std::string& name, ImTextureID map, float side) {
  ImGui::BeginGroup();
  line(name, side, px(kCaption), theme().caption, colour::kQuiet);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddImage(map, at, {at.x + side, at.y + side});
  ImGui::InvisibleButton(id, {side, side});
  tooltip({name});
  ImGui::EndGroup();
}

/// How far apart, from the number that matters to what it means, as far as there is room for all of it.
void draw_distance(const MapDifference& difference, float width, float height) {
  const float end = ImGui::GetCursorScreenPos().y + height, left = ImGui::GetCursorScreenPos().x;
  const auto paragraph = [&](const std::string& words, ImFont* font, ImU32 colour) {
    const std::vector<std::string> lines = wrapped(words, font, width);
    if (ImGui::GetCursorScreenPos().y + px(kLine) * static_cast<float>(lines.size()) > end) return;
    for (const std::string& one : lines) line(one, width, px(kLine), font, colour);
  };
  const std::string apart =
      std::isfinite(difference.divergence) ? fmt::format("{:.3f} nats apart", difference.divergence) : "not comparable";
  const ImVec2 at = ImGui::GetCursorScreenPos();
  paragraph(apart, theme().strong, colour::kText);
  paragraph(fmt::format("mean change {:.2g}", difference.mean_absolute), theme().caption, colour::kText);
  paragraph("Jensen–Shannon: 0 the same, 0.69 nothing in common.", theme().caption, colour::kQuiet);
  const ImVec2 next = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({left, at.y});
  ImGui::InvisibleButton("apart", {width, std::max(1.0f, next.y - at.y)});
  tooltip(
      {"The Jensen–Shannon divergence of the two maps, the mean over all rows: 0 where both look at the same, 0.69 "
       "(log 2) where they have nothing in common. Below, how much a single weight changes on average."});
  ImGui::SetCursorScreenPos(next);
}

std::vector<std::string> names_of(const std::vector<ReferenceChoice>& choices) {
  std::vector<std::string> names;
  for (const ReferenceChoice& choice : choices) names.push_back(choice.name);
  return names;
}

size_t place_of(const std::vector<ReferenceChoice>& choices, const Reference& reference) {
  for (size_t i = 0; i < choices.size(); ++i)
    if (choices[i].reference == reference) return i;
  return 0;
}

std::string shown_choice(const ReferenceChoice& choice) {
  return choice.reference.kind == Kind::kNothing ? "compare with…" : "against " + choice.name;
}

}  // namespace

std::vector<ReferenceChoice> references(const Snapshot& snapshot) {
  std::vector<ReferenceChoice> all = {{{}, "nothing"}};
  for (const auto& pin : snapshot.pins) {
    if (pin->lanes.empty() || pin->lanes.front().attention.size() != snapshot.lanes.front().attention.size()) continue;
    all.push_back({{.kind = Kind::kPin, .step = pin->step}, step_name(pin->step)});
  }
  if (snapshot.lanes.size() > 1)
    for (int lane = 0; lane < static_cast<int>(snapshot.lanes.size()); ++lane)
      all.push_back({{.kind = Kind::kLane, .lane = lane}, snapshot.lanes[lane].title});
  const ModelSettings& model = snapshot.experiment.model;
  for (int layer = 0; layer < model.layers; ++layer)
    for (int head = -1; head < model.heads; ++head)
      all.push_back({{.kind = Kind::kHead, .layer = layer, .head = head}, place_name(snapshot, layer, head)});
  return all;
}

const ComparedMap* comparison_of(const LanesState& lanes, int lane) {
  const auto& all = lanes.compare.lanes;
  return lane < static_cast<int>(all.size()) && all[lane].missing.empty() ? &all[lane] : nullptr;
}

Reference chosen_reference(const Snapshot& snapshot, const CompareState& state) {
  return !snapshot.lanes.empty() && exists(snapshot, state.reference) ? state.reference : Reference{};
}

void next_reference(const Snapshot& snapshot, CompareState& state) {
  if (snapshot.lanes.empty()) return;
  const auto all = references(snapshot);
  state.reference = all[(place_of(all, chosen_reference(snapshot, state)) + 1) % all.size()].reference;
}

void update_comparison(const Snapshot& snapshot, const Selection& selection, const TextLook& text,
                       const HeatStyle& style, CompareState& state, TextureStore& textures) {
  const Reference reference = chosen_reference(snapshot, state);
  Selection looked_at = selection;
  looked_at.lane = -1;  // highlighting changes nothing
  if (reference.kind == Kind::kNothing) state.lanes.clear();
  const bool same = state.snapshot == &snapshot && state.serial == snapshot.serial && state.selection == looked_at &&
                    state.text == text && state.style == style && state.made_for == reference;
  if (reference.kind == Kind::kNothing || (same && state.lanes.size() == snapshot.lanes.size())) return;
  state.snapshot = &snapshot, state.serial = snapshot.serial;
  state.selection = looked_at, state.text = text, state.style = style, state.made_for = reference;
  paint(snapshot, looked_at, weigh(snapshot, looked_at, state), state, textures);
}

float reference_width(const Snapshot& snapshot, const CompareState& state) {
  const auto all = references(snapshot);
  return pick_width(shown_choice(all[place_of(all, chosen_reference(snapshot, state))]));
}

void draw_reference_choice(const Snapshot& snapshot, CompareState& state) {
  const auto all = references(snapshot);
  const auto now = static_cast<int>(place_of(all, chosen_reference(snapshot, state)));
  const int chosen = pick("compare", shown_choice(all[now]), names_of(all), now, reference_width(snapshot, state),
                          {"Every lane's map beside another lane's, another head's, or its own at a pinned moment, and "
                           "what changed. The history bar pins moments.",
                           "/"},
                          true);
  if (chosen >= 0) state.reference = all[chosen].reference;
}

void draw_both_maps(const ComparedMap& compared, float side) {
  const float gap = px(kGap), half = std::floor((side - gap) / 2), top = ImGui::GetCursorScreenPos().y;
  draw_half("then", compared.then, compared.then_map, half);
  ImGui::SameLine(0, gap);
  draw_half("now", compared.now, compared.now_map, half);
  ImGui::Dummy({1, px(4)});
  const float room = top + side + px(kCaption + 24) - ImGui::GetCursorScreenPos().y;
  draw_distance(compared.difference, side, room);
  ImGui::Dummy({side, std::max(1.0f, top + side + px(kCaption + 24) - ImGui::GetCursorScreenPos().y)});
}

void draw_signs(const ComparedMap& compared, float width, bool distance) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImFont* font = theme().caption;
  const std::string range = fmt::format("±{:.2g}", compared.largest), than = " than " + compared.then,
                    apart = distance ? fmt::format(", {:.3f} nats apart", compared.difference.divergence) : "";
  float x = at.x;
  const auto word = [&](const std::string& words, ImU32 colour) {
    draw_text({x, at.y + px(1)}, words, font, colour);
    x += text_width(words, font);
  };
  word("less", diverging(-1));
  word(" or ", colour::kQuiet);
  word("more", diverging(1));
  for (const std::string& more : {than, apart})
    if (x + text_width(more + range, font) + px(8) <= at.x + width) word(more, colour::kQuiet);
  if (x + text_width(range, font) + px(8) <= at.x + width)
    draw_text_right({at.x + width, at.y + px(1)}, range, font, colour::kQuiet);
  ImGui::Dummy({width, px(kCaption)});
}

void draw_difference(const ComparedMap& compared, const Selection& selection, float side, View& view) {
  draw_signs(compared, side, false);
  const Cells cells("difference", compared.difference_map, {side, side}, compared.queries, compared.keys);
  cells.outline({selection.query, 0}, 1, compared.keys);
  const PairHover& hovered = view.lanes.hovered;
  if (hovered.query >= 0 && hovered.query < compared.queries && hovered.key < compared.keys)
    cells.light({hovered.query, hovered.key});
  if (cells.hovered()) view.lanes.next_hovered = {cells.hovered().row, cells.hovered().column};
  if (cells.clicked()) view.selection.query = cells.clicked().row;
}

bool pinned(const Snapshot& snapshot) { return pin_of(snapshot, snapshot.step) != nullptr; }

void pin_or_unpin(const Snapshot& snapshot, Commands& commands) {
  if (snapshot.lanes.empty()) return;
  if (pinned(snapshot))
    commands.send(command::Unpin{snapshot.step});
  else
    commands.send(command::Pin{snapshot.history.past ? snapshot.step : -1});
}

}  // namespace lab
