#pragma once
// LookingInside: keeps the look inside one lane up to date, in portions between training steps: never more than
// kShare of the time while steps go by; without haste but at once where training waits.
//
//   LookingInside inside;
//   inside.place = {0, InsideView::kMistakes};                    // 1. lane −1: nothing
//   snapshot.inside = inside.look(trainer, probe, {step, …});     // 2. at every snapshot
//   inside.unfinished()                                           // 3. another snapshot would show more

#include <chrono>
#include <memory>
#include <vector>

#include "core/live/inside_study.h"
#include "core/live/snapshot.h"

namespace lab {

class LookingInside {
 public:
  static constexpr double kShare = 0.1;

  struct Moment {
    int64_t step = 0;      // of the trainer's weights
    bool playing = false;  // training goes on
    bool past = false;     // the weights are a remembered moment's
  };

  InsidePlace place;

  const InsideSnapshot& look(Trainer& trainer, const Probe& probe, const Moment& now);
  bool unfinished() const { return study_ != nullptr; }
  /// The weights were changed otherwise than by the steps that are counted, or the lanes were.
  void forget();

 private:
  using Clock = std::chrono::steady_clock;

  bool same_subject(const Trainer& trainer, const Probe& probe) const;
  void begin(Trainer& trainer, const Probe& probe, const Moment& now);
  bool outdated(const Moment& now) const;
  void work(Trainer& trainer, const Probe& probe, const Moment& now);
  void go_on();
  void end();

  InsideSnapshot latest_;
  bool complete_ = false;              // latest_ is of all samples
  bool shown_ = false;                 // latest_ is of a study that was finished
  Probe probe_;                        // that the study is of
  std::vector<Intervention> changes_;  // that the reader has
  int64_t study_step_ = 0;
  std::unique_ptr<LaneReader> reader_;
  bool reader_stages_ = false;
  std::unique_ptr<InsideStudy> study_;
  double credit_ = 0;  // seconds that may be worked while steps go by
  Clock::time_point looked_{};
  int64_t known_since_ = -1;  // the step after which gradients are those of the weights; −1: the next look's
};

}  // namespace lab
