#include "app/commands/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace lab {

namespace {

std::string clock_text(double seconds) {
  const int whole = static_cast<int>(seconds + 0.5);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string bar(double share) {
  constexpr int kCells = 24;
  const int full = static_cast<int>(share * kCells);
  std::string cells;
  for (int cell = 0; cell < kCells; ++cell) cells += cell < full ? "█" : "░";
  return cells;
}

bool colour() {
  const char* refused = std::getenv("NO_COLOR");
  return refused == nullptr || *refused == 0;
}

}  // namespace

ProgressBar::ProgressBar() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (drawn_) fmt::print(stderr, "\n");
}

void ProgressBar::clear() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
  last_ = {};
}

void ProgressBar::show(double share, const std::string& words) {
  const auto now = Clock::now();
  share = std::clamp(share, 0.0, 1.0);
  if (!terminal_ || (share < 1 && now - last_ < std::chrono::milliseconds(100))) return;
  last_ = now;
  const double spent = std::chrono::duration<double>(now - start_).count();
  const std::string left = share > 0 ? clock_text(spent * (1 - share) / share) : "–:––";
  fmt::print(stderr, "\r{}{}{} {:3.0f} %  {}  {} left \x1b[K", colour() ? "\x1b[34m" : "", bar(share),
             colour() ? "\x1b[0m" : "", share * 100, words, left);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace lab
