#pragma once
// Cells: an image on screen that is divided into rows × columns, each of which can be pointed
// at, lit and outlined. The image is one texture, whatever the number of cells.

#include <imgui.h>

namespace lab {

struct Cell {
  int row = -1, column = -1;
  explicit operator bool() const { return row >= 0; }
  bool operator==(const Cell&) const = default;
};

class Cells {
 public:
  /// Draws the texture at the cursor, `size` real pixels, and watches the mouse over it.
  Cells(const char* id, ImTextureID texture, ImVec2 size, int rows, int columns);

  Cell hovered() const { return hovered_; }
  Cell clicked() const { return clicked_; }

  /// A line around height × width cells, dark beside light, so that it shows on any colour.
  void outline(Cell first, int height = 1, int width = 1) const;
  /// The hovered thing.
  void light(Cell cell) const;
  /// Faint lines between cells.
  void grid() const;

 private:
  ImVec2 corner(int row, int column) const;

  ImVec2 low_, size_;
  int rows_, columns_;
  Cell hovered_, clicked_;
};

}  // namespace lab
