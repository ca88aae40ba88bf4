#pragma once
// The controls of the toolbar. Each knows its width, so that the bar is laid out before it is drawn.

#include <functional>
#include <string>
#include <vector>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

struct Control {
  float width;  // real pixels
  std::function<void()> draw;
};
using Controls = std::vector<Control>;

/// Train, step, restart. `roomy`: with key caps and whole sentences. They act on view and commands
/// while they are drawn, so these must outlive the controls.
Controls run_controls(const Snapshot& snapshot, View& view, Commands& commands, bool roomy);
/// Speed, task, seed, files, present, help; not `roomy`: without the seed, which is a setting too.
Controls choice_controls(const Snapshot& snapshot, View& view, Commands& commands, bool roomy);

/// "Fashion-MNIST": for people, also while its data is loading.
std::string task_title(const Snapshot& snapshot, const Experiment& wanted);

}  // namespace lab
