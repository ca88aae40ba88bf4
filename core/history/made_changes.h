#pragma once
// Changes that were made in the attention of a run, as its file keeps them (run_file.h): in order, those that were
// taken back last, with what each did to the accuracy where that was measured. core/live/changes.h carries them out.

#include <cstdint>
#include <string>
#include <vector>

#include "core/attention/intervention.h"

namespace lab {

struct MadeChange {
  Intervention what;
  int64_t step = 0;                          // after which it was made
  bool measured = false;                     // whether the accuracies are known
  double accuracy_before = 0, accuracy = 0;  // on the whole test set, by the weights of that step
  bool operator==(const MadeChange&) const = default;
};

struct MadeChanges {
  static constexpr size_t kMost = 1000;

  std::vector<MadeChange> all;
  int undone = 0;  // of them, the last
  bool operator==(const MadeChanges&) const = default;
};

std::string to_json(const MadeChanges& changes);
/// Throws Error, naming `where`, on text that says no such changes: whether their lanes, heads and tokens exist is for
/// core/live/changes.h to see.
MadeChanges changes_from_json(const std::string& text, const std::string& where);

}  // namespace lab
