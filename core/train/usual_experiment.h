#pragma once
// The usual experiment of a task: what the window and the command line begin with, unless they are told otherwise. The
// lanes and the batch that suit a kind of model are one table, in usual_experiment.cpp.

#include "core/train/experiment.h"

namespace lab {

/// Throws Error, listing the known names, when `task` is not one.
Experiment usual_experiment(const std::string& task);

/// Another task for an experiment, from its own data. Where that is learned by another kind of model, the lanes and the
/// batch become the usual ones, and there is no guidance.
void change_task(Experiment& experiment, const std::string& task);

}  // namespace lab
