#pragma once
// Guide: where an experiment's guidance points, picture by picture: at what was painted, the same in every picture, or
// at the object that the data set says is there. Targets are tokens, [N], 1 for those to look at.

#include <span>
#include <vector>

#include "core/attention/guidance_rule.h"
#include "core/data/dataset.h"
#include "core/train/experiment.h"

namespace lab {

/// Throws Error where the data set does not say where its objects are and guidance asks for them.
void check_guidance(const Experiment& experiment, const Dataset& data);

/// For a batch, with what was painted in place; objects come with point_at_objects.
Guidance guidance_of(const Experiment& experiment, const Geometry& grid);
/// Where guidance follows objects: the targets of the pictures of this batch.
void point_at_objects(Guidance& guidance, const Experiment& experiment, const Geometry& grid, const ImageSet& set,
                      std::span<const uint32_t> batch);
/// In one picture of a set, or with an index of −1 in one that is in none; empty where nothing is pointed at, or it is
/// not known at what.
std::vector<uint8_t> target_in(const ImageSet& set, int picture, const Experiment& experiment, const Geometry& grid);

}  // namespace lab
