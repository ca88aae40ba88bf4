#include "app/panels/step/step_control.h"

#include <algorithm>

#include "app/panels/step/step_scene.h"

namespace lab {

namespace {

void open_stage(StepState& state, const std::vector<StepStage>& stages, int stage) {
  state.stage = stage;
  state.group = stages[stage].group;
  state.title = stages[stage].title;
  state.chosen = {};
  state.scroll = true;
}

}  // namespace

void go_stages(const Snapshot& snapshot, View& view, int by) {
  const StepRecord* record = step_record(snapshot, view);
  if (!record) return;
  const std::vector<StepStage> stages = list_stages(*record);
  open_stage(view.step, stages, std::clamp(view.step.stage + by, 0, static_cast<int>(stages.size()) - 1));
}

void go_to_next_layer(const Snapshot& snapshot, View& view) {
  const StepRecord* record = step_record(snapshot, view);
  if (!record) return;
  const std::vector<StepStage> stages = list_stages(*record);
  const int count = static_cast<int>(stages.size()), now = std::clamp(view.step.stage, 0, count - 1);
  const std::string side = stages[now].group.substr(0, stages[now].group.find_last_of(' '));
  for (int i = 1; i < count; ++i) {
    const int other = (now + i) % count;
    const bool same_side = stages[other].group.starts_with(side) && stages[other].group != stages[now].group;
    if (same_side && stages[other].title == stages[now].title) return open_stage(view.step, stages, other);
  }
}

void go_deeper(const Snapshot& snapshot, View& view, Commands& commands) {
  if (snapshot.phase == Phase::kRunning) commands.send(command::Pause{});
  if (view.step.depth < StepDepth::kArithmetic)
    view.step.depth = static_cast<StepDepth>(static_cast<int>(view.step.depth) + 1);
}

bool go_out(View& view) {
  if (view.step.depth == StepDepth::kFlow) return false;
  view.step.depth = static_cast<StepDepth>(static_cast<int>(view.step.depth) - 1);
  return true;
}

void look_at_slot(const Snapshot& snapshot, View& view, int by) {
  const int batch = std::max(snapshot.experiment.batch, 1);
  view.step.slot = ((view.step.slot + by) % batch + batch) % batch;
}

void ask_for_step(const Snapshot& snapshot, View& view, Commands& commands) {
  if (view.step.slot >= snapshot.experiment.batch) view.step.slot = 0;
  const int wanted = view.page == Page::kStep && !snapshot.lanes.empty() ? view.step.slot : -1;
  if (wanted == view.step.asked) return;
  view.step.asked = wanted;
  commands.send(command::ShowStep{wanted});
}

}  // namespace lab
