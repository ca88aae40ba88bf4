#pragma once
// SavedModel: one lane of a run file, ready to read and to write texts, whether or not the data it was trained on are
// here.
//
//   const RunFile run = RunFile::load("a.run");     // 1.
//   SavedModel model(run, 0);                       // 2. throws Error where the file does not fit itself
//   reply(model.shape(), model.parameters(), "a cat");   // 3. train/answers.h

#include "core/history/run_file.h"
#include "core/train/answers.h"

namespace lab {

class SavedModel {
 public:
  /// `lane` counts from 0. `run` must outlive this.
  SavedModel(const RunFile& run, int lane);

  const Dataset& data() const { return run_.data(); }
  LearnerShape shape() const { return {run_.data(), run_.experiment().model, run_.experiment().lanes[lane_]}; }
  ParameterSet& parameters() { return parameters_; }

 private:
  const RunFile& run_;
  int lane_;
  ParameterSet parameters_;
};

}  // namespace lab
