#pragma once
// Pins: moments of a run that the viewer keeps in sight beside now. They hold the weights of then, whatever the history
// forgets; their attention on the probe is read once, and again when another probe is looked at.
//
//   pins.add(moment);                                  // 1. of the history, or of now: moment_of_now(trainer)
//   snapshot.pins = pins.look(trainer, snapshot.probe);  // 2. in each snapshot
//   pins.remove(120);                                  // 3.

#include <vector>

#include "core/history/history.h"
#include "core/live/snapshot.h"

namespace lab {

class Pins {
 public:
  static constexpr size_t kMost = 4;
  using Sight = std::vector<std::shared_ptr<const PinSnapshot>>;

  /// Throws Error when there are kMost already. A step that is pinned stays as it is.
  void add(const Moment& moment);
  void remove(int64_t step);
  void clear() { pins_.clear(); }
  /// What they are read by has changed otherwise than by training.
  void read_again();
  /// Forgets those whose lanes the trainer no longer has; the others are read again.
  void keep_fitting(const Trainer& trainer);

  /// All of them on a picture or text, by step.
  Sight look(Trainer& trainer, const Probe& probe);

 private:
  struct Pin {
    Moment moment;
    std::shared_ptr<const PinSnapshot> sight;  // null: not read yet
  };
  std::vector<Pin> pins_;  // by step
  Probe probe_;            // that they were read on
};

/// The lanes as they are.
Moment moment_of_now(Trainer& trainer);

}  // namespace lab
