#pragma once
// CSV as others read it (RFC 4180): cells in quotes may hold commas, quotes twice, and line ends.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace lab::testing {

struct CsvTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  std::string text(size_t row, std::string_view column) const {
    const auto found = std::find(columns.begin(), columns.end(), column);
    if (found == columns.end()) ADD_FAILURE() << "no column " << column;
    return found == columns.end() ? "" : rows[row][found - columns.begin()];
  }
  double number(size_t row, std::string_view column) const { return std::stod(text(row, column)); }
};

/// Fails the test where a row has not as many cells as there are columns.
inline CsvTable read_csv(std::string_view csv) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (size_t i = 0; i < csv.size(); ++i) {
    const char c = csv[i];
    if (quoted && c == '"' && i + 1 < csv.size() && csv[i + 1] == '"')
      rows.back().back() += csv[i++];
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && c == ',')
      rows.back().emplace_back();
    else if (!quoted && c == '\n')
      rows.push_back({""});
    else
      rows.back().back() += c;
  }
  EXPECT_FALSE(quoted);
  EXPECT_EQ(rows.back(), std::vector<std::string>{""}) << "it ends with a line end";
  rows.pop_back();
  CsvTable table;
  if (rows.empty()) return table;
  table.columns = rows.front();
  table.rows.assign(rows.begin() + 1, rows.end());
  for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size());
  return table;
}

}  // namespace lab::testing
