#pragma once
// Alike: lanes that cannot but learn the same. An answer read from the class token alone hears the other tokens of the
// last layer only through that token's own row, and the class token sees all whatever the pattern: patterns that differ
// in the last layer alone, as all do in a model of one layer, differ in nothing that is learnt.

#include <string>

#include "core/train/experiment.h"

namespace lab {

/// Whether two lanes of the experiment, numbers in its list, give the same answers up to the order of sums.
bool alike(const Experiment& experiment, const Dataset& data, int a, int b);

/// "Dense and Local ±2 learn the same: …" of all lanes like the first that has its like; empty where none has.
std::string alike_in_words(const Experiment& experiment, const Dataset& data);

}  // namespace lab
