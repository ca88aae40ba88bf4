#pragma once
// StepScene: what the drawings of the Step page look at: the record of one lane, its stages, the open one and its
// matrices; and the names of rows and columns.

#include <string>
#include <vector>

#include "app/panels/view.h"
#include "core/inspect/step_stages.h"

namespace lab {

struct StepScene {
  const Snapshot& snapshot;
  View& view;
  StepState& state;
  int lane = 0, head = 0;
  const StepRecord& record;
  std::vector<StepStage> stages;
  std::vector<StepMatrix> matrices;         // of the open stage
  std::vector<std::string> read, answered;  // the tokens of a text, and of its translation
  StepCell cell;                            // of a result: the number that is worked out
  int open = 0;                             // the stage; a click may choose another for the next frame

  const StepStage& stage() const { return stages[open]; }
  StageView stage_view() const { return {record, stage(), head}; }
  const StepMatrix& matrix(int index) const { return matrices[index]; }
  const StepMatrix& result() const { return matrices[cell.matrix]; }
};

/// The lane that the page shows; its record, or null.
int step_lane(const Snapshot& snapshot, const View& view);
const StepRecord* step_record(const Snapshot& snapshot, const View& view);

/// The scene of a lane that has a record. Finds the open stage again where the lane, and with it the list, changed.
StepScene make_step_scene(const Snapshot& snapshot, View& view);

/// The tokens that the open stage takes in, of the text or of its translation.
const std::vector<std::string>& tokens_read(const StepScene& scene);

/// "patch row 3, column 4", "the word ‘harbour’", "number 7": a row or column of a matrix in words.
std::string place_name(const StepScene& scene, Along along, int index);
/// The same as a label: "3,4", "harbour", "7".
std::string place_label(const StepScene& scene, Along along, int index);

/// Of a matrix of pairs of that stage: whether that pair exists.
bool pair_exists(const StepScene& scene, const StepStage& stage, const StepMatrix& matrix, int row, int column);

}  // namespace lab
