#pragma once
// LiveRun: an experiment that is watched: the Trainer, its curves, its costs and the probe.
// No threads: the Session drives it on its own thread; `screenshot`, `demo` and tests drive it
// directly.
//
//   LiveRun run(experiment);          // 1. loads the data, builds the lanes
//   run.advance();                    // 2. one training step of every lane
//   run.apply(command::SetProbe{3});  // 3. whatever the viewer asks
//   auto snapshot = run.snapshot();   // 4. the picture of it all

#include <functional>
#include <memory>

#include "core/live/command.h"
#include "core/live/snapshot.h"

namespace lab {

class Trainer;

/// Finds a device for an experiment, on the thread that trains. None: the CPU.
using DeviceChooser = std::function<ChosenDevice(DeviceWish, const Experiment&, const DatasetPtr&)>;

/// Told, while byte pairs are learnt for an experiment, which share of them has been; where it says no, those are all.
/// What it throws ends the loading and nothing has changed.
using LearningWatch = std::function<bool(const Experiment&, double share)>;

class LiveRun {
 public:
  /// Throws Error when the experiment is invalid or its data cannot be read. A device that cannot do it is a
  /// reason to train on the CPU.
  explicit LiveRun(const Experiment& experiment, DeviceChooser chooser = {}, DeviceWish wish = DeviceWish::kAuto,
                   LearningWatch learning = {});
  ~LiveRun();

  /// One training step of every lane on the same batch; evaluates when it is due. Throws Error when
  /// a loss is not finite.
  void advance();
  /// Carries a command out. Play, Pause and SetSpeedLimit change only what the snapshot says.
  /// Throws Error, changing nothing, when the command cannot be carried out.
  void apply(const Command& command);
  /// Everything as it is now. Runs the probe through every lane first.
  std::shared_ptr<Snapshot> snapshot();

  int64_t step() const;
  bool playing() const;
  /// Whether something is being found out beside training, so that the next snapshot may say more.
  bool finding_out() const;
  const Trainer& trainer() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lab
