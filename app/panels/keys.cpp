#include "app/panels/keys.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/panels/banner.h"
#include "app/panels/budget_control.h"
#include "app/panels/change_it.h"
#include "app/panels/compare.h"
#include "app/panels/drawing.h"
#include "app/panels/examples.h"
#include "app/panels/export_control.h"
#include "app/panels/history_control.h"
#include "app/panels/inside.h"
#include "app/panels/pages.h"
#include "app/panels/scaling_control.h"
#include "app/panels/setup.h"
#include "app/panels/step_control.h"
#include "app/panels/target_canvas.h"
#include "app/panels/text_field.h"
#include "app/panels/token_steps.h"
#include "app/panels/token_view.h"
#include "core/data/tasks.h"
#include "core/train/usual_experiment.h"

namespace lab {
namespace {

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

void next_layer(const Snapshot& snapshot, View& view, Commands&) {
  if (view.page == Page::kStep) return go_to_next_layer(snapshot, view);
  const int layers = std::max(snapshot.experiment.model.layers, 1);
  view.selection.layer = (resolve(view.selection, snapshot).layer + 1) % layers;
}

void next_head(const Snapshot& snapshot, View& view, Commands&) {
  const int head = resolve(view.selection, snapshot).head + 1;
  const bool mean = view.page != Page::kStep;                                           // a step has none
  view.selection.head = head < snapshot.experiment.model.heads ? head : mean ? -1 : 0;  // after the last: the mean
}

void class_token(const Snapshot& snapshot, View& view, Commands&) {
  if (snapshot.geometry.prefix > 0) view.selection.query = view.selection.query == 0 ? -1 : 0;
}

/// The patch that asks moves over the grid, or the token along the sequence, and stays within.
template <int rows, int columns>
void move_query(const Snapshot& snapshot, View& view, Commands&) {
  const Geometry& g = snapshot.geometry;
  const bool answers = !snapshot.lanes.empty() && !snapshot.lanes.front().cross.empty();
  if (answers && view.lanes.text.looking != Looking::kText) {
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
void other_of_text(const Snapshot& snapshot, View& view, Commands& commands) {
  constexpr int kLookings = 3;
  if (snapshot.data && snapshot.data->kind == ModelKind::kWriter)
    return write_another(snapshot, view.lanes.field, commands);
  Looking& looking = view.lanes.text.looking;
  looking = static_cast<Looking>((static_cast<int>(looking) + 1) % kLookings);
}
void type_own_text(const Snapshot& snapshot, View& view, Commands&) {
  if (snapshot.tokens.empty()) return;
  view.page = Page::kLanes;
  view.lanes.field.wants_keys = true;
}

void map_or_lines(const Snapshot&, View& view, Commands&) { view.lanes.tokens.lines = !view.lanes.tokens.lines; }
void path(const Snapshot&, View& view, Commands&) { view.lanes.tokens.path = !view.lanes.tokens.path; }
void larger(const Snapshot& snapshot, View& view, Commands&) { zoom_maps(snapshot, view, 1.5f); }
void smaller(const Snapshot& snapshot, View& view, Commands&) { zoom_maps(snapshot, view, 1 / 1.5f); }
void all_of_map(const Snapshot& snapshot, View& view, Commands&) { zoom_maps(snapshot, view, 0); }
void write_by_hand(const Snapshot& snapshot, View& view, Commands&) {
  if (writes(snapshot)) view.lanes.tokens.stepping = !view.lanes.tokens.stepping;
}

void open_picture(const Snapshot&, View& view, Commands&) { view.picture.asked = true; }
void draw_own_picture(const Snapshot& snapshot, View& view, Commands&) {
  open_or_close_drawing(snapshot, view.drawing);
}
void shared_scale(const Snapshot&, View& view, Commands&) { view.lanes.style.shared = !view.lanes.style.shared; }
void colour_map(const Snapshot&, View& view, Commands&) {
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

void other_task(const Snapshot&, View& view, Commands& commands) {
  const auto next = [](Experiment& experiment) {
    size_t now = 0;
    while (now < tasks().size() && tasks()[now].name != experiment.task) ++now;
    do ++now;
    while (!can_be_loaded(tasks()[now % tasks().size()]));
    change_task(experiment, std::string(tasks()[now % tasks().size()].name));
  };
  view.setup.draft.edit(next, commands);
}

void next_seed(const Snapshot&, View& view, Commands& commands) {
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
int lane_in_hand(const View& view) {
  return view.setup.edited_lane >= 0 ? view.setup.edited_lane : view.selection.lane;
}

void paint_target(const Snapshot& snapshot, View& view, Commands& commands) {
  open_page(view, Page::kSetup);
  paint_looked_at(snapshot, view.selection, view.setup, commands);
}

void new_lane(const Snapshot&, View& view, Commands& commands) {
  open_page(view, Page::kSetup);
  add_lane(view.setup, commands);
}
void open_lane_editor(const Snapshot&, View& view, Commands&) {
  open_page(view, Page::kSetup);
  edit_lane(view.setup, lane_in_hand(view));
}
void drop_lane(const Snapshot&, View& view, Commands& commands) {
  if (lane_in_hand(view) >= 0) remove_lane(view.setup, lane_in_hand(view), commands);
}
void apply_changes(const Snapshot& snapshot, View& view, Commands& commands) {
  if (view.setup.draft.waits()) return view.setup.draft.restart(commands);
  if (view.page == Page::kStep) go_deeper(snapshot, view, commands);
}
void discard_changes(const Snapshot&, View& view, Commands&) { view.setup.draft.discard(); }

void next_example(const Snapshot&, View& view, Commands&) {
  if (view.page == Page::kExamples) open_next_example(view.examples);
  open_page(view, Page::kExamples);
}
template <int percent>
void scroll_steps(const Snapshot&, View& view, Commands&) {
  (view.page == Page::kInside ? view.inside.scroll : view.examples.scroll) += percent / 100.0f;
}
void first_numbers(const Snapshot&, View& view, Commands&) {
  if (view.page == Page::kExamples) reset_example(view.examples);
}

void show_changes(const Snapshot&, View& view, Commands&) {
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
void mask_shown_query(const Snapshot& snapshot, View& view, Commands& commands) {
  mask_query(snapshot, view, commands);
}
void retrain(const Snapshot& snapshot, View&, Commands& commands) { retrain_without_it(snapshot, commands); }

void logarithmic(const Snapshot&, View& view, Commands&) { view.curves.logarithmic = !view.curves.logarithmic; }

/// The steps that the curves show: all, unless the viewer zoomed.
void zoom(const Snapshot& snapshot, View& view, float from, float to) {
  PlotView& plot = view.curves.plot;
  const bool zoomed = plot.high > plot.low;
  const float low = zoomed ? plot.low : 0, high = zoomed ? plot.high : static_cast<float>(snapshot.step);
  const float width = high - low;
  if (width < 8 && to - from < 1) return;
  plot.low = std::max(0.0f, low + from * width);
  plot.high = plot.low + (to - from) * width;
}
void zoom_in(const Snapshot& snapshot, View& view, Commands&) { zoom(snapshot, view, 0.5f, 1); }
void zoom_out(const Snapshot&, View& view, Commands&) { view.curves.plot.low = view.curves.plot.high = 0; }
void earlier(const Snapshot& snapshot, View& view, Commands&) { zoom(snapshot, view, -0.25f, 0.75f); }
void later(const Snapshot& snapshot, View& view, Commands&) { zoom(snapshot, view, 0.25f, 1.25f); }

template <bool ScalingState::*choice>
void toggle_beside(const Snapshot&, View& view, Commands&) {
  view.scaling.*choice = !(view.scaling.*choice);
}
void other_quantity(const Snapshot&, View& view, Commands&) { next_quantity(view.scaling); }
void measure(const Snapshot& snapshot, View& view, Commands& commands) {
  open_page(view, Page::kScaling);
  measure_or_stop(snapshot, view, commands);
}
template <class Change>
void on_budget(View& view, const Change& change) {
  open_page(view, Page::kBudget);
  change(view.budget);
}
void pin(const Snapshot& snapshot, View& view, Commands&) {
  on_budget(view, [&](BudgetState& budget) { pin_lanes(snapshot, budget); });
}
void clear_pins(const Snapshot&, View& view, Commands&) { view.budget.pinned.clear(); }
void other_price(const Snapshot&, View& view, Commands&) { on_budget(view, next_price); }
void other_worth(const Snapshot&, View& view, Commands&) {
  on_budget(view, [](BudgetState& budget) { budget.loss = !budget.loss; });
}
void sweep(const Snapshot& snapshot, View& view, Commands& commands) {
  open_page(view, Page::kBudget);
  sweep_or_pause(snapshot, view, commands);
}
void rest_of_sweep(const Snapshot& snapshot, View& view, Commands& commands) {
  open_page(view, Page::kBudget);
  go_on_with_sweep(snapshot, view, commands);
}
void end_sweep(const Snapshot&, View& view, Commands&) { stop_sweep(view.budget); }

void other_device(const Snapshot& snapshot, View&, Commands& commands) {
  constexpr int kWishes = 3;
  commands.send(command::SetDevice{static_cast<DeviceWish>((static_cast<int>(snapshot.device_wish) + 1) % kWishes)});
}

template <int by>
void look(const Snapshot& snapshot, View& view, Commands& commands) {
  look_by(snapshot, view, commands, by);
}
/// The next token of a writer, where keys write; the next moment of a past that is looked at; else training's next
/// step.
void forward(const Snapshot& snapshot, View& view, Commands& commands) {
  if (view.page != Page::kStep && writes_by_hand(snapshot, view))
    write_likeliest(snapshot, view, commands);
  else if (snapshot.history.past)
    look<1>(snapshot, view, commands);
  else
    commands.send(command::StepBatch{});
}
/// A stage of an opened step; a token that was written; else a moment.
void back(const Snapshot& snapshot, View& view, Commands& commands) {
  if (view.page == Page::kStep)
    go_stages(snapshot, view, -1);
  else if (writes_by_hand(snapshot, view))
    take_token_back(snapshot, view, commands);
  else
    look<-1>(snapshot, view, commands);
}
void look_at_first(const Snapshot& snapshot, View& view, Commands& commands) {
  view.history.film = false;
  if (!snapshot.history.marks.empty()) look_back_to(snapshot, view, commands, 0);
}
void now(const Snapshot&, View& view, Commands& commands) { look_at_now(view, commands); }
void ask_branch(const Snapshot&, View& view, Commands&) { view.history.branching = true; }
void pin_moment(const Snapshot& snapshot, View&, Commands& commands) { pin_or_unpin(snapshot, commands); }
void compare(const Snapshot& snapshot, View& view, Commands&) {
  open_page(view, Page::kLanes);
  next_reference(snapshot, view.lanes.compare);
}
void picture_of_window(const Snapshot&, View& view, Commands&) { export_window(view); }
void export_panel(const Snapshot&, View& view, Commands&) {
  ask_export(view, pages()[static_cast<size_t>(view.page)].title);
}
void ask_save(const Snapshot& snapshot, View& view, Commands&) { view.history.saving = !snapshot.lanes.empty(); }
void other_history_budget(const Snapshot& snapshot, View&, Commands& commands) {
  next_history_budget(snapshot, commands);
}

template <InsideView shown>
void look_inside(const Snapshot&, View& view, Commands&) {
  open_inside(view, shown);
}

void next_mistake(const Snapshot& snapshot, View& view, Commands& commands) {
  open_inside(view, InsideView::kMistakes);
  look_at_next_mistake(snapshot, commands);
}

void present(const Snapshot&, View& view, Commands&) { view.presenting = !view.presenting; }
void help(const Snapshot&, View& view, Commands&) { view.help = !view.help; }

void close(const Snapshot& snapshot, View& view, Commands&) {
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

void quit(const Snapshot&, View& view, Commands&) { view.quit = true; }

template <int page>
void show_page(const Snapshot&, View& view, Commands&) {
  open_page(view, static_cast<Page>(page));
}

constexpr std::string_view kTraining = "Training", kLooking = "Looking", kCurves = "Curves", kScaling = "Scaling",
                           kBudget = "Budget", kSetup = "Lanes and settings", kExamples = "Examples",
                           kHistory = "History", kChanging = "Changing attention", kWindow = "Window", kPages = "Pages";

const KeyBinding kBindings[] = {
    {kTraining, "Train, or pause", {{{"space", train_or_pause}}}},
    {kTraining, "Train one batch, then pause", {{{"→", forward}}}, true},
    {kTraining, "Restart with the same seed", {{{"R", send<command::Restart>}}}},
    {kTraining, "Slower, faster", {{{",", other_speed<1>}, {".", other_speed<-1>}}}},
    {kTraining, "The next task", {{{"T", other_task}}}},
    {kTraining, "The next seed", {{{"N", next_seed}}}},
    {kTraining, "Compute on the faster device, the CPU, the GPU", {{{"Ctrl+D", other_device}}}},

    {kLooking,
     "The previous, the next picture or text (Step: stage)",
     {{{"↑", other_sample_or_stage<-1>}, {"↓", other_sample_or_stage<1>}}},
     true},
    {kLooking,
     "The previous, the next picture (Step: of its batch)",
     {{{"[", other_sample<-1>}, {"]", other_sample<1>}}},
     true},
    {kLooking, "The next layer", {{{"L", next_layer}}}},
    {kLooking, "The next head, or the mean of all", {{{"H", next_head}}}},
    {kLooking, "Where the class token looks", {{{"C", class_token}}}},
    {kLooking,
     "The patch or token to the left, right",
     {{{"Ctrl+←", move_query<0, -1>}, {"Ctrl+→", move_query<0, 1>}}},
     true},
    {kLooking, "The patch above, below", {{{"Ctrl+↑", move_query<-1, 0>}, {"Ctrl+↓", move_query<1, 0>}}}, true},
    {kLooking,
     "Highlight a lane, or none",
     {{{"1", highlight<0>}, {"2", highlight<1>}, {"3", highlight<2>}, {"4", highlight<3>}}}},
    {kLooking,
     "Inside: heads; queries and keys; mistakes; weights",
     {{{"Ctrl+1", look_inside<InsideView::kHeads>},
       {"Ctrl+2", look_inside<InsideView::kQueriesAndKeys>},
       {"Ctrl+3", look_inside<InsideView::kMistakes>},
       {"Ctrl+4", look_inside<InsideView::kWeights>}}}},
    {kLooking, "The next of the worst mistakes", {{{"Ctrl+5", next_mistake}}}},
    {kLooking, "One colour scale for all lanes", {{{"S", shared_scale}}}},
    {kLooking, "The other colour map", {{{"M", colour_map}}}},
    {kLooking, "Type a text of your own", {{{"Ctrl+W", type_own_text}}}},
    {kLooking, "A translator's next attention; a writer's other text", {{{"Ctrl+A", other_of_text}}}},
    {kLooking, "Attention over tokens as a map, or as lines", {{{"Ctrl+V", map_or_lines}}}},
    {kLooking, "A map larger, smaller, all of it", {{{"Ctrl+=", larger}, {"Ctrl+-", smaller}, {"Ctrl+0", all_of_map}}}},
    {kLooking, "The path through a translator's map, or none", {{{"Ctrl+X", path}}}},
    {kLooking, "→ writes a token, ← takes it back; or again not", {{{"Ctrl+Enter", write_by_hand}}}},
    {kLooking, "Open a picture of your own, or a saved run", {{{"Ctrl+O", open_picture}}}},
    {kLooking, "Draw a picture of your own", {{{"Ctrl+L", draw_own_picture}}}},

    {kChanging, "What can be changed, or hide it", {{{"Ctrl+J", show_changes}}}},
    {kChanging,
     "Switch the heads shown off or on; make them uniform",
     {{{"Ctrl+H", switch_shown_heads<Intervention::What::kOff>},
       {"Ctrl+U", switch_shown_heads<Intervention::What::kUniform>}}}},
    {kChanging, "Flatter, sharper", {{{"Ctrl+,", sharpen_shown_heads<1>}, {"Ctrl+.", sharpen_shown_heads<4>}}}},
    {kChanging, "Mask the token that looks", {{{"Ctrl+K", mask_shown_query}}}},
    {kChanging,
     "Undo, redo the change",
     {{{"Ctrl+Z", send<command::UndoChange>}, {"Ctrl+Y", send<command::RedoChange>}}}},
    {kChanging, "Retrain without it, as a new lane", {{{"Ctrl+R", retrain}}}},

    {kHistory, "The moment before (Step: the stage before)", {{{"←", back}}}, true},
    {kHistory, "The first moment; now again", {{{"Home", look_at_first}, {"End", now}}}},
    {kHistory, "Play training as a film", {{{"Ctrl+F", play_or_stop_film}}}},
    {kHistory, "Go on from the moment shown", {{{"Ctrl+G", go_on_from_then}}}},
    {kHistory, "Branch: a new lane from there", {{{"Ctrl+B", ask_branch}}}},
    {kHistory, "Pin the moment shown, or take its pin away", {{{";", pin_moment}}}},
    {kHistory, "Compare with a pin, a lane or a head; the next", {{{"/", compare}}}},
    {kHistory, "More memory for the history, or none", {{{"Ctrl+M", other_history_budget}}}},
    {kHistory, "Save the run", {{{"Ctrl+S", ask_save}}}},

    {kSetup, "Choose a setting: next, previous", {{{"J", walk_settings<1>}, {"K", walk_settings<-1>}}}, true},
    {kSetup, "Lower, raise the chosen setting", {{{"-", change_setting<-1>}, {"=", change_setting<1>}}}, true},
    {kSetup, "Add a lane", {{{"A", new_lane}}}},
    {kSetup, "Edit the highlighted lane", {{{"E", open_lane_editor}}}},
    {kSetup, "Remove the highlighted lane", {{{"Delete", drop_lane}}}},
    {kSetup, "Guide attention to the patch looked at, or not", {{{"Ctrl+T", paint_target}}}},
    {kSetup, "Restart with the changes (Step: go in)", {{{"Enter", apply_changes}}}},
    {kSetup, "Discard the changes", {{{"Backspace", discard_changes}}}},

    {kCurves, "Logarithmic losses", {{{"G", logarithmic}}}},
    {kCurves, "Zoom into the later half; all again", {{{"Z", zoom_in}, {"X", zoom_out}}}},
    {kCurves, "Earlier, later", {{{"<", earlier}, {">", later}}}, true},

    {kExamples, "The next worked example", {{{"W", next_example}}}},
    {kExamples,
     "Scroll through the steps, or the lists inside",
     {{{"PgUp", scroll_steps<-80>}, {"PgDn", scroll_steps<80>}}},
     true},
    {kExamples, "The example's first numbers again", {{{"O", first_numbers}}}},

    {kScaling, "Measure how the cost grows, or stop", {{{"V", measure}}}},
    {kScaling, "Forward, with gradients, memory", {{{"Q", other_quantity}}}},
    {kScaling,
     "Linear, hierarchical too; dense with its map kept",
     {{{"I", toggle_beside<&ScalingState::linear>},
       {"Ctrl+I", toggle_beside<&ScalingState::hierarchical>},
       {"Y", toggle_beside<&ScalingState::kept_map>}}}},
    {kBudget, "Pin the lanes as points; clear the pins", {{{"P", pin}, {"Ctrl+P", clear_pins}}}},
    {kBudget, "Accuracy or loss; the other cost", {{{"U", other_worth}, {"F", other_price}}}},
    {kBudget,
     "Sweep, or pause it; end it; the rest of the last",
     {{{"B", sweep}, {"D", end_sweep}, {"Ctrl+E", rest_of_sweep}}}},

    {kWindow, "Present: full screen, bigger text", {{{"F11", present}}}},
    {kWindow, "Export a panel; the whole window as a PNG", {{{"Ctrl+F12", export_panel}, {"F12", picture_of_window}}}},
    {kWindow, "This list of keys", {{{"?", help}, {"F1", help}}}},
    {kWindow, "Close what is open (Step: go out)", {{{"Esc", close}}}},
    {kWindow, "Quit", {{{"Ctrl+Q", quit}}}},
};

/// A key for each page, in their order.
template <size_t... page>
std::vector<KeyBinding> page_bindings(std::index_sequence<page...>) {
  constexpr void (*kShow[])(const Snapshot&, View&, Commands&) = {show_page<page>...};
  std::vector<KeyBinding> bindings;
  for (size_t i = 0; i < pages().size(); ++i)
    bindings.push_back({kPages, pages()[i].title, {{{page_key(static_cast<int>(i)), kShow[i]}}}});
  return bindings;
}

std::vector<KeyBinding> all_bindings() {
  std::vector<KeyBinding> all(std::begin(kBindings), std::end(kBindings));
  const std::vector<KeyBinding> of_pages = page_bindings(std::make_index_sequence<kMostPages>{});
  all.insert(all.end(), of_pages.begin(), of_pages.end());
  return all;
}

}  // namespace

std::span<const Key> KeyBinding::used() const {
  const auto unused = std::find_if(keys.begin(), keys.end(), [](const Key& key) { return key.name.empty(); });
  return {keys.begin(), unused};
}

std::span<const KeyBinding> key_bindings() {
  static const std::vector<KeyBinding> bindings = all_bindings();
  return bindings;
}

void press(std::string_view name, const Snapshot& snapshot, View& view, Commands& commands, bool held) {
  for (const KeyBinding& binding : key_bindings())
    for (const Key& key : binding.used())
      if (key.name == name && (binding.repeats || !held)) return key.act(snapshot, view, commands);
}

void train_or_pause(const Snapshot& snapshot, View&, Commands& commands) {
  if (snapshot.phase == Phase::kRunning)
    commands.send(command::Pause{});
  else
    commands.send(command::Play{});
}

void look_at_sample(const Snapshot& snapshot, int index, Commands& commands) {
  if (!snapshot.data) return;
  const int count = snapshot.data->test.count();
  if (count > 0) commands.send(command::SetProbe{(index % count + count) % count});
}

std::span<const double> speed_limits() {
  static constexpr double kSpeeds[] = {0, 60, 30, 10, 3, 1};
  return kSpeeds;
}

}  // namespace lab
