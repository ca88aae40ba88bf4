#pragma once
// Command: what the viewer asks of a running experiment. Commands are carried out between
// training steps, so that every change has a step number.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/attention/intervention.h"
#include "core/device/chosen_device.h"
#include "core/inspect/inside.h"
#include "core/train/experiment.h"
#include "core/train/writing.h"

namespace lab::command {

struct Play {};
struct Pause {};
struct StepBatch {};  // one training step of every lane, then pause
struct Restart {};    // from the same seed, with the experiment as it is; keeps play or pause
struct SetSpeedLimit {
  double steps_per_second = 0;  // 0: as fast as possible
};
/// A new experiment. What can change in flight (learning rate, momentum, betas, epsilon, weight
/// decay, clipping, schedule, both dropouts, penalties, guidance, label smoothing) does, and training goes on; anything
/// else (see needs_restart) starts again from step 0.
struct SetExperiment {
  Experiment experiment;
};
/// Looks at a picture of the test set (wraps around).
struct SetProbe {
  int index = 0;
};
/// Looks at the viewer's own picture, already grey and of the data set's size.
struct SetProbePicture {
  std::vector<uint8_t> pixels;
  std::string source;
};

/// Looks at the viewer's own text, as the model reads it. Refused with a sentence: what is empty or no text.
struct SetProbeText {
  std::string text;
};
/// From now on writers go on so.
struct Write {
  WritingSettings settings;
};

/// From now on training steps are opened up, for the sample in that place of the batch: every step that is taken alone,
/// and now and then one of those that follow each other. −1: no longer.
struct ShowStep {
  int slot = -1;
};
/// From now on the snapshots explain an answer of one lane; −1: of none.
struct Explain {
  int lane = -1;
  int place = 1;    // of a translator: which of the tokens that it writes, the first is 1
  int answer = -1;  // the class, or the token that comes next; −1: the most probable one
  bool operator==(const Explain&) const = default;
};
/// From now on the snapshots look inside one lane; of −1: of none.
struct LookInside {
  InsidePlace place;
};
/// Shows the latest moment that is remembered of that step or before; −1: now. Training goes on meanwhile.
struct LookBack {
  int64_t step = -1;
};
/// Training goes on from the latest checkpoint of that step or before, as if it had never gone further.
struct GoBack {
  int64_t step = 0;
};
/// One more lane, which goes on from where `lane` was at the latest checkpoint of that step or before, by another way
/// of spending attention, or settings of its own (core/train/own_settings.h).
struct Branch {
  int64_t step = 0;
  int lane = 0;
  Lane spending;
};
/// Keeps a moment in sight, whatever the history forgets: the latest that is remembered of that step or before; −1:
/// now.
struct Pin {
  int64_t step = -1;
};
struct Unpin {
  int64_t step = 0;
};
constexpr double kHistoryTime = 0.05;
struct SetHistoryBudget {
  int64_t bytes = 0;           // 0: nothing is remembered
  double time = kHistoryTime;  // share of the time that training takes
};
/// To and from one file (core/history/run_file.h). An opened run waits, paused, where it was left.
struct SaveRun {
  std::string path;
  std::string view = {};  // how the window looks at it, for whoever opens it (Snapshot::opened)
};
struct OpenRun {
  std::string path;
};
/// A change in the attention of a lane that is looked at (changes.h); `going_on`: while it is dragged.
struct Change {
  Intervention what;
  bool going_on = false;
};
struct UndoChange {};
struct RedoChange {};
/// Carries the experiment to another device; training goes on without a jump.
struct SetDevice {
  DeviceWish wish = DeviceWish::kAuto;
};

}  // namespace lab::command

namespace lab {

using Command =
    std::variant<command::Play, command::Pause, command::StepBatch, command::Restart, command::SetSpeedLimit,
                 command::SetExperiment, command::SetProbe, command::SetProbePicture, command::SetProbeText,
                 command::Write, command::ShowStep, command::Explain, command::LookInside, command::SetDevice,
                 command::LookBack, command::GoBack, command::Branch, command::Pin, command::Unpin,
                 command::SetHistoryBudget, command::SaveRun, command::OpenRun, command::Change, command::UndoChange,
                 command::RedoChange>;

}  // namespace lab
