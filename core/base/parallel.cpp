#include "core/base/parallel.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace lab {

namespace {

// Half of the threads take bodies from the front and half from the back, so that with two threads each
// meets the same rows, still in its cache, in one operation after the other. Nobody waits for a thread that
// has taken nothing: when a processor is busy elsewhere (drawing the window), the others do its share. That
// is why this is not an OpenMP loop, whose end waits for every thread to arrive.
//
// What is left of the job under way, in one word so that it is claimed in one step: which job (24 bits), the
// first body not taken and the first beyond those not taken (20 bits each).
struct Claim {
  static constexpr int kBits = 20;
  static constexpr int64_t kMost = (int64_t{1} << kBits) - 1;
  uint64_t job, front, back;

  static Claim of(uint64_t word) { return {word >> 2 * kBits, word >> kBits & kMost, word & kMost}; }
  uint64_t word() const { return job << 2 * kBits | front << kBits | back; }
};

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

class Pool {
 public:
  ~Pool() {
    stop_ = true;
    announce();
    for (std::thread& worker : workers_) worker.join();
  }

  // Whether it ran; not while another caller's job is under way.
  bool run(int64_t count, detail::Body body, const void* context, int helpers) {
    const std::unique_lock lock(busy_, std::try_to_lock);
    if (!lock) return false;
    while (static_cast<int>(workers_.size()) < helpers) workers_.emplace_back(&Pool::work, this, workers_.size());
    body_.store(body, std::memory_order_relaxed);
    context_.store(context, std::memory_order_relaxed);
    helpers_.store(helpers, std::memory_order_relaxed);
    left_.store(count, std::memory_order_relaxed);
    const uint64_t job = (Claim::of(claim_.load()).job + 1) & 0xffffff;
    claim_.store(Claim{job, 0, static_cast<uint64_t>(count)}.word(), std::memory_order_release);
    announce();
    take_part(false);
    for (int spins = 0; left_.load(std::memory_order_acquire) > 0; ++spins)
      spins < kSpins ? pause() : (void)sched_yield();
    return true;
  }

 private:
  static constexpr int kSpins = 4000;  // some tens of microseconds: longer than the gaps within a training step

  void announce() {
    calls_.fetch_add(1);
    if (sleepers_.load() > 0) calls_.notify_all();
  }

  // Takes and runs bodies until none is left.
  void take_part(bool from_back) {
    uint64_t word = claim_.load(std::memory_order_acquire);
    while (true) {
      Claim claim = Claim::of(word);
      if (claim.front >= claim.back) return;
      const detail::Body body = body_.load(std::memory_order_relaxed);
      const void* const context = context_.load(std::memory_order_relaxed);
      const int64_t index = static_cast<int64_t>(from_back ? --claim.back : claim.front++);
      // A claim that succeeds is of the job that body and context were read for: it could not end meanwhile.
      if (!claim_.compare_exchange_weak(word, claim.word(), std::memory_order_acq_rel)) continue;
      body(context, index);
      left_.fetch_sub(1, std::memory_order_acq_rel);
      word = claim_.load(std::memory_order_acquire);
    }
  }

  void work(size_t number) {
    for (uint32_t seen = 0; !stop_;) {
      const uint32_t now = wait_beyond(seen);
      seen = now;
      if (static_cast<int>(number) < helpers_.load(std::memory_order_relaxed)) take_part(number % 2 == 0);
    }
  }

  // The number of calls, once it is not `seen` any more.
  uint32_t wait_beyond(uint32_t seen) {
    for (int spins = 0; spins < kSpins; ++spins, pause())
      if (const uint32_t now = calls_.load(); now != seen) return now;
    sleepers_.fetch_add(1);
    calls_.wait(seen);
    sleepers_.fetch_sub(1);
    return calls_.load();
  }

  std::mutex busy_;
  std::vector<std::thread> workers_;
  std::atomic<detail::Body> body_{nullptr};
  std::atomic<const void*> context_{nullptr};
  std::atomic<int> helpers_{0};
  std::atomic<uint64_t> claim_{0};
  std::atomic<int64_t> left_{0};  // bodies not yet done
  std::atomic<uint32_t> calls_{0};
  std::atomic<int> sleepers_{0};
  std::atomic<bool> stop_{false};
};

int processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return std::max(1u, std::thread::hardware_concurrency());
  return std::max(1, CPU_COUNT(&set));
}

std::atomic<int> thread_count{0};

}  // namespace

int threads() {
  static const int available = processors();
  const int count = thread_count.load(std::memory_order_relaxed);
  return count > 0 ? count : available;
}

void set_threads(int count) { thread_count = std::max(1, count); }

void let_others_go_first() {
  constexpr int kSteps = 5;  // a third of the weight; on Linux a thread's own, which those that it starts inherit
  [[maybe_unused]] const int now = nice(kSteps);
}

void detail::run_bodies(int64_t count, Body body, const void* context) {
  static Pool pool;
  const int helpers = static_cast<int>(std::min<int64_t>(threads(), count)) - 1;
  if (helpers > 0 && count <= Claim::kMost && pool.run(count, body, context, helpers)) return;
  for (int64_t index = 0; index < count; ++index) body(context, index);
}

}  // namespace lab
