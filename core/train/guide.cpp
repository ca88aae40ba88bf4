#include "core/train/guide.h"

#include <algorithm>

#include "core/base/error.h"

namespace lab {

namespace {

using Target = std::span<float>;

bool follows_objects(const Experiment& e) { return e.guidance.target == "objects"; }
bool follows_painting(const Experiment& e) { return e.guidance.target == "painted" && e.guidance.painting.any(); }
bool follows_alignments(const Experiment& e) { return e.guidance.target == "alignment"; }

void mark_painting(const PatchMask& painting, const Geometry& grid, Target target) {
  const PatchMask mask = painting.on_grid(grid.rows, grid.columns);
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column)
      target[grid.prefix + row * grid.columns + column] = mask.painted(row, column);
}

// The patches that show some of the object.
void mark_object(const ImageSet& set, int picture, const Geometry& grid, Target target) {
  std::fill(target.begin(), target.end(), 0.0f);
  const std::span<const uint8_t> object = set.object(picture);
  for (int y = 0; y < set.height; ++y)
    for (int x = 0; x < set.width; ++x) {
      const int patch = y * grid.rows / set.height * grid.columns + x * grid.columns / set.width;
      if (object[static_cast<size_t>(y) * set.width + x]) target[grid.prefix + patch] = 1;
    }
}

// [N, M]: in each row the tokens that this place of the answer comes from.
void mark_alignment(std::span<const KeyRun> alignment, const Geometry& tokens, Target target) {
  std::fill(target.begin(), target.end(), 0.0f);
  for (size_t place = 0; place < alignment.size(); ++place)
    for (int key = alignment[place].begin; key < alignment[place].end; ++key) target[place * tokens.keys + key] = 1;
}

}  // namespace

void check_guidance(const Experiment& experiment, const Dataset& data) {
  const bool pictures = data.kind == ModelKind::kPictureClassifier;
  if (!pictures && (follows_objects(experiment) || follows_painting(experiment)))
    throw Error("Objects and paintings guide attention in pictures only, and {} has texts; take the guidance away.",
                data.title);
  if (follows_objects(experiment) && !data.train.knows_objects())
    throw Error("{} does not say where the objects in its pictures are; paint where to look, or learn the shapes.",
                data.title);
  if (follows_alignments(experiment) && !data.train.knows_alignments())
    throw Error(
        "{} does not say which letters its answers come from; guide attention so where letters are copied, reversed or "
        "sorted, or dates are written.",
        data.title);
}

Guidance guidance_of(const Experiment& experiment, const Geometry& tokens) {
  const GuidanceSettings& wanted = experiment.guidance;
  Guidance guidance;
  guidance.weight = wanted.weight;
  guidance.all_queries = wanted.queries == "all";
  guidance.layers = wanted.layers;
  guidance.heads = wanted.heads;
  const bool aligned = follows_alignments(experiment);
  if (!aligned && !follows_objects(experiment) && !follows_painting(experiment)) return guidance;
  if (aligned) guidance.all_queries = guidance.by_query = guidance.of_source = true;
  const size_t rows = aligned ? tokens.queries : 1;
  guidance.targets.resize(static_cast<size_t>(experiment.batch) * rows * tokens.keys);
  if (follows_painting(experiment))
    for (int slot = 0; slot < experiment.batch; ++slot)
      mark_painting(wanted.painting, tokens, Target(guidance.targets).subspan(slot * tokens.keys, tokens.keys));
  return guidance;
}

void point(Guidance& guidance, const Experiment& experiment, const Geometry& tokens, const SampleSet& set,
           std::span<const uint32_t> batch) {
  const bool aligned = follows_alignments(experiment);
  if (!guidance.on() || (!aligned && !follows_objects(experiment))) return;
  const size_t count = static_cast<size_t>(aligned ? tokens.queries : 1) * tokens.keys;
  for (size_t slot = 0; slot < batch.size(); ++slot) {
    const Target target = Target(guidance.targets).subspan(slot * count, count);
    if (aligned)
      mark_alignment(set.alignments[batch[slot]], tokens, target);
    else
      mark_object(set, static_cast<int>(batch[slot]), tokens, target);
  }
}

std::vector<uint8_t> target_in(const ImageSet& set, int picture, const Experiment& experiment, const Geometry& grid) {
  std::vector<float> target(grid.keys);
  if (follows_painting(experiment))
    mark_painting(experiment.guidance.painting, grid, target);
  else if (follows_objects(experiment) && picture >= 0 && set.knows_objects())
    mark_object(set, picture, grid, target);
  else
    target.clear();
  return {target.begin(), target.end()};
}

}  // namespace lab
