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
  /// The hovered thing.
  void light(Cell cell) const;
  /// Lines between cells, faint unless told otherwise.
  void grid(ImU32 colour = IM_COL32(255, 255, 255, 70)) const;

 private:
  ImVec2 corner(int row, int column) const;

  ImVec2 low_, size_;
  int rows_, columns_;
  Cell hovered_, clicked_, held_;
};

}  // namespace lab
