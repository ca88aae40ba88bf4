#pragma once
// The generated data set: small drawings of shapes, for where no data set is installed.

#include "core/data/dataset.h"

namespace lab {

/// 12,000 training and 2,000 test pictures of 28 × 28: one of eight shapes each, its place, size, stroke,
/// turn and brightness drawn at random, over noise; which pixels
/// are the shape is known. The same pictures at every call.
Dataset make_shapes();

}  // namespace lab
