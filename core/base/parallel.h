#pragma once
// parallel_for: runs body(0) … body(count−1) on the compute threads (OpenMP).
//
// What a body computes must not depend on which thread runs it, and the caller's split into
// bodies must not depend on the number of threads: then a run is the same, bit for bit, on
// one thread or on many. Bodies must not throw.

#include <cstdint>

namespace lab {

/// The number of compute threads; at first the number of processors this process may use.
int threads();
/// Sets it (at least 1).
void set_threads(int count);

template <class Body>
void parallel_for(int64_t count, const Body& body) {
#pragma omp parallel for schedule(static) num_threads(threads()) if (count > 1 && threads() > 1)
  for (int64_t i = 0; i < count; ++i) body(i);
}

}  // namespace lab
