#include "app/panels/lanes/change_it.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/panels/lanes/retraining.h"
#include "app/panels/texts/attentions.h"
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
  const int lane = meant_lane(snapshot, view);
  return {.what = what,
          .lane = lane,
          .layer = selection.layer,
          .head = selection.head,
          .attending = looking_in(snapshot.lanes[lane], view.lanes.text)};
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

void mask(const Snapshot& snapshot, int lane, Attending attending, int token, Commands& commands) {
  toggle(snapshot, {.what = What::kMask, .lane = lane, .key = token, .attending = attending}, commands);
}

/// The key with the largest weight in a query's row.
int most_looked_at(const LaneSnapshot& lane, Looking looking, const Selection& selection, int query) {
  const LaneAttention seen = attention_of(lane, looking);
  const std::vector<float> weights = selected_weights(seen.weights, seen.maps, selection);
  const int keys = seen.maps[selection.layer].any->keys();
  const auto row = weights.begin() + static_cast<std::ptrdiff_t>(query) * keys;
  return static_cast<int>(std::max_element(row, row + keys) - row);
}

void follow_mouse(const Snapshot& snapshot, View& view, Commands& commands) {
  ChangeState& state = view.change;
  if (state.masked_lane >= 0)
    mask(snapshot, std::exchange(state.masked_lane, -1), state.masked_in, state.masked_token, commands);
  ChangeState::Drag& drag = state.drag;
  if (drag.lane < 0) return;
  if (drag.key < 0) return void(drag.lane = -1);  // it ended in the last frame, whose click was part of it
  const bool held = ImGui::IsMouseDown(ImGuiMouseButton_Left);
  const float moved = (drag.from_y - ImGui::GetMousePos().y) / px(kWholeDrag);
  const float amount = std::clamp(drag.start + moved, 0.0f, 1.0f);
  const Selection selection = resolve(view.selection, snapshot);
  const Intervention change = {What::kWeight, drag.lane,  selection.layer, selection.head,
                               amount,        drag.query, drag.key,        drag.attending};
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
  enum Where {
    kAlways,
    kOneText,
    kTwoTexts
  } where = kAlways;  // it is offered: where tokens look at those of their
                      // own text, or at another's
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
     [](const Snapshot& s, const View& v, Commands& c) { mask_query(s, v, c); },
     Choice::kOneText},
    {"mask what it looks at most",
     {"No token of the answer sees that token of the text any more; Ctrl and a double click on a column of the map "
      "mask that one.",
      "Ctrl+K"},
     [](const Snapshot& s, const View& v, Commands& c) { mask_query(s, v, c); },
     Choice::kTwoTexts},
};

void next_chip(const char* label, float right) {
  const float width = text_width(label, theme().caption) + px(14);
  if (ImGui::GetItemRectMax().x + px(kGap) + width <= right) ImGui::SameLine(0, px(kGap));
}

void draw_row(const Snapshot& snapshot, const View& view, Commands& commands, float right) {
  const Selection selection = resolve(view.selection, snapshot);
  const std::string heads = selection.head < 0 ? "all heads" : fmt::format("head {}", selection.head + 1);
  const LaneSnapshot& lane = snapshot.lanes[meant_lane(snapshot, view)];
  const Looking looking = looking_in(lane, view.lanes.text);
  const std::string which = translates(snapshot) ? std::string(name_of(looking)) + ", " : "";
  const std::string whose = fmt::format("{}, {}layer {}, {}:", lane.title, which, selection.layer + 1, heads);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text({at.x, at.y + px(3)}, whose, theme().caption, colour::kQuiet);
  ImGui::Dummy({text_width(whose, theme().caption), px(22)});
  const Choice::Where elsewhere = looking == Looking::kCross ? Choice::kOneText : Choice::kTwoTexts;
  for (const Choice& choice : kChoices) {
    if (choice.where == elsewhere) continue;
    next_chip(choice.label, right);
    if (chip(choice.label, false, choice.tip)) choice.act(snapshot, view, commands);
  }
  small_print("Ctrl and a drag on a cell of a map, up or down, sets its weight; the others of its row share the rest.");
  if (translates(snapshot)) small_print("The answer that is written follows every change.");
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
  const LaneSnapshot& lane = snapshot.lanes[item.what.lane];
  const Attending attending = item.what.attending;
  const std::string what = (translates(snapshot) ? std::string(name_of(attending)) + ": " : "") +
                           text(item.what, query_name(snapshot, lane, attending, std::max(item.what.query, 0)),
                                key_name(snapshot, lane, attending, std::max(item.what.key, 0)));
  const std::string result = effect(item, snapshot.data->test.count());
  const float taken = text_width(result, theme().caption) + px(12);
  draw_swatch({at.x, middle}, lane_colour(item.what.lane));
  draw_text({at.x + px(17), at.y + px(2)}, fmt::format("step {}: {}", grouped(item.step), what), theme().caption,
            colour::kText, width - px(17) - taken);
  draw_text_right({at.x + width, at.y + px(2)}, result, theme().caption,
                  item.measured && item.accuracy < item.accuracy_before ? colour::kWrong : colour::kText);
  ImGui::Dummy({width, px(kLine)});
  tooltip(
      fmt::format("The accuracy on all {} test {} by the weights of that step, without this change and with "
                  "it. Training itself does not know of it.",
                  grouped(snapshot.data->test.count()), snapshot.data->test.has_pictures() ? "pictures" : "texts"));
}

/// Of the latest change: the chip that trains a new lane so, or says why none can be.
void draw_retraining(const Snapshot& snapshot, Commands& commands) {
  const Intervention& change = snapshot.changes.items.back().what;
  const bool without = change.what != What::kTemperature;
  const char* label = without ? "retrain without it" : "retrain with it";
  const Retraining retraining = retraining_of(change, snapshot);
  if (!retraining.lane) return unavailable_chip(label, retraining.why_not);
  const Tip tip = {without ? "A new lane goes on from the latest checkpoint without what the latest change took away, "
                             "to learn to do without."
                           : "A new lane goes on from the latest checkpoint at that temperature, to learn with it.",
                   "Ctrl+R"};
  if (chip(label, false, tip)) retrain_without_it(snapshot, commands);
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
  };
  bool first = true;
  for (const auto& one : buttons) {
    if (!one.shown) continue;
    if (!std::exchange(first, false)) next_chip(one.label, right);
    if (chip(one.label, false, one.tip)) one.act(snapshot, commands);
  }
  if (!items.empty()) {
    next_chip("retrain without it", right);
    draw_retraining(snapshot, commands);
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
  const int number = meant_lane(snapshot, view);
  const LaneSnapshot& lane = snapshot.lanes[number];
  const Looking looking = looking_in(lane, view.lanes.text);
  const Selection selection = resolve(view.selection, snapshot);
  int token = query_in(lane, looking, selection, view.lanes.text);
  if (looking == Looking::kCross) token = most_looked_at(lane, looking, selection, token);
  mask(snapshot, number, looking, token, commands);
}

void retrain_without_it(const Snapshot& snapshot, Commands& commands) {
  if (snapshot.changes.items.empty()) return;
  const Intervention& change = snapshot.changes.items.back().what;
  if (const Retraining retraining = retraining_of(change, snapshot); retraining.lane)
    commands.send(command::Branch{snapshot.step, change.lane, *retraining.lane});
}

void double_click_token(ChangeState& state, int lane, Attending attending, int token) {
  state.masked_lane = lane;
  state.masked_in = attending;
  state.masked_token = token;
}

void begin_weight_drag(const Snapshot& snapshot, const Selection& selection, ChangeState& state, int lane,
                       Attending attending, int query, int key) {
  const LaneAttention seen = attention_of(snapshot.lanes[lane], attending);
  const TileMap& map = seen.maps[selection.layer].of(selection.head);
  if (!map.exists(query, key)) return;
  const std::vector<float> weights = selected_weights(seen.weights, seen.maps, selection);
  const float weight = weights[static_cast<size_t>(query) * map.keys() + key];
  state.drag = {lane, query, key, attending, ImGui::GetMousePos().y, weight, weight};
}

}  // namespace lab
