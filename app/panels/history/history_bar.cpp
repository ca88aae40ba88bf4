#include "app/panels/history/history_bar.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/history/history_control.h"
#include "app/panels/lanes/compare.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/text.h"
#include "app/widgets/timeline.h"
#include "core/base/memory.h"

namespace lab {
namespace {

constexpr float kHeight = 46, kPad = 10, kGap = 8;
constexpr float kLeastRoom = 420;   // of the window's height below the toolbar
constexpr float kLeastTrack = 150;  // where the line would be shorter, what stands beside it goes
constexpr const char* kNow = "Now";
constexpr const char* kGoOn = "Go on from here";
constexpr const char* kBranch = "Branch";
constexpr const char *kPin = "Pin", *kUnpin = "Unpin";

std::string budget_text(int64_t bytes) { return bytes == 0 ? "off" : size_text(bytes); }

std::string sentence(const Snapshot& snapshot) {
  const HistorySnapshot& history = snapshot.history;
  if (history.past)
    return fmt::format("This is step {}, not now (step {}).", grouped(snapshot.step), grouped(history.live_step));
  return "History";
}

std::string memory_text(const HistorySnapshot& history) {
  if (history.budget == 0) return "off";
  return fmt::format("{} of {}", size_text(history.bytes), budget_text(history.budget));
}

void draw_memory(const Snapshot& snapshot, Commands& commands, float width) {
  std::vector<std::string> names;
  const auto budgets = history_budgets();
  for (const int64_t budget : budgets) names.push_back(budget_text(budget));
  const int current =
      static_cast<int>(std::find(budgets.begin(), budgets.end(), snapshot.history.budget) - budgets.begin());
  const int chosen = pick("history memory", memory_text(snapshot.history), names, current, width,
                          {"The memory that the history takes, and may take. When it is full, every second moment of "
                           "each stretch goes.",
                           "Ctrl+M"},
                          true);
  if (chosen >= 0) commands.send(command::SetHistoryBudget{budgets[chosen]});
}

/// What stands at the right of the line, from left to right; what there is no room for is left out.
struct Offer {
  float width;
  std::function<void()> draw;
};

Offer offer(const char* label, const ButtonStyle& style, std::function<void()> act) {
  return {button_width(label, style), [=] {
            if (button(label, style)) act();
          }};
}

std::vector<Offer> offers(const Snapshot& snapshot, View& view, Commands& commands) {
  std::vector<Offer> all;
  const bool can_go_on = checkpoint_of(snapshot) >= 0;
  if (snapshot.history.past) {
    all.push_back(offer(kNow, {.primary = true, .tooltip = "What training has reached.", .tooltip_key = "End"},
                        [&] { look_at_now(view, commands); }));
    if (can_go_on)
      all.push_back(
          offer(kGoOn,
                {.tooltip = "Training goes on from the last checkpoint (a dot on the line), exactly as it did "
                            "– or otherwise, when you change a setting. What came after stays as a pale line.",
                 .tooltip_key = "Ctrl+G"},
                [&] { go_on_from_then(snapshot, view, commands); }));
  }
  if (can_go_on)
    all.push_back(offer(kBranch,
                        {.tooltip = "One more lane, which goes on from here by another way of spending attention.",
                         .tooltip_key = "Ctrl+B"},
                        [&] { view.history.branching = true; }));
  all.push_back(offer(pinned(snapshot) ? kUnpin : kPin,
                      {.tooltip = pinned(snapshot) ? "Takes the pin away."
                                                   : "Keeps this moment in sight: the Lanes page can compare with it.",
                       .tooltip_key = ";"},
                      [&] { pin_or_unpin(snapshot, commands); }));
  const float memory = pick_width("1.60 GB of 1.60 GB");
  all.push_back({memory, [&snapshot, &commands, memory] { draw_memory(snapshot, commands, memory); }});
  return all;
}

/// The place of the remembered moment that is nearest to a step.
int nearest_mark(const HistorySnapshot& history, int64_t step) {
  const auto distance = [step](const HistorySnapshot::Mark& mark) { return std::abs(mark.step - step); };
  const auto nearest = std::min_element(history.marks.begin(), history.marks.end(),
                                        [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  return static_cast<int>(nearest - history.marks.begin());
}

std::string place_tip(const Snapshot& snapshot, int place) {
  const HistorySnapshot& history = snapshot.history;
  if (place >= static_cast<int>(history.marks.size())) return fmt::format("Now: step {}", grouped(history.live_step));
  const HistorySnapshot::Mark& mark = history.marks[place];
  return fmt::format("Step {}{}", grouped(mark.step),
                     mark.checkpoint ? ", a checkpoint: training can go on from here" : "");
}

void draw_line(const Snapshot& snapshot, View& view, Commands& commands, float width) {
  std::vector<TimelinePlace> places;
  for (const HistorySnapshot::Mark& mark : snapshot.history.marks) places.push_back({mark.step, mark.checkpoint});
  for (const auto& pin : snapshot.pins)
    if (!places.empty()) places[static_cast<size_t>(nearest_mark(snapshot.history, pin->step))].pinned = true;
  const int chosen = timeline("history line", places, shown_place(snapshot.history, snapshot.step), width,
                              [&](int place) { return place_tip(snapshot, place); });
  if (chosen < 0) return;
  view.history.film = false;
  const bool now = chosen >= static_cast<int>(places.size());
  if (view.history.asked != (now ? -1 : places[chosen].step)) look_back_to(snapshot, view, commands, chosen);
}

void draw_contents(const Snapshot& snapshot, View& view, Commands& commands, ImVec2 low, float width) {
  const float middle = low.y + px(kHeight) / 2, button_y = middle - ImGui::GetFrameHeight() / 2;
  const ButtonStyle film = {.icon = view.history.film ? Icon::kPause : Icon::kPlay,
                            .tooltip = "Training as a film, from its first step.",
                            .tooltip_key = "Ctrl+F"};
  const std::string said = sentence(snapshot);
  ImFont* font = snapshot.history.past ? theme().strong : theme().body;
  std::vector<Offer> right = offers(snapshot, view, commands);
  const float fixed = 2 * px(kPad) + button_width("Film", film) + 2 * px(kGap);
  const auto beside = [&](bool worded) {
    float total = fixed + (worded ? text_width(said, font) + px(2 * kGap) : 0);
    for (const Offer& one : right) total += one.width + px(kGap);
    return total;
  };
  while (right.size() > 1 && beside(true) + px(kLeastTrack) > width) right.pop_back();
  const bool worded = beside(true) + px(kLeastTrack) <= width || snapshot.history.past;
  float x = low.x + px(kPad);
  if (worded)
    draw_text({x, middle - font->FontSize / 2}, said, font, snapshot.history.past ? colour::kText : colour::kQuiet);
  if (worded) x += text_width(said, font) + px(2 * kGap);
  ImGui::SetCursorScreenPos({x, button_y});
  if (button("Film", film)) play_or_stop_film(snapshot, view, commands);
  x += button_width("Film", film) + px(kGap);
  const float line = std::max(px(40), width - beside(worded));
  ImGui::SetCursorScreenPos({x, low.y + (px(kHeight) - px(kTimelineHeight)) / 2});
  draw_line(snapshot, view, commands, line);
  x += line + px(kGap);
  for (const Offer& one : right) {
    ImGui::SetCursorScreenPos({x, button_y});
    one.draw();
    x += one.width + px(kGap);
  }
}

}  // namespace

float history_bar_height(const Snapshot& snapshot, float room) {
  return snapshot.lanes.empty() || room < px(kLeastRoom) ? 0 : px(kHeight) + px(space::kGap);
}

void draw_history_bar(const Snapshot& snapshot, View& view, Commands& commands) {
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 low = {from.x, from.y + px(space::kGap)}, high = {low.x + width, low.y + px(kHeight)};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool past = snapshot.history.past;
  list.AddRectFilled(from, high, colour::kBackground);
  list.AddRectFilled(low, high, past ? colour::kHover : colour::kPanel, px(space::kCorner));
  list.AddRect(low, high, past ? colour::kHoverLine : colour::kLine, px(space::kCorner), 0,
               past ? px(2) : ImGui::GetStyle().ChildBorderSize);
  draw_contents(snapshot, view, commands, low, width);
}

}  // namespace lab
