#pragma once
// Cells of CSV.

#include <string>
#include <string_view>

namespace lab {

/// A text as one cell: in quotes, and quotes in it twice (RFC 4180).
inline std::string csv_text(std::string_view text) {
  std::string cell = "\"";
  for (const char letter : text) cell += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return cell + '"';
}

}  // namespace lab
