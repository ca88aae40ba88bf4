#pragma once
// Run files: a whole training in one safetensors file, to go on with exactly where it was left.
//
//   save_run("a.run", trainer, records);                            // 1. written beside, then renamed
//   const RunFile file = RunFile::load("a.run");                    // 2. later; throws Error on any defect
//   Trainer trainer(file.experiment(), load_task(…));               // 3.
//   file.resume(trainer);                                           // 4. the next step is the one that would have come
//
// Tensors: the weights under PyTorch's names, where there are several lanes behind "lanes.N."; the optimiser's state as
// "optimiser.first." and "optimiser.second." before these; the curves as "curves.N.train_loss" [2, points] and so on.
// Metadata: "attention_lab" (what this is), "experiment" (JSON), "data" (the data's fingerprint), "pictures" (JSON:
// height, width, classes), "texts" (JSON, of texts: kind, title, context, tokenizers), "steps", "lanes" (JSON: a
// lane's steps, latest loss and what waits to become a curve's next point), "view" (a text of
// the window's own), and "changes" (JSON, see made_changes.h). Of the history see run_history.h.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/data/safetensors.h"
#include "core/history/history.h"
#include "core/history/made_changes.h"

namespace lab {

/// Throws Error when the file cannot be written; what was there before is then unchanged.
void save_run(const std::string& path, Trainer& trainer, const std::vector<LaneRecord>& records,
              const History& history = History(0), const std::string& view = {}, const MadeChanges& changes = {});

/// What a run's model of pictures looks at, and what any chooses from.
struct PictureKind {
  int height = 0, width = 0;         // pixels
  std::vector<std::string> classes;  // names
};

class RunFile {
 public:
  /// Throws Error when the file cannot be read or holds no run.
  static RunFile load(const std::string& path);

  const Experiment& experiment() const { return experiment_; }
  /// Of every lane.
  const std::vector<LaneRecord>& records() const { return records_; }
  const PictureKind& pictures() const { return pictures_; }
  /// What it knows of its data wherever they are: kind, classes, tokenizers; no samples. So its model reads texts as it
  /// was taught to.
  const Dataset& data() const { return data_; }
  /// How the window looked at it, as the window wrote it; empty: not known.
  std::string view() const;
  /// What was changed in its attention.
  const MadeChanges& changes() const { return changes_; }
  /// A lane's weights, under PyTorch's names.
  std::vector<NamedTensor> weights(int lane, Arena& arena) const;
  /// Throws Error, changing nothing, when the trainer has other data or another experiment than the file.
  void resume(Trainer& trainer) const;
  /// What the run remembers of itself, for a trainer that has resumed it; throws Error when that is damaged.
  std::vector<Moment> moments(Trainer& trainer) const;

 private:
  RunFile(std::string path, SafetensorsFile file);
  void read_lane(int lane, const nlohmann::ordered_json& json);

  std::string path_;
  SafetensorsFile file_;
  Experiment experiment_;
  PictureKind pictures_;
  Dataset data_;
  std::vector<LearnedLane> latest_;  // without their numbers
  std::vector<LaneRecord> records_;
  MadeChanges changes_;
};

/// Weights alone, trained anywhere, under PyTorch's names: every lane starts from them, or each from its own where the
/// names begin with "lanes.N.". What a lane's score or strategy learns beyond PyTorch's modules may be missing. Throws
/// Error, changing nothing, when a name is missing, unknown or of another shape.
void load_weights(const std::string& path, Trainer& trainer);

/// Where a run of several lanes keeps the tensors of one, counted from 0: "lanes.2."; alone: "".
std::string lane_prefix(int lane, int lanes);

}  // namespace lab
