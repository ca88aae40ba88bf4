#pragma once
// Error: something the user can act on. The text is one sentence that says what is wrong,
// where, and what to do about it; front ends print it as it is.

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace lab {

class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& sentence) : std::runtime_error(sentence) {}

  template <class First, class... Rest>
  Error(fmt::format_string<First, Rest...> format, First&& first, Rest&&... rest)
      : std::runtime_error(fmt::format(format, std::forward<First>(first), std::forward<Rest>(rest)...)) {}
};

}  // namespace lab
