#pragma once
// Mailbox: one writer thread posts complete immutable values, any thread reads the latest.
// A reader keeps what it took for as long as it likes; posting never waits for a reader.

#include <memory>
#include <mutex>
#include <utility>

namespace lab {

template <class T>
class Mailbox {
 public:
  void post(std::shared_ptr<const T> value) {
    std::lock_guard lock(mutex_);
    latest_.swap(value);
  }  // the old value, if nobody holds it, is freed after the lock
  std::shared_ptr<const T> latest() const {
    std::lock_guard lock(mutex_);
    return latest_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> latest_;
};

}  // namespace lab
