#pragma once
// Session: the trainer thread. All members may be called from any thread; the thread owns the
// LiveRun alone, and speaks only through commands (in) and snapshots (out).
//
//   Session session(experiment, [] { glfwPostEmptyEvent(); });  // 1. starts, paused, loading
//   session.send(command::Play{});                              // 2. ask
//   SnapshotPtr now = session.latest();                         // 3. look; never null

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "core/base/mailbox.h"
#include "core/live/command.h"
#include "core/live/live_run.h"
#include "core/live/snapshot.h"

namespace lab {

class Session {
 public:
  /// `published` is called on the trainer thread after each new snapshot.
  /// The device is chosen on that thread too; no chooser: the CPU.
  explicit Session(const Experiment& experiment, std::function<void()> published = {}, DeviceChooser chooser = {},
                   DeviceWish wish = DeviceWish::kAuto);
  ~Session();  // stops after the step in hand

  void send(Command command);
  SnapshotPtr latest() const { return mailbox_.latest(); }

 private:
  class Worker;

  std::function<void()> published_;
  DeviceChooser chooser_;
  DeviceWish wish_;
  Mailbox<Snapshot> mailbox_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Command> commands_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace lab
