#pragma once
// Probing: the one picture or text that is looked at, and what each lane makes of it.
//
//   probing.look_at(trainer.data(), 3);               // 1. the fourth of the test set, or the viewer's own
//   probing.read(trainer, lane, step, hurry, to);     // 2. into a snapshot of a lane

#include <string>
#include <vector>

#include "core/live/live_writing.h"
#include "core/live/snapshot.h"
#include "core/train/trainer.h"

namespace lab {

/// Puts what a lane made of a picture or text into its snapshot.
void show(Reading reading, LaneSnapshot& to);

class Probing {
 public:
  /// Of the test set; wraps around.
  void look_at(const Dataset& data, int index);
  /// The viewer's own. Throw Error, changing nothing, where it is no picture of the data set's size, or no text that
  /// all lanes can read.
  void look_at(const Dataset& data, std::vector<uint8_t> pixels, const std::string& source);
  void look_at(Trainer& trainer, const std::string& text);

  /// Throws Error, changing nothing, where a writer cannot go on so.
  void write(const WritingSettings& settings);
  const WritingSettings& writing() const { return settings_; }

  const Probe& probe() const { return probe_; }
  std::vector<std::string> labels(const Dataset& data) const;

  /// What a translator goes on from: the true answer where that is known, else its own, but for the last token.
  std::vector<int> fed(const Writing& written) const;

  /// What the lane makes of it; `step` is the step of its weights. `hurry`: all of it as it is now (see LiveWriting).
  void read(Trainer& trainer, int lane, int64_t step, bool hurry, LaneSnapshot& to);
  /// The weights were changed otherwise than by steps, or other lanes train: a text that they cannot read goes.
  void begin_again(Trainer& trainer);

 private:
  Probe probe_;
  WritingSettings settings_;
  LiveWriting live_;
};

}  // namespace lab
