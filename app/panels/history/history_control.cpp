#include "app/panels/history/history_control.h"

#include <imgui.h>

#include <algorithm>

namespace lab {
namespace {

constexpr double kBetweenPictures = 1.0 / 15;  // seconds of a film
constexpr int kPictures = 300;                 // of a film, at most about

int count_of(const Snapshot& snapshot) { return static_cast<int>(snapshot.history.marks.size()); }

void ask(int64_t step, View& view, Commands& commands) {
  view.history.asked = step;
  commands.send(command::LookBack{step});
}

}  // namespace

int shown_place(const HistorySnapshot& history, int64_t step) {
  if (!history.past) return static_cast<int>(history.marks.size());
  const auto after = std::upper_bound(history.marks.begin(), history.marks.end(), step,
                                      [](int64_t s, const HistorySnapshot::Mark& mark) { return s < mark.step; });
  return std::max(0, static_cast<int>(after - history.marks.begin()) - 1);
}

void look_back_to(const Snapshot& snapshot, View& view, Commands& commands, int place) {
  if (place >= count_of(snapshot)) return look_at_now(view, commands);
  ask(snapshot.history.marks[static_cast<size_t>(std::max(place, 0))].step, view, commands);
}

void look_by(const Snapshot& snapshot, View& view, Commands& commands, int by) {
  view.history.film = false;
  const auto& marks = snapshot.history.marks;
  int place = shown_place(snapshot.history, snapshot.step) + by;
  // From now, the moment before is one of another step than now's.
  if (!snapshot.history.past && by < 0 && place >= 0 && marks[static_cast<size_t>(place)].step == snapshot.step)
    --place;
  if (count_of(snapshot) > 0) look_back_to(snapshot, view, commands, place);
}

void look_at_now(View& view, Commands& commands) {
  view.history.film = false;
  ask(-1, view, commands);
}

void play_or_stop_film(const Snapshot& snapshot, View& view, Commands& commands) {
  HistoryState& state = view.history;
  if (count_of(snapshot) == 0) return;
  state.film = !state.film;
  state.next_picture = ImGui::GetTime() + kBetweenPictures;
  if (state.film && !snapshot.history.past) look_back_to(snapshot, view, commands, 0);
}

void follow_history(const Snapshot& snapshot, View& view, Commands& commands) {
  HistoryState& state = view.history;
  if (!state.film || ImGui::GetTime() < state.next_picture) return;
  if (!snapshot.history.past || snapshot.step != state.asked) return;  // the last picture is still on its way
  state.next_picture = ImGui::GetTime() + kBetweenPictures;
  const int by = std::max(1, count_of(snapshot) / kPictures);
  look_back_to(snapshot, view, commands, shown_place(snapshot.history, snapshot.step) + by);
}

int64_t checkpoint_of(const Snapshot& snapshot) {
  int64_t found = -1;
  for (const HistorySnapshot::Mark& mark : snapshot.history.marks)
    if (mark.checkpoint && mark.step <= snapshot.step) found = mark.step;
  return found;
}

void go_on_from_then(const Snapshot& snapshot, View& view, Commands& commands) {
  if (!snapshot.history.past || checkpoint_of(snapshot) < 0) return;
  view.history.film = false;
  view.history.asked = -1;
  commands.send(command::Pause{});
  commands.send(command::GoBack{snapshot.step});
}

std::span<const int64_t> history_budgets() {
  static constexpr int64_t kBudgets[] = {0, 100'000'000, 200'000'000, 400'000'000, 800'000'000, 1'600'000'000};
  return kBudgets;
}

void next_history_budget(const Snapshot& snapshot, Commands& commands) {
  const auto budgets = history_budgets();
  const auto larger = std::upper_bound(budgets.begin(), budgets.end(), snapshot.history.budget);
  commands.send(command::SetHistoryBudget{larger == budgets.end() ? budgets.front() : *larger});
}

}  // namespace lab
