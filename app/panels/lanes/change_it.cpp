#include "app/panels/lanes/change_it.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "app/panels/lanes/pair_canvas.h"
#include "app/widgets/button.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

using What = Intervention::What;
using Item = ChangesSnapshot::Item;

constexpr float kGap = 6, kLine = 19, kWholeDrag = 160;  // logical pixels; the last takes a weight from 0 to 1
constexpr size_t kMostShown = 3;

int meant_lane(const Snapshot& snapshot, const View& view) {
  return std::clamp(view.selection.lane, 0, static_cast<int>(snapshot.lanes.size()) - 1);
}

Intervention of_heads(const Snapshot& snapshot, const View& view, What what) {
  const Selection selection = resolve(view.selection, snapshot);
  return {what, meant_lane(snapshot, view), selection.layer, selection.head};
}

/// The amount that the latest change of the same thing has; `none` where there is no such change.
float amount_now(const Snapshot& snapshot, Intervention change, float none) {
  float amount = none;
  for (const Item& item : snapshot.changes.items) {
    change.amount = item.what.amount;
    if (item.what == change) amount = change.amount;
  }
  return amount;
}

void toggle(const Snapshot& snapshot, Intervention change, Commands& commands) {
  change.amount = amount_now(snapshot, change, 0) == 0 ? 1.0f : 0.0f;
  commands.send(command::Change{change});
}

void mask(const Snapshot& snapshot, int lane, int token, Commands& commands) {
  toggle(snapshot, {What::kMask, lane, -1, -1, 1, -1, token}, commands);
}

void follow_mouse(const Snapshot& snapshot, View& view, Commands& commands) {
  ChangeState& state = view.change;
  if (state.masked_lane >= 0) mask(snapshot, std::exchange(state.masked_lane, -1), state.masked_token, commands);
  ChangeState::Drag& drag = state.drag;
  if (drag.lane < 0) return;
  if (drag.key < 0) return void(drag.lane = -1);  // it ended in the last frame, whose click was part of it
  const bool held = ImGui::IsMouseDown(ImGuiMouseButton_Left);
  const float moved = (drag.from_y - ImGui::GetMousePos().y) / px(kWholeDrag);
  const float amount = std::clamp(drag.start + moved, 0.0f, 1.0f);
  const Selection selection = resolve(view.selection, snapshot);
  const Intervention change = {What::kWeight, drag.lane, selection.layer, selection.head, amount, drag.query, drag.key};
  const bool started = drag.amount != drag.start || amount != drag.start;
  if (started && (amount != drag.amount || !held)) commands.send(command::Change{change, held});
  drag.amount = amount;
  if (!held) drag.key = -1;
}

// ---- the row

struct Choice {
  const char* label;
  Tip tip;
  void (*act)(const Snapshot&, const View&, Commands&);
};
const Choice kChoices[] = {
    {"off",
     {"Switch these heads off, or on again: they add nothing.", "Ctrl+H"},
     [](const Snapshot& s, const View& v, Commands& c) { switch_heads(s, v, c, What::kOff); }},
    {"uniform",
     {"Give every key the same weight, or take that back.", "Ctrl+U"},
     [](const Snapshot& s, const View& v, Commands& c) { switch_heads(s, v, c, What::kUniform); }},
    {"sharper",
     {"Multiply the scores by 2 before the softmax.", "Ctrl+."},
     [](const Snapshot& s, const View& v, Commands& c) { sharpen_heads(s, v, c, 2); }},
    {"flatter",
     {"Halve the scores before the softmax.", "Ctrl+,"},
     [](const Snapshot& s, const View& v, Commands& c) { sharpen_heads(s, v, c, 0.5f); }},
    {"mask the token that looks",
     {"No one sees it any more, or again; a double click on a patch or on a column of the map masks that one.",
      "Ctrl+K"},
     [](const Snapshot& s, const View& v, Commands& c) { mask_query(s, v, c); }},
};

void next_chip(const char* label, float right) {
  const float width = text_width(label, theme().caption) + px(14);
  if (ImGui::GetItemRectMax().x + px(kGap) + width <= right) ImGui::SameLine(0, px(kGap));
}

void draw_row(const Snapshot& snapshot, const View& view, Commands& commands, float right) {
  const Selection selection = resolve(view.selection, snapshot);
  const std::string heads = selection.head < 0 ? "all heads" : fmt::format("head {}", selection.head + 1);
  const std::string whose =
      fmt::format("{}, layer {}, {}:", snapshot.lanes[meant_lane(snapshot, view)].title, selection.layer + 1, heads);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text({at.x, at.y + px(3)}, whose, theme().caption, colour::kQuiet);
  ImGui::Dummy({text_width(whose, theme().caption), px(22)});
  for (const Choice& choice : kChoices) {
    next_chip(choice.label, right);
    if (chip(choice.label, false, choice.tip)) choice.act(snapshot, view, commands);
  }
  small_print("Ctrl and a drag on a cell of a map, up or down, sets its weight; the others of its row share the rest.");
  if (snapshot.data->kind == ModelKind::kTranslator)
    small_print("What is changed is the attention that reads the text, not the one that writes the answer.");
}

// ---- the list

std::string effect(const Item& item, int test) {
  if (!item.measured) return item.done > 0 ? fmt::format("testing {} %", item.done * 50 / std::max(test, 1)) : "";
  const double difference = item.accuracy - item.accuracy_before;
  return fmt::format("accuracy {:.4f} → {:.4f} ({}{:.4f})", item.accuracy_before, item.accuracy,
                     difference < 0 ? "−" : "+", std::abs(difference));
}

void draw_item(const Snapshot& snapshot, const Item& item) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, middle = at.y + px(kLine) / 2;
  const std::string what = text(item.what, token_name(snapshot, std::max(item.what.query, 0)),
                                token_name(snapshot, std::max(item.what.key, 0)));
  const std::string result = effect(item, snapshot.data->test.count());
  const float taken = text_width(result, theme().caption) + px(12);
  draw_swatch({at.x, middle}, lane_colour(item.what.lane));
  draw_text({at.x + px(17), at.y + px(2)}, fmt::format("step {}: {}", grouped(item.step), what), theme().caption,
            colour::kText, width - px(17) - taken);
  draw_text_right({at.x + width, at.y + px(2)}, result, theme().caption,
                  item.measured && item.accuracy < item.accuracy_before ? colour::kWrong : colour::kText);
  ImGui::Dummy({width, px(kLine)});
  tooltip(
      fmt::format("The accuracy on all {} test pictures by the weights of that step, without this change and with "
                  "it. Training itself does not know of it.",
                  grouped(snapshot.data->test.count())));
}

/// What the lane would be trained as, without what the latest change took away.
std::optional<Lane> without_it(const Snapshot& snapshot) {
  if (snapshot.changes.items.empty()) return std::nullopt;
  const Intervention& change = snapshot.changes.items.back().what;
  Lane lane = snapshot.lanes[change.lane].lane;
  if (!change.active()) return std::nullopt;
  if (change.what == What::kMask) {
    PairMask pairs = painting_of(lane.pattern, snapshot.geometry);
    if (pairs.tokens() == 0 || !lane.exceptions.empty()) return std::nullopt;
    for (int query = 0; query < pairs.tokens(); ++query) pairs.set(query, change.key, false);
    lane.pattern = Pattern{};
    lane.pattern.kind = "painted";
    lane.pattern.mask = pairs;
  } else if (change.what == What::kOff || change.what == What::kUniform) {
    const auto range = [](int index) { return index < 0 ? Range{} : Range{index + 1, index + 1}; };
    Spending spending{lane.pattern};
    spending.strategy.kind = change.what == What::kOff ? "off" : "uniform";
    lane.exceptions.push_back({range(change.layer), range(change.head), spending});
  } else {
    return std::nullopt;
  }
  lane.name = fmt::format("{}, changed", lane_title(lane.name.empty() ? snapshot.lanes[change.lane].lane : lane));
  return lane;
}

void draw_list(const Snapshot& snapshot, Commands& commands, float right) {
  const std::vector<Item>& items = snapshot.changes.items;
  const size_t hidden = items.size() - std::min(items.size(), kMostShown);
  for (size_t i = hidden; i < items.size(); ++i) draw_item(snapshot, items[i]);
  const struct {
    const char* label;
    bool shown;
    Tip tip;
    void (*act)(const Snapshot&, Commands&);
  } buttons[] = {
      {"undo",
       !items.empty(),
       {"Take the latest change back.", "Ctrl+Z"},
       [](const Snapshot&, Commands& c) { c.send(command::UndoChange{}); }},
      {"redo",
       snapshot.changes.undone > 0,
       {"Make the change again that was taken back.", "Ctrl+Y"},
       [](const Snapshot&, Commands& c) { c.send(command::RedoChange{}); }},
      {"retrain without it",
       without_it(snapshot).has_value(),
       {"A new lane goes on from the latest checkpoint without what the latest change took away, to learn to do "
        "without.",
        "Ctrl+R"},
       retrain_without_it},
  };
  bool first = true;
  for (const auto& one : buttons) {
    if (!one.shown) continue;
    if (!std::exchange(first, false)) next_chip(one.label, right);
    if (chip(one.label, false, one.tip)) one.act(snapshot, commands);
  }
  if (hidden == 0) return;
  const std::string more = fmt::format("and {} earlier", hidden);
  next_chip(more.c_str(), right);
  caption(more);
}

}  // namespace

void draw_change_it(const Snapshot& snapshot, View& view, Commands& commands) {
  follow_mouse(snapshot, view, commands);
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  if (view.change.open) draw_row(snapshot, view, commands, right);
  const bool any = !snapshot.changes.items.empty() || snapshot.changes.undone > 0;
  if (any) draw_list(snapshot, commands, right);
}

void switch_heads(const Snapshot& snapshot, const View& view, Commands& commands, What what) {
  if (!snapshot.lanes.empty()) toggle(snapshot, of_heads(snapshot, view, what), commands);
}

void sharpen_heads(const Snapshot& snapshot, const View& view, Commands& commands, float factor) {
  if (snapshot.lanes.empty()) return;
  Intervention change = of_heads(snapshot, view, What::kTemperature);
  change.amount = std::clamp(amount_now(snapshot, change, 1) * factor, 1.0f / 64, 64.0f);
  commands.send(command::Change{change});
}

void mask_query(const Snapshot& snapshot, const View& view, Commands& commands) {
  if (snapshot.lanes.empty()) return;
  mask(snapshot, meant_lane(snapshot, view), resolve(view.selection, snapshot).query, commands);
}

void retrain_without_it(const Snapshot& snapshot, Commands& commands) {
  const std::optional<Lane> lane = without_it(snapshot);
  if (lane) commands.send(command::Branch{snapshot.step, snapshot.changes.items.back().what.lane, *lane});
}

void double_click_token(ChangeState& state, int lane, int token) {
  state.masked_lane = lane;
  state.masked_token = token;
}

void begin_weight_drag(const Snapshot& snapshot, const Selection& selection, ChangeState& state, int lane, int query,
                       int key) {
  const LaneSnapshot& of = snapshot.lanes[lane];
  if (!selected_map(of, selection).exists(query, key)) return;
  const std::vector<float> weights = selected_weights(of, snapshot.experiment.model, selection);
  const float weight = weights[static_cast<size_t>(query) * snapshot.geometry.keys + key];
  state.drag = {lane, query, key, ImGui::GetMousePos().y, weight, weight};
}

}  // namespace lab
