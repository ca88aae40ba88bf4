#include "core/train/usual_experiment.h"

#include <array>

#include "core/data/tasks.h"

namespace lab {

namespace {

struct Usual {
  ModelKind kind;
  int batch;
  std::array<const char*, 3> lanes;  // or fewer
};
// A writer's texts are long, and each of their tokens is learned from: so few of them make a step.
constexpr Usual kUsual[] = {
    {ModelKind::kPictureClassifier, 64, {"dense", "local:window=1", "block:block=3"}},
    {ModelKind::kTextClassifier, 64, {"dense", "local:window=2", "block:block=8"}},
    {ModelKind::kWriter, 16, {"dense", "local:window=8"}},
    {ModelKind::kTranslator, 64, {"dense", "local:window=2"}},
};

void make_usual(Experiment& experiment, ModelKind kind) {
  for (const Usual& usual : kUsual) {
    if (usual.kind != kind) continue;
    experiment.batch = usual.batch;
    experiment.lanes.clear();
    for (const char* lane : usual.lanes)
      if (lane != nullptr) experiment.lanes.push_back(parse_lane(lane));
  }
}

}  // namespace

Experiment usual_experiment(const std::string& task) {
  Experiment experiment;
  experiment.task = task;
  make_usual(experiment, find_task(task).kind);
  return experiment;
}

void change_task(Experiment& experiment, const std::string& task) {
  const ModelKind before = find_task(experiment.task).kind, kind = find_task(task).kind;
  experiment.task = task;
  experiment.data_dir.clear();
  if (kind == before) return;
  make_usual(experiment, kind);
  experiment.guidance = {};
}

}  // namespace lab
