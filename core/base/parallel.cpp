#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#ifdef _OPENMP
#include <omp.h>
#endif

namespace lab {

namespace {
int processors() {
#ifdef _OPENMP
  return std::max(1, omp_get_num_procs());
#else
  return 1;
#endif
}
std::atomic<int> thread_count{0};
}  // namespace

int threads() {
  const int count = thread_count.load(std::memory_order_relaxed);
  return count > 0 ? count : processors();
}

void set_threads(int count) { thread_count = std::max(1, count); }

}  // namespace lab
