#pragma once
// The usual experiment of a task: what the window and the command line begin with, unless they are told otherwise. The
// table in usual_experiment.cpp holds the settings that reach in the shortest time what a task is held against;
// docs/texts.md has the measurements.

#include <cstdint>
#include <string_view>

#include "core/train/experiment.h"

namespace lab {

/// Throws Error, listing the known names, when `task` is not one.
Experiment usual_experiment(std::string_view task);
/// Updates until what it is held against is reached; 0: as many as the viewer has patience for.
int64_t usual_steps(std::string_view task);

/// Another task for an experiment, from its own data. Settings that were usual become that task's usual ones; those
/// that were changed stay, but where it is learned by another kind of model, the lanes are its own and there is no
/// guidance.
void change_task(Experiment& experiment, std::string_view task);

}  // namespace lab
