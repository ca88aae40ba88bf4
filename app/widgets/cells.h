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
  /// Draws the texture at the cursor, `size` real pixels, and watches the mouse and its `buttons` over it.
  Cells(const char* id, ImTextureID texture, ImVec2 size, int rows, int columns,
        ImGuiButtonFlags buttons = ImGuiButtonFlags_MouseButtonLeft);

  Cell hovered() const { return hovered_; }
  Cell clicked() const { return clicked_; }
  /// While a button that was pressed on a cell is held: the cell nearest to the mouse, wherever it is.
  Cell held() const { return held_; }

  /// A line around height × width cells, dark beside light, so that it shows on any colour.
  void outline(Cell first, int height = 1, int width = 1) const;
  /// A line around all cells for which `inside(row, column)`, as one region or more.
  template <class Inside>
  void surround(const Inside& inside) const {
    const auto at = [&](int row, int column) {
      return row >= 0 && row < rows_ && column >= 0 && column < columns_ && inside(row, column);
    };
    for (const bool under : {true, false})
      for (int row = 0; row <= rows_; ++row)
        for (int column = 0; column <= columns_; ++column) {
          if (at(row, column) != at(row - 1, column)) edge({row, column}, {row, column + 1}, under);
          if (at(row, column) != at(row, column - 1)) edge({row, column}, {row + 1, column}, under);
        }
  }
  /// The hovered thing.
  void light(Cell cell) const;
  /// Lines between cells, faint unless told otherwise.
  void grid(ImU32 colour = IM_COL32(255, 255, 255, 70)) const;

 private:
  ImVec2 corner(int row, int column) const;
  void edge(Cell from, Cell to, bool under) const;

  ImVec2 low_, size_;
  int rows_, columns_;
  Cell hovered_, clicked_, held_;
};

}  // namespace lab
