#pragma once
// What is usual for a task: the settings that reach in the shortest time what the task is held against (docs/texts.md
// has the measurements). The window and the command line begin with them, unless they are told otherwise.

#include <cstdint>
#include <string_view>

#include "core/train/experiment.h"

namespace lab {

/// Throws Error, listing the known tasks, when there is none of that name.
Experiment usual_experiment(std::string_view task);
/// Updates until then; 0: one pass over the training set.
int64_t usual_steps(std::string_view task);

/// Another task for an experiment, from its own data. Between pictures all else stays; a task of texts begins with what
/// is usual for it, but the seed stays.
void change_task(Experiment& experiment, std::string_view task);

}  // namespace lab
