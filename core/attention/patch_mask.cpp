#include "core/attention/patch_mask.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/parts.h"

namespace lab {

PatchMask::PatchMask(int rows, int columns) : rows_(rows), columns_(columns) {
  if (std::min(rows, columns) < 1 || std::max(rows, columns) > kMostSide)
    throw Error("A painting has {} × {} cells; each side must have from 1 to {}.", columns, rows, kMostSide);
  cells_.assign(static_cast<size_t>(rows) * columns, false);
}

PatchMask PatchMask::parse(std::string_view text) {
  if (text.empty()) return {};
  const auto rows = std::min<std::ptrdiff_t>(std::count(text.begin(), text.end(), '/') + 1, kMostSide + 1);
  const size_t columns = std::min<size_t>(std::min(text.find('/'), text.size()), kMostSide + 1);
  PatchMask mask(static_cast<int>(rows), static_cast<int>(columns));
  int row = 0;
  each_part(text, '/', [&](std::string_view line) {
    if (line.size() != columns || line.find_first_not_of("#.") != line.npos)
      throw Error("Row {} of the painting is \"{}\"; every row must have {} signs, # for painted and . for not.",
                  row + 1, line, columns);
    for (size_t column = 0; column < columns; ++column) mask.paint(row, static_cast<int>(column), line[column] == '#');
    ++row;
  });
  return mask;
}

std::string PatchMask::text() const {
  std::string text;
  for (int row = 0; row < rows_; ++row) {
    if (row > 0) text += '/';
    for (int column = 0; column < columns_; ++column) text += painted(row, column) ? '#' : '.';
  }
  return text;
}

bool PatchMask::any() const { return std::find(cells_.begin(), cells_.end(), true) != cells_.end(); }

PatchMask PatchMask::on_grid(int rows, int columns) const {
  PatchMask mask(rows, columns);
  if (!any()) return mask;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column)
      mask.paint(row, column, painted((2 * row + 1) * rows_ / (2 * rows), (2 * column + 1) * columns_ / (2 * columns)));
  return mask;
}

}  // namespace lab
