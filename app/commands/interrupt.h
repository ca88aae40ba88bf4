#pragma once
// Ctrl-C ends long work after the part in hand; a second one ends the program at once.
//
//   const Interrupt interrupt;                      // 1. listens while it lives
//   while (more && !interrupt.asked()) do_some();   // 2.

#include <atomic>
#include <csignal>

namespace lab {

class Interrupt {
 public:
  Interrupt() {
    asked_ = false;
    std::signal(SIGINT, [](int) {
      asked_ = true;
      std::signal(SIGINT, SIG_DFL);
    });
  }
  ~Interrupt() { std::signal(SIGINT, SIG_DFL); }
  Interrupt(const Interrupt&) = delete;

  bool asked() const { return asked_; }

 private:
  static inline std::atomic<bool> asked_ = false;
};

}  // namespace lab
