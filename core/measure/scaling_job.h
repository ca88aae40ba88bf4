#pragma once
// ScalingJob: one scaling measurement on a thread of its own. All members may be called from any thread.
//
//   ScalingJob job(settings, [] { glfwPostEmptyEvent(); });  // 1. begins at once
//   ScalingResultPtr now = job.latest();                     // 2. look; never null
//   job.stop();                                              // 3. after the run in hand

#include <atomic>
#include <functional>
#include <thread>

#include "core/base/mailbox.h"
#include "core/measure/scaling.h"

namespace lab {

class ScalingJob {
 public:
  /// `published` is called on the job's thread after each new result.
  explicit ScalingJob(const ScalingSettings& settings, std::function<void()> published = {});
  ~ScalingJob();  // stops, and waits for the run in hand

  void stop() { stop_ = true; }
  ScalingResultPtr latest() const { return mailbox_.latest(); }

 private:
  void run(const ScalingSettings& settings);
  void post(ScalingResult result);

  std::function<void()> published_;
  Mailbox<ScalingResult> mailbox_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// Whether it has come to its end, one way or another.
inline bool ended(const ScalingResult& result) { return result.finished || result.stopped; }

}  // namespace lab
