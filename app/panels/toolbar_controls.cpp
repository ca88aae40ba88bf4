#include "app/panels/toolbar_controls.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/files/export_control.h"
#include "app/panels/keys.h"
#include "app/panels/pages.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/text.h"
#include "core/data/tasks.h"
#include "core/train/usual_experiment.h"

namespace lab {
namespace {

std::string speed_name(double limit) { return limit > 0 ? fmt::format("{:g} steps/s", limit) : "full speed"; }

void draw_speed(const Snapshot& snapshot, Commands& commands, float width) {
  std::vector<std::string> names;
  int current = -1;
  for (const double speed : speed_limits()) {
    if (speed == snapshot.speed_limit) current = static_cast<int>(names.size());
    names.push_back(speed > 0 ? "at most " + speed_name(speed) : "full speed");
  }
  const int chosen = pick("speed", speed_name(snapshot.speed_limit), names, current, width,
                          {"How fast to train at most.", ", ."}, true);
  if (chosen >= 0) commands.send(command::SetSpeedLimit{speed_limits()[chosen]});
}

/// What the list of tasks says of one.
std::string task_line(const Task& task) {
  return fmt::format("{}{}", task.title, can_be_loaded(task) ? "" : "  (data not here yet)");
}

/// Above the first task of each kind of model.
std::vector<PickHeading> task_headings() {
  constexpr std::string_view kKinds[] = {"Pictures", "Texts to tell apart", "Texts to go on with",
                                         "Texts to answer"};  // as ModelKind
  std::vector<PickHeading> headings;
  for (int task = 0; task < static_cast<int>(tasks().size()); ++task)
    if (task == 0 || tasks()[task].kind != tasks()[task - 1].kind)
      headings.push_back({task, kKinds[static_cast<int>(tasks()[task].kind)]});
  return headings;
}

void draw_task(const Snapshot& snapshot, View& view, Commands& commands, float width) {
  std::vector<std::string> titles, names;
  int current = -1;
  for (const Task& task : tasks()) {
    names.emplace_back(task.name);
    if (task.name == view.setup.draft.wanted().task) current = static_cast<int>(titles.size());
    titles.push_back(task_line(task));
  }
  const int chosen = pick("task", task_title(snapshot, view.setup.draft.wanted()), titles, current, width,
                          {"What is learned.", "T"}, true, task_headings());
  if (chosen < 0) return;
  if (const Task& task = tasks()[chosen]; !can_be_loaded(task)) {
    view.trouble = fmt::format("{} needs data that is not here yet: attention-lab data get {} fetches it.", task.title,
                               task.sources);
    return;
  }
  view.setup.draft.edit([&](Experiment& experiment) { change_task(experiment, names[chosen]); }, commands);
}

void draw_seed(View& view, Commands& commands, float width) {
  const uint64_t seed = view.setup.draft.wanted().seed;
  if (button(fmt::format("seed {}", seed),
             {.tooltip = "The next seed: other initial weights, other batches.", .tooltip_key = "N", .width = width}))
    view.setup.draft.edit([](Experiment& experiment) { ++experiment.seed; }, commands);
}

Control button_control(std::string label, const ButtonStyle& style, std::function<void()> act) {
  return {button_width(label, style), [=] {
            if (button(label, style)) act();
          }};
}

}  // namespace

std::string task_title(const Snapshot& snapshot, const Experiment& wanted) {
  if (snapshot.data && snapshot.data->task == wanted.task) return snapshot.data->title;
  for (const Task& task : tasks())
    if (task.name == wanted.task) return std::string(task.title);
  return wanted.task;
}

Controls run_controls(const Snapshot& snapshot, View& view, Commands& commands, bool roomy) {
  const bool running = snapshot.phase == Phase::kRunning;
  const auto key = [roomy](std::string_view name) { return roomy ? name : std::string_view(); };
  Controls controls;
  controls.push_back(button_control(running ? "Pause" : "Train",
                                    {.primary = true,
                                     .icon = running ? Icon::kPause : Icon::kPlay,
                                     .key = key("space"),
                                     .tooltip = running ? "Pause training." : "Train all lanes on the same batches.",
                                     .tooltip_key = "space"},
                                    [&] { train_or_pause(snapshot, view, commands); }));
  controls.push_back(
      button_control(roomy ? "Step a batch" : "Step",
                     {.key = key("→"), .tooltip = "One training step of every lane, then pause.", .tooltip_key = "→"},
                     [&] { commands.send(command::StepBatch{}); }));
  controls.push_back(button_control(
      "Restart",
      {.key = key("R"), .tooltip = "Again from step 0, with the same seed: the same run.", .tooltip_key = "R"},
      [&] { commands.send(command::Restart{}); }));
  return controls;
}

Controls choice_controls(const Snapshot& snapshot, View& view, Commands& commands, bool roomy) {
  Controls controls;
  const Experiment& wanted = view.setup.draft.wanted();
  const float speed = pick_width("30 steps/s"), most = px(roomy ? 190 : 150),
              task = std::min(pick_width(task_title(snapshot, wanted)), most);
  const float seed = button_width(fmt::format("seed {}", wanted.seed));
  controls.push_back({speed, [&, speed] { draw_speed(snapshot, commands, speed); }});
  controls.push_back({task, [&, task] { draw_task(snapshot, view, commands, task); }});
  if (roomy) controls.push_back({seed, [&, seed] { draw_seed(view, commands, seed); }});
  controls.push_back(
      button_control("Open",
                     {.tooltip = "See how the lanes look at a picture of your own (PNG or JPEG), or go on "
                                 "with a saved run. Or drop the file on the window.",
                      .tooltip_key = "Ctrl+O"},
                     [&] { view.picture.asked = true; }));
  controls.push_back(button_control(
      "Save", {.tooltip = "Write the run to a file, to go on with later exactly as it is.", .tooltip_key = "Ctrl+S"},
      [&] { view.history.saving = !snapshot.lanes.empty(); }));
  controls.push_back(button_control(
      "Export",
      {.tooltip = "Write a panel as PNG, SVG or CSV, or the whole window. A right click on a panel does the same.",
       .tooltip_key = "Ctrl+F12"},
      [&] { ask_export(view, pages()[static_cast<size_t>(view.page)].title); }));
  controls.push_back(button_control(
      view.presenting ? "End presenting" : "Present",
      {.tooltip = "Full screen, bigger text, one panel at a time: for the back row.", .tooltip_key = "F11"},
      [&] { view.presenting = !view.presenting; }));
  controls.push_back(button_control("?", {.tooltip = "All keys.", .tooltip_key = "?"}, [&] { view.help = true; }));
  return controls;
}

}  // namespace lab
