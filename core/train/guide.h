#pragma once
// Guide: where an experiment's guidance points, sample by sample: at what was painted, the same in every picture; at
// the object that the data set says is there; or, of an answer's places, at the letters of the text that each comes
// from.

#include <span>
#include <vector>

#include "core/attention/guidance.h"
#include "core/attention/tile_map.h"
#include "core/data/dataset.h"
#include "core/train/experiment.h"

namespace lab {

/// Throws Error where the data set does not say where its objects are, or what its answers come from, and guidance asks
/// for it.
void check_guidance(const Experiment& experiment, const Dataset& data);

/// For a batch, with what was painted in place; `tokens`: the grid, or of texts the most places of an answer by the
/// most tokens of a text.
Guidance guidance_of(const Experiment& experiment, const Geometry& tokens);
/// What differs from sample to sample: the targets of this batch, whose samples are of this size.
void point(Guidance& guidance, const Experiment& experiment, const Geometry& tokens, const SampleSet& set,
           std::span<const uint32_t> batch);
/// [N], 1 for a patch to look at, in one picture of a set, or with an index of −1 in one that is in none; empty where
/// nothing is pointed at, or it is not known at what.
std::vector<uint8_t> target_in(const ImageSet& set, int picture, const Experiment& experiment, const Geometry& grid);

}  // namespace lab
