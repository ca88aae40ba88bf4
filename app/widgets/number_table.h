#pragma once
// A table of numbers with names for rows and columns, no wider than its figures; a bar under each figure where the
// numbers are shares of a whole.

#include <string>
#include <vector>

namespace lab {

struct NumberTable {
  std::string title;  // in the corner, or above where it is too long for it
  std::vector<std::string> rows, columns;
  std::vector<std::string> figures;  // row by row
  std::vector<double> shares;        // 0 … 1, one a figure; none: no bars
};

/// Real pixels.
float number_table_width(const NumberTable& table);
/// At the cursor; in smaller type where it would be wider than `room`.
void number_table(const NumberTable& table, float room);

}  // namespace lab
