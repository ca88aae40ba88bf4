#include "app/panels/keys.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/panels/key_acts.h"
#include "app/panels/pages.h"

namespace lab {
namespace {

using namespace acts;

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
    {kLooking, "Explain: the next likely answer", {{{"Ctrl+N", explain_another}}}},
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
