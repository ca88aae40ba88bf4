#pragma once
// So many threads compute, until the end of the scope.

#include "core/base/parallel.h"

namespace lab {

class NumberOfThreads {
 public:
  explicit NumberOfThreads(int count) : before_(threads()) { set_threads(count); }
  ~NumberOfThreads() { set_threads(before_); }
  NumberOfThreads(const NumberOfThreads&) = delete;

 private:
  int before_;
};

}  // namespace lab
