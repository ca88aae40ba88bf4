#pragma once
// Small tasks of texts, one of each kind of model, that a small model learns in no time.

#include <initializer_list>
#include <memory>
#include <string>

#include "core/data/tasks.h"
#include "core/train/experiment.h"
#include "tests/core/temporary_folder.h"

namespace lab {

inline Experiment small_experiment(const std::string& task, std::initializer_list<const char*> lanes) {
  Experiment e;
  e.task = task;
  e.model = {.width = 16, .heads = 2, .layers = 1, .mlp = 32, .patch = 4, .dropout = 0};
  e.batch = 16;
  e.optimiser.learning_rate = 3e-3f;
  e.lanes.clear();
  for (const char* lane : lanes) e.lanes.push_back(parse_lane(lane));
  return e;
}

/// A writer's: a text of its own in a file of that folder.
inline Experiment small_writer(const TemporaryFolder& folder, std::initializer_list<const char*> lanes) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "the cat sat on the mat. ";
  Experiment e = small_experiment("write-king-james", lanes);
  e.data_dir = folder.write("text", text);
  return e;
}

}  // namespace lab
