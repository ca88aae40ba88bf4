#pragma once
// PatchMask: a painting over a picture, cell by cell of a grid. A value; written as text, row by row, # painted and .
// not:
//
//   "..#/.##"   two rows of three: the right column, and the middle of the lower row
//
// It is laid over any grid of patches: a patch is painted where the cell at its centre is.

#include <string>
#include <string_view>
#include <vector>

namespace lab {

class PatchMask {
 public:
  static constexpr int kMostSide = 64;

  /// No cells: nothing is painted.
  PatchMask() = default;
  /// Throws Error when a side is below 1 or above kMostSide.
  PatchMask(int rows, int columns);
  /// Throws Error on text that is no mask; empty text is one of no cells.
  static PatchMask parse(std::string_view text);
  std::string text() const;

  int rows() const { return rows_; }
  int columns() const { return columns_; }
  bool painted(int row, int column) const { return cells_[static_cast<size_t>(row) * columns_ + column]; }
  void paint(int row, int column, bool painted) { cells_[static_cast<size_t>(row) * columns_ + column] = painted; }
  bool any() const;
  /// The same painting on another grid.
  PatchMask on_grid(int rows, int columns) const;
  bool operator==(const PatchMask&) const = default;

 private:
  int rows_ = 0, columns_ = 0;
  std::vector<bool> cells_;  // [rows, columns]
};

}  // namespace lab
