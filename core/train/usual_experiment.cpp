#include "core/train/usual_experiment.h"

#include <algorithm>
#include <initializer_list>

#include "core/data/tasks.h"

namespace lab {

namespace {

// Width, heads, layers and width of the feed-forward part of a model.
struct Size {
  int width, heads, layers, mlp;
};

struct Row {
  std::string_view task;
  std::initializer_list<const char*> lanes;
  Size size;
  int batch;
  float learning_rate;
  int warmup, steps;  // the learning rate falls along a cosine to 0 at the last step
  float dropout = 0;
};

// Training that takes minutes has one lane.
const Row kUsual[] = {
    {"definitions", {"dense", "local:window=2", "block:block=8"}, {64, 4, 2, 128}, 64, 1e-3f, 100, 900, 0.3f},
    {"languages", {"dense", "local:window=2", "block:block=8"}, {64, 4, 2, 128}, 64, 2e-3f, 100, 1500, 0.2f},
    {"sentences", {"dense", "local:window=1", "block:block=3"}, {32, 4, 2, 64}, 32, 3e-3f, 0, 60},
    {"needle", {"dense", "local:window=4"}, {32, 4, 1, 64}, 64, 3e-3f, 50, 300},
    {"induction", {"dense", "local:window=2"}, {64, 2, 3, 256}, 32, 1e-3f, 100, 4000},
    {"write-king-james", {"dense"}, {128, 4, 4, 512}, 16, 2e-3f, 200, 3600},
    {"write-pairs", {"dense"}, {128, 4, 3, 512}, 16, 2e-3f, 200, 1500},
    {"write-tang", {"dense"}, {96, 4, 2, 192}, 16, 2e-3f, 50, 300, 0.4f},
    {"pronounce", {"dense"}, {96, 4, 3, 384}, 64, 2e-3f, 200, 10000},
    {"dates", {"dense", "local:window=2"}, {64, 4, 2, 128}, 64, 3e-3f, 100, 900},
    {"verses", {"dense"}, {64, 4, 2, 128}, 32, 2e-3f, 100, 600},
    {"copy", {"dense", "local:window=2"}, {64, 4, 1, 128}, 64, 4e-3f, 50, 1200},
    {"reverse", {"dense", "local:window=2"}, {64, 4, 1, 128}, 64, 4e-3f, 50, 1200},
    {"sort", {"dense", "local:window=2"}, {64, 4, 1, 128}, 64, 4e-3f, 50, 1200},
};

const Row* row_of(std::string_view task) {
  const auto* const row = std::ranges::find(kUsual, find_task(task).name, &Row::task);
  return row == std::end(kUsual) ? nullptr : row;
}

}  // namespace

Experiment usual_experiment(std::string_view task) {
  Experiment e;
  e.task = task;
  const Row* row = row_of(task);
  if (!row) return e;
  e.model.width = row->size.width, e.model.heads = row->size.heads;
  e.model.layers = row->size.layers, e.model.mlp = row->size.mlp;
  e.model.dropout = row->dropout;
  e.lanes.clear();
  for (const char* lane : row->lanes) e.lanes.push_back(parse_lane(lane));
  e.batch = row->batch;
  e.optimiser.learning_rate = row->learning_rate;
  e.optimiser.warmup_steps = row->warmup;
  e.optimiser.cosine_steps = row->steps;
  e.optimiser.clip_norm = 1;
  return e;
}

int64_t usual_steps(std::string_view task) {
  const Row* row = row_of(task);
  return row ? row->steps : 0;
}

void change_task(Experiment& experiment, std::string_view task) {
  const Experiment before = usual_experiment(experiment.task), after = usual_experiment(task);
  const auto follow = [](auto& setting, const auto& was_usual, const auto& is_usual) {
    if (setting == was_usual) setting = is_usual;
  };
  for (int ModelSettings::*size : {&ModelSettings::width, &ModelSettings::heads, &ModelSettings::layers,
                                   &ModelSettings::mlp, &ModelSettings::patch})
    follow(experiment.model.*size, before.model.*size, after.model.*size);
  follow(experiment.model.dropout, before.model.dropout, after.model.dropout);
  follow(experiment.optimiser, before.optimiser, after.optimiser);
  follow(experiment.batch, before.batch, after.batch);
  follow(experiment.lanes, before.lanes, after.lanes);
  if (find_task(task).kind != find_task(experiment.task).kind) {
    experiment.lanes = after.lanes;
    experiment.batch = after.batch;
    experiment.guidance = {};
  }
  experiment.task = task;
  experiment.data_dir.clear();
  experiment.tokens.clear();
}

}  // namespace lab
