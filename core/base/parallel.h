#pragma once
// parallel_for: runs body(0) … body(count−1) on the compute threads and returns when all are done.
//
// What a body computes must not depend on which thread runs it, and the caller's split into
// bodies must not depend on the number of threads: then a run is the same, bit for bit, on
// one thread or on many. Bodies must not throw. May be called from any thread; while one call is
// under way, another (from elsewhere, or from within a body) runs its bodies by itself.

#include <cstdint>

namespace lab {

/// The number of compute threads, the caller among them; at first the number of processors this process
/// may use.
int threads();
/// Sets it (at least 1).
void set_threads(int count);

/// From now on the calling thread, and the compute threads that it is the first to need, come after the others where
/// processors are scarce: so that training does not hold up the window.
void let_others_go_first();

namespace detail {
using Body = void (*)(const void* context, int64_t index);
void run_bodies(int64_t count, Body body, const void* context);
}  // namespace detail

template <class Work>
void parallel_for(int64_t count, const Work& body) {
  detail::run_bodies(
      count, [](const void* context, int64_t index) { (*static_cast<const Work*>(context))(index); }, &body);
}

}  // namespace lab
