#pragma once
// Job: long work on a thread of its own, which can be paused, resumed and stopped, and shows what it has as complete
// immutable results. All members may be called from any thread.
//
//   Job<Count> job({}, [](JobControl<Count>& job) {           // 1. begins at once
//     for (int i = 0; i < 9 && job.go_on(); ++i) job.post({i});
//   });
//   job.pause(true);                                          // 2. before its next part
//   std::shared_ptr<const Count> now = job.latest();          // 3. look; never null

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "core/base/mailbox.h"

namespace lab {

/// The job as its work sees it.
template <class Result>
class JobControl {
 public:
  virtual ~JobControl() = default;
  /// Between two parts of the work: waits while the job is paused; false when it is to end.
  virtual bool go_on() = 0;
  virtual void post(Result result) = 0;
};

template <class Result>
class Job : private JobControl<Result> {
 public:
  using Work = std::function<void(JobControl<Result>&)>;

  /// `published` is called on the job's thread after each result, and once at the end.
  Job(Result begun, Work work, std::function<void()> published = {}) : published_(std::move(published)) {
    mailbox_.post(std::make_shared<const Result>(std::move(begun)));
    thread_ = std::thread([this, work = std::move(work)] { run(work); });
  }
  ~Job() override {  // stops, and waits for the part in hand
    stop();
    thread_.join();
  }
  Job(const Job&) = delete;

  void pause(bool paused) {
    std::lock_guard lock(mutex_);
    paused_ = paused;
    wake_.notify_all();
  }
  void stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    wake_.notify_all();
  }
  std::shared_ptr<const Result> latest() const { return mailbox_.latest(); }
  /// Whether its work is over, done or not.
  bool ended() const { return ended_; }
  /// The sentence of the Error that ended it, or nothing. To be read once it has ended.
  const std::string& trouble() const { return trouble_; }

 private:
  bool go_on() override {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopped_ || !paused_; });
    return !stopped_;
  }
  void post(Result result) override {
    mailbox_.post(std::make_shared<const Result>(std::move(result)));
    if (published_) published_();
  }
  void run(const Work& work) {
    try {
      work(*this);
    } catch (const std::exception& error) {
      trouble_ = error.what();
    }
    ended_ = true;
    if (published_) published_();
  }

  std::function<void()> published_;
  Mailbox<Result> mailbox_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool paused_ = false, stopped_ = false;
  std::string trouble_;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace lab
