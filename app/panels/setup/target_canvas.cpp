#include "app/panels/setup/target_canvas.h"

#include <algorithm>

#include "app/widgets/button.h"
#include "app/widgets/cells.h"
#include "app/widgets/colour_map.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kSide = 168;
constexpr float kPaint = 0.6f;  // how much of a painted patch's colour is paint

/// The draft's painting, on the grid of patches.
PatchMask painting_of(const SetupState& setup, const Geometry& grid) {
  return setup.draft.wanted().guidance.painting.on_grid(grid.rows, grid.columns);
}

void change_painting(SetupState& setup, Commands& commands, const PatchMask& painting) {
  setup.draft.edit([&](Experiment& experiment) { experiment.guidance.painting = painting; }, commands);
}

std::vector<Rgba> painted_pixels(const Probe& probe, const PatchMask& painting) {
  const Rgba paint = heat(ColourMap::kViridis, 0.85f);
  std::vector<Rgba> pixels(probe.pixels.size());
  for (int y = 0; y < probe.height; ++y)
    for (int x = 0; x < probe.width; ++x) {
      const size_t at = static_cast<size_t>(y) * probe.width + x;
      const bool painted = painting.painted(y * painting.rows() / probe.height, x * painting.columns() / probe.width);
      pixels[at] = painted ? mix(grey(probe.pixels[at]), paint, kPaint) : grey(probe.pixels[at]);
    }
  return pixels;
}

}  // namespace

void draw_target_canvas(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures) {
  const Geometry& grid = snapshot.geometry;
  if (setup.draft.wanted().guidance.target != "painted" || !grid.is_grid() || snapshot.probe.pixels.empty()) return;
  const PatchMask before = painting_of(setup, grid);
  const Probe& probe = snapshot.probe;
  const float side = std::min(px(kSide), ImGui::GetContentRegionAvail().x);
  const Cells cells("target", textures.upload("target", probe.width, probe.height, painted_pixels(probe, before)),
                    {side, side * static_cast<float>(probe.height) / static_cast<float>(probe.width)}, grid.rows,
                    grid.columns, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  cells.grid();
  if (cells.hovered()) cells.outline(cells.hovered());
  PatchMask after = before;
  const bool clears = ImGui::GetIO().KeyShift || ImGui::IsMouseDown(ImGuiMouseButton_Right);
  if (const Cell at = cells.held()) after.paint(at.row, at.column, !clears);
  small_print("Drag over the patches to look at, in every picture; shift or the right button takes away.");
  if (chip("clear", false, "Nothing is painted: attention is not guided.")) after = PatchMask(grid.rows, grid.columns);
  if (!(after == before)) change_painting(setup, commands, after);
}

void paint_looked_at(const Snapshot& snapshot, const Selection& selection, SetupState& setup, Commands& commands) {
  const Geometry& grid = snapshot.geometry;
  const int patch = resolve(selection, snapshot).query - grid.prefix;
  if (!grid.is_grid() || patch < 0) return;
  PatchMask painting = painting_of(setup, grid);
  const int row = patch / grid.columns, column = patch % grid.columns;
  painting.paint(row, column, !painting.painted(row, column));
  const auto guide = [&](Experiment& experiment) {
    experiment.guidance.target = "painted";
    experiment.guidance.painting = painting;
  };
  setup.draft.edit(guide, commands);
}

}  // namespace lab
