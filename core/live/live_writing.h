#pragma once
// LiveWriting: keeps what every lane writes up to date, without holding training up: the more it costs, the seldomer it
// is done while steps go by; at once when what is written from, or how, changes.
//
//   LiveWriting live;
//   lane.written = live.look(trainer, lane, tokens, settings, step, hurry);   // at every snapshot

#include <chrono>
#include <span>
#include <vector>

#include "core/train/trainer.h"
#include "core/train/writing.h"

namespace lab {

class LiveWriting {
 public:
  /// By the trainer's weights as they are, which are those of `step`, of a text's tokens; nothing where the model does
  /// not write. `hurry`: even if the latest is a moment old.
  const Writing& look(Trainer& trainer, int lane, std::span<const int> tokens, const WritingSettings& settings,
                      int64_t step, bool hurry);
  /// The weights were changed otherwise than by the steps that are counted.
  void forget() { lanes_.clear(); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Latest {
    std::vector<int> tokens;
    WritingSettings settings;
    std::vector<Intervention> changes;
    Writing writing;
    bool written = false;
    Clock::time_point when{};
    Clock::duration took{};
  };
  std::vector<Latest> lanes_;
};

}  // namespace lab
