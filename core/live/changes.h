#pragma once
// Changes: what a viewer changes in the attention of the live model (attention/intervention.h), one after the other, to
// be undone and done again, and what each does to the accuracy on the whole test set. Reading the probe shows the
// changed model; training, its test curves and early stopping know nothing of it.
//
//   Changes changes;
//   changes.add(change, trainer, tokens); // 1. throws where that lane's attention cannot be changed so
//   changes.undo(trainer);                // 2. as it was, bit for bit
//   snapshot.changes = changes.look();    // 3. at every snapshot
//   changes = Changes(file.changes(), trainer, path);  // 4. those of a run that was saved, to be undone as before
//
// Accuracies are measured on a thread of their own, on a copy of the weights as they were when the change was made.

#include <memory>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/history/made_changes.h"
#include "core/live/changes_snapshot.h"
#include "core/train/trainer.h"

namespace lab {

class Changes {
 public:
  Changes() = default;
  /// Those that were made in a run that goes on in this trainer; apply() carries them out. Throws Error, naming the
  /// file `where` they are, when one of them cannot be.
  Changes(const MadeChanges& made, const Trainer& trainer, const std::string& where);
  /// To be saved with the run.
  MadeChanges made() const;

  /// Throws Error, changing nothing, where the lane, attention, layer, head, pair or amount does not exist, or the way
  /// that lane spends attention has no rows of weights. `tokens`: of what is read, those that can be pointed at; of an
  /// answer they are as many as the longest has. Of the same thing the latest
  /// change counts; what was undone cannot be done again.
  /// `going_on`: it is being dragged, so the next one of the same thing takes its place, and nothing is measured.
  void add(const Intervention& change, Trainer& trainer, int tokens, bool going_on = false);
  /// One change back or forward again; nothing where there is none.
  void undo(Trainer& trainer);
  void redo(Trainer& trainer);
  /// All of them are gone: the lanes are others.
  void forget() { all_.clear(), applied_ = 0; }
  /// Carries them out in a trainer that was made anew with the same lanes.
  void apply(Trainer& trainer) const;

  ChangesSnapshot look() const;
  /// Whether an accuracy is being measured.
  bool measuring() const;

 private:
  struct Effect {
    int done = 0;
    Evaluation before, after;
    bool measured = false;
  };
  struct Entry {
    MadeChange made;  // measured: before it was opened with its run
    bool going_on = false;
    std::shared_ptr<Job<Effect>> effect;  // null: nothing is being measured
    ChangesSnapshot::Item look() const;
  };
  std::vector<Intervention> of_lane(int lane, size_t count) const;
  void measure(Entry& entry, Trainer& trainer);

  std::vector<Entry> all_;
  size_t applied_ = 0;  // of them; the others were undone
};

}  // namespace lab
