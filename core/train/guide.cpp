#include "core/train/guide.h"

#include <algorithm>

#include "core/base/error.h"

namespace lab {

namespace {

bool follows_objects(const Experiment& e) { return e.guidance.target == "objects"; }
bool follows_painting(const Experiment& e) { return e.guidance.target == "painted" && e.guidance.painting.any(); }

void mark_painting(const PatchMask& painting, const Geometry& grid, std::span<uint8_t> target) {
  const PatchMask mask = painting.on_grid(grid.rows, grid.columns);
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column)
      target[grid.prefix + row * grid.columns + column] = mask.painted(row, column);
}

// The patches that show some of the object.
void mark_object(const ImageSet& set, int picture, const Geometry& grid, std::span<uint8_t> target) {
  std::fill(target.begin(), target.end(), uint8_t{0});
  const std::span<const uint8_t> object = set.object(picture);
  for (int y = 0; y < set.height; ++y)
    for (int x = 0; x < set.width; ++x) {
      const int patch = y * grid.rows / set.height * grid.columns + x * grid.columns / set.width;
      if (object[static_cast<size_t>(y) * set.width + x]) target[grid.prefix + patch] = 1;
    }
}

}  // namespace

void check_guidance(const Experiment& experiment, const Dataset& data) {
  if (data.kind != ModelKind::kPictureClassifier && (follows_objects(experiment) || follows_painting(experiment)))
    throw Error("Attention is guided in pictures only, and {} has texts; take the guidance away.", data.title);
  if (follows_objects(experiment) && !data.train.knows_objects())
    throw Error("{} does not say where the objects in its pictures are; paint where to look, or learn the shapes.",
                data.title);
}

Guidance guidance_of(const Experiment& experiment, const Geometry& grid) {
  const GuidanceSettings& wanted = experiment.guidance;
  Guidance guidance{wanted.weight, wanted.queries == "all", wanted.layers, wanted.heads, {}};
  if (!follows_objects(experiment) && !follows_painting(experiment)) return guidance;
  guidance.targets.resize(static_cast<size_t>(experiment.batch) * grid.keys);
  if (follows_painting(experiment))
    for (int slot = 0; slot < experiment.batch; ++slot)
      mark_painting(wanted.painting, grid, std::span(guidance.targets).subspan(slot * grid.keys, grid.keys));
  return guidance;
}

void point_at_objects(Guidance& guidance, const Experiment& experiment, const Geometry& grid, const ImageSet& set,
                      std::span<const uint32_t> batch) {
  if (!guidance.on() || !follows_objects(experiment)) return;
  for (size_t slot = 0; slot < batch.size(); ++slot)
    mark_object(set, static_cast<int>(batch[slot]), grid,
                std::span(guidance.targets).subspan(slot * grid.keys, grid.keys));
}

std::vector<uint8_t> target_in(const ImageSet& set, int picture, const Experiment& experiment, const Geometry& grid) {
  std::vector<uint8_t> target(grid.keys);
  if (follows_painting(experiment))
    mark_painting(experiment.guidance.painting, grid, target);
  else if (follows_objects(experiment) && picture >= 0 && set.knows_objects())
    mark_object(set, picture, grid, target);
  else
    target.clear();
  return target;
}

}  // namespace lab
