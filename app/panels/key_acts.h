#pragma once
// What keys do, each an act on the snapshot shown, the view and the commands; acts in common with buttons are called
// where those are. Of keys.cpp alone, whose table names them.

#include <algorithm>
#include <utility>

#include "app/panels/banner.h"
#include "app/panels/cost/budget_control.h"
#include "app/panels/cost/scaling_control.h"
#include "app/panels/examples/examples.h"
#include "app/panels/explain/explain.h"
#include "app/panels/files/export_control.h"
#include "app/panels/history/history_control.h"
#include "app/panels/inside/inside.h"
#include "app/panels/lanes/change_it.h"
#include "app/panels/lanes/compare.h"
#include "app/panels/lanes/drawing.h"
#include "app/panels/pages.h"
#include "app/panels/setup/setup.h"
#include "app/panels/setup/target_canvas.h"
#include "app/panels/step/step_control.h"
#include "app/panels/texts/text_field.h"
#include "app/panels/texts/token_steps.h"
#include "app/panels/texts/token_view.h"
#include "core/data/tasks.h"
#include "core/train/usual_experiment.h"

namespace lab::acts {

using Act = void(const Snapshot&, View&, Commands&);

template <class C>
void send(const Snapshot&, View&, Commands& commands) {
  commands.send(C{});
}

template <int by>
void other_sample(const Snapshot& snapshot, View& view, Commands& commands) {
  if (view.page == Page::kStep) return look_at_slot(snapshot, view, by);
  look_at_sample(snapshot, std::max(snapshot.probe.index, -1) + by, commands);
}

/// Up and down: the stages of an opened step; else the pictures.
template <int by>
void other_sample_or_stage(const Snapshot& snapshot, View& view, Commands& commands) {
  if (view.page == Page::kStep) return go_stages(snapshot, view, by);
  other_sample<by>(snapshot, view, commands);
}

template <int lane>
void highlight(const Snapshot& snapshot, View& view, Commands&) {
  const bool exists = lane < static_cast<int>(snapshot.lanes.size());
  view.selection.lane = exists && view.selection.lane != lane ? lane : -1;
}

inline void next_layer(const Snapshot& snapshot, View& view, Commands&) {
  if (view.page == Page::kStep) return go_to_next_layer(snapshot, view);
  const int layers = std::max(snapshot.experiment.model.layers, 1);
  view.selection.layer = (resolve(view.selection, snapshot).layer + 1) % layers;
}

inline void next_head(const Snapshot& snapshot, View& view, Commands&) {
  const int head = resolve(view.selection, snapshot).head + 1;
  const bool mean = view.page != Page::kStep;                                           // a step has none
  view.selection.head = head < snapshot.experiment.model.heads ? head : mean ? -1 : 0;  // after the last: the mean
}

inline void class_token(const Snapshot& snapshot, View& view, Commands&) {
  if (snapshot.geometry.prefix > 0) view.selection.query = view.selection.query == 0 ? -1 : 0;
}

/// The patch that asks moves over the grid, or the token along the sequence, and stays within.
template <int rows, int columns>
void move_query(const Snapshot& snapshot, View& view, Commands&) {
  const Geometry& g = snapshot.geometry;
  const bool answers = !snapshot.lanes.empty() && !snapshot.lanes.front().cross.empty();
  if (answers && (view.lanes.text.looking != Looking::kTokens || view.page == Page::kExplain)) {
    const int last = static_cast<int>(snapshot.lanes.front().answer_tokens.size()) - 1;
    const int now = view.lanes.text.answer_query < 0 ? 1 : view.lanes.text.answer_query;
    view.lanes.text.answer_query = std::clamp(now + rows + columns, 0, last);
    return;
  }
  const int query = resolve(view.selection, snapshot).query, width = std::max(g.columns, 1);
  if (!g.is_grid()) {
    view.selection.query = std::clamp(query + rows + columns, 0, std::max(g.queries - 1, 0));
    return;
  }
  const int patch = std::max(query - g.prefix, 0);
  const int row = std::clamp(patch / width + rows, 0, g.rows - 1);
  const int column = std::clamp(patch % width + columns, 0, g.columns - 1);
  view.selection.query = g.prefix + row * g.columns + column;
}

/// A translator's next attention, of the text, of the answer, of the answer to the text; what else a writer may write.
inline void other_of_text(const Snapshot& snapshot, View& view, Commands& commands) {
  constexpr int kLookings = 3;
  if (snapshot.data && snapshot.data->kind == ModelKind::kWriter)
    return write_another(snapshot, view.lanes.field, commands);
  Looking& looking = view.lanes.text.looking;
  looking = static_cast<Looking>((static_cast<int>(looking) + 1) % kLookings);
}
inline void type_own_text(const Snapshot& snapshot, View& view, Commands&) {
  if (snapshot.tokens.empty()) return;
  if (view.page != Page::kExplain) view.page = Page::kLanes;
  view.lanes.field.wants_keys = true;
}

inline void explain_another(const Snapshot& snapshot, View& view, Commands&) { explain_next_answer(snapshot, view); }

inline void map_or_lines(const Snapshot&, View& view, Commands&) { view.lanes.tokens.lines = !view.lanes.tokens.lines; }
inline void path(const Snapshot&, View& view, Commands&) { view.lanes.tokens.path = !view.lanes.tokens.path; }
inline void larger(const Snapshot& snapshot, View& view, Commands&) { zoom_maps(snapshot, view, 1.5f); }
inline void smaller(const Snapshot& snapshot, View& view, Commands&) { zoom_maps(snapshot, view, 1 / 1.5f); }
inline void all_of_map(const Snapshot& snapshot, View& view, Commands&) { zoom_maps(snapshot, view, 0); }
inline void write_by_hand(const Snapshot& snapshot, View& view, Commands&) {
  if (writes(snapshot)) view.lanes.tokens.stepping = !view.lanes.tokens.stepping;
}

inline void open_picture(const Snapshot&, View& view, Commands&) { view.picture.asked = true; }
inline void draw_own_picture(const Snapshot& snapshot, View& view, Commands&) {
  open_or_close_drawing(snapshot, view.drawing);
}
inline void shared_scale(const Snapshot&, View& view, Commands&) { view.lanes.style.shared = !view.lanes.style.shared; }
inline void colour_map(const Snapshot&, View& view, Commands&) {
  ColourMap& colours = view.lanes.style.colours;
  colours = colours == ColourMap::kViridis ? ColourMap::kCividis : ColourMap::kViridis;
}

template <int by>
void other_speed(const Snapshot& snapshot, View&, Commands& commands) {
  const auto limits = speed_limits();
  const auto now = std::find(limits.begin(), limits.end(), snapshot.speed_limit) - limits.begin();
  const auto next = std::clamp<std::ptrdiff_t>(now + by, 0, std::ssize(limits) - 1);
  commands.send(command::SetSpeedLimit{limits[next]});
}

inline void other_task(const Snapshot&, View& view, Commands& commands) {
  const auto next = [](Experiment& experiment) {
    size_t now = 0;
    while (now < tasks().size() && tasks()[now].name != experiment.task) ++now;
    do ++now;
    while (!can_be_loaded(tasks()[now % tasks().size()]));
    change_task(experiment, std::string(tasks()[now % tasks().size()].name));
  };
  view.setup.draft.edit(next, commands);
}

inline void next_seed(const Snapshot&, View& view, Commands& commands) {
  view.setup.draft.edit([](Experiment& experiment) { ++experiment.seed; }, commands);
}

template <int by>
void walk_settings(const Snapshot&, View& view, Commands&) {
  if (view.page == Page::kExamples) return choose_number(view.examples, by);
  open_page(view, Page::kSetup);
  choose_setting(view.setup, by);
}
template <int by>
void change_setting(const Snapshot& snapshot, View& view, Commands& commands) {
  if (view.page == Page::kExamples) return change_number(view.examples, by);
  change_chosen_setting(snapshot, view.setup, commands, by);
}

/// The lane that lane keys mean: the one in the editor, else the highlighted one.
inline int lane_in_hand(const View& view) {
  return view.setup.edited_lane >= 0 ? view.setup.edited_lane : view.selection.lane;
}

inline void paint_target(const Snapshot& snapshot, View& view, Commands& commands) {
  open_page(view, Page::kSetup);
  paint_looked_at(snapshot, view.selection, view.setup, commands);
}

inline void new_lane(const Snapshot&, View& view, Commands& commands) {
  open_page(view, Page::kSetup);
  add_lane(view.setup, commands);
}
inline void open_lane_editor(const Snapshot&, View& view, Commands&) {
  open_page(view, Page::kSetup);
  edit_lane(view.setup, lane_in_hand(view));
}
inline void drop_lane(const Snapshot&, View& view, Commands& commands) {
  if (lane_in_hand(view) >= 0) remove_lane(view.setup, lane_in_hand(view), commands);
}
inline void apply_changes(const Snapshot& snapshot, View& view, Commands& commands) {
  if (view.setup.draft.waits()) return view.setup.draft.restart(commands);
  if (view.page == Page::kStep) go_deeper(snapshot, view, commands);
}
inline void discard_changes(const Snapshot&, View& view, Commands&) { view.setup.draft.discard(); }

inline void next_example(const Snapshot&, View& view, Commands&) {
  if (view.page == Page::kExamples) open_next_example(view.examples);
  open_page(view, Page::kExamples);
}
template <int percent>
void scroll_steps(const Snapshot&, View& view, Commands&) {
  (view.page == Page::kInside ? view.inside.scroll : view.examples.scroll) += percent / 100.0f;
}
inline void first_numbers(const Snapshot&, View& view, Commands&) {
  if (view.page == Page::kExamples) reset_example(view.examples);
}

inline void show_changes(const Snapshot&, View& view, Commands&) {
  open_page(view, Page::kLanes);
  view.change.open = !view.change.open;
}
template <Intervention::What what>
void switch_shown_heads(const Snapshot& snapshot, View& view, Commands& commands) {
  switch_heads(snapshot, view, commands, what);
}
template <int halves>
void sharpen_shown_heads(const Snapshot& snapshot, View& view, Commands& commands) {
  sharpen_heads(snapshot, view, commands, halves / 2.0f);
}
inline void mask_shown_query(const Snapshot& snapshot, View& view, Commands& commands) {
  mask_query(snapshot, view, commands);
}
inline void retrain(const Snapshot& snapshot, View&, Commands& commands) { retrain_without_it(snapshot, commands); }

inline void logarithmic(const Snapshot&, View& view, Commands&) { view.curves.logarithmic = !view.curves.logarithmic; }

/// The steps that the curves show: all, unless the viewer zoomed.
inline void zoom(const Snapshot& snapshot, View& view, float from, float to) {
  PlotView& plot = view.curves.plot;
  const bool zoomed = plot.high > plot.low;
  const float low = zoomed ? plot.low : 0, high = zoomed ? plot.high : static_cast<float>(snapshot.step);
  const float width = high - low;
  if (width < 8 && to - from < 1) return;
  plot.low = std::max(0.0f, low + from * width);
  plot.high = plot.low + (to - from) * width;
}
inline void zoom_in(const Snapshot& snapshot, View& view, Commands&) { zoom(snapshot, view, 0.5f, 1); }
inline void zoom_out(const Snapshot&, View& view, Commands&) { view.curves.plot.low = view.curves.plot.high = 0; }
inline void earlier(const Snapshot& snapshot, View& view, Commands&) { zoom(snapshot, view, -0.25f, 0.75f); }
inline void later(const Snapshot& snapshot, View& view, Commands&) { zoom(snapshot, view, 0.25f, 1.25f); }

template <bool ScalingState::*choice>
void toggle_beside(const Snapshot&, View& view, Commands&) {
  view.scaling.*choice = !(view.scaling.*choice);
}
inline void other_quantity(const Snapshot&, View& view, Commands&) { next_quantity(view.scaling); }
inline void measure(const Snapshot& snapshot, View& view, Commands& commands) {
  open_page(view, Page::kScaling);
  measure_or_stop(snapshot, view, commands);
}
template <class Change>
void on_budget(View& view, const Change& change) {
  open_page(view, Page::kBudget);
  change(view.budget);
}
inline void pin(const Snapshot& snapshot, View& view, Commands&) {
  on_budget(view, [&](BudgetState& budget) { pin_lanes(snapshot, budget); });
}
inline void clear_pins(const Snapshot&, View& view, Commands&) { view.budget.pinned.clear(); }
inline void other_price(const Snapshot&, View& view, Commands&) { on_budget(view, next_price); }
inline void other_worth(const Snapshot&, View& view, Commands&) {
  on_budget(view, [](BudgetState& budget) { budget.loss = !budget.loss; });
}
inline void sweep(const Snapshot& snapshot, View& view, Commands& commands) {
  open_page(view, Page::kBudget);
  sweep_or_pause(snapshot, view, commands);
}
inline void rest_of_sweep(const Snapshot& snapshot, View& view, Commands& commands) {
  open_page(view, Page::kBudget);
  go_on_with_sweep(snapshot, view, commands);
}
inline void end_sweep(const Snapshot&, View& view, Commands&) { stop_sweep(view.budget); }

inline void other_device(const Snapshot& snapshot, View&, Commands& commands) {
  constexpr int kWishes = 3;
  commands.send(command::SetDevice{static_cast<DeviceWish>((static_cast<int>(snapshot.device_wish) + 1) % kWishes)});
}

template <int by>
void look(const Snapshot& snapshot, View& view, Commands& commands) {
  look_by(snapshot, view, commands, by);
}
/// The next token of a writer, where keys write; the next moment of a past that is looked at; else training's next
/// step.
inline void forward(const Snapshot& snapshot, View& view, Commands& commands) {
  if (view.page != Page::kStep && writes_by_hand(snapshot, view))
    write_likeliest(snapshot, view, commands);
  else if (snapshot.history.past)
    look<1>(snapshot, view, commands);
  else
    commands.send(command::StepBatch{});
}
/// A stage of an opened step; a token that was written; else a moment.
inline void back(const Snapshot& snapshot, View& view, Commands& commands) {
  if (view.page == Page::kStep)
    go_stages(snapshot, view, -1);
  else if (writes_by_hand(snapshot, view))
    take_token_back(snapshot, view, commands);
  else
    look<-1>(snapshot, view, commands);
}
inline void look_at_first(const Snapshot& snapshot, View& view, Commands& commands) {
  view.history.film = false;
  if (!snapshot.history.marks.empty()) look_back_to(snapshot, view, commands, 0);
}
inline void now(const Snapshot&, View& view, Commands& commands) { look_at_now(view, commands); }
inline void ask_branch(const Snapshot&, View& view, Commands&) { view.history.branching = true; }
inline void pin_moment(const Snapshot& snapshot, View&, Commands& commands) { pin_or_unpin(snapshot, commands); }
inline void compare(const Snapshot& snapshot, View& view, Commands&) {
  open_page(view, Page::kLanes);
  next_reference(snapshot, view.lanes.compare);
}
inline void picture_of_window(const Snapshot&, View& view, Commands&) { export_window(view); }
inline void export_panel(const Snapshot&, View& view, Commands&) {
  ask_export(view, pages()[static_cast<size_t>(view.page)].title);
}
inline void ask_save(const Snapshot& snapshot, View& view, Commands&) { view.history.saving = !snapshot.lanes.empty(); }
inline void other_history_budget(const Snapshot& snapshot, View&, Commands& commands) {
  next_history_budget(snapshot, commands);
}

template <InsideView shown>
void look_inside(const Snapshot&, View& view, Commands&) {
  open_inside(view, shown);
}

inline void next_mistake(const Snapshot& snapshot, View& view, Commands& commands) {
  open_inside(view, InsideView::kMistakes);
  look_at_next_mistake(snapshot, commands);
}

inline void present(const Snapshot&, View& view, Commands&) { view.presenting = !view.presenting; }
inline void help(const Snapshot&, View& view, Commands&) { view.help = !view.help; }

inline void close(const Snapshot& snapshot, View& view, Commands&) {
  view.drawing.open = false;
  const bool sheet =
      view.help || view.picture.asked || view.history.branching || view.history.saving || view.exporting.asked;
  const bool said = !view.trouble.empty() || !view.exporting.said.empty();
  view.help = view.picture.asked = view.history.branching = view.history.saving = view.exporting.asked = false;
  view.exporting.said.clear();
  view.trouble.clear();
  view.dismissed = notice(snapshot);
  view.setup.chosen = -1;
  if (sheet || said || (view.page == Page::kStep && go_out(view))) return;
  view.presenting = false;
}

inline void quit(const Snapshot&, View& view, Commands&) { view.quit = true; }

template <int page>
void show_page(const Snapshot&, View& view, Commands&) {
  open_page(view, static_cast<Page>(page));
}

}  // namespace lab::acts
