#pragma once
// WordNet's definitions of nouns (Miller, 1995), in data.noun: offset, number of the lexicographer's file, …, " | ",
// the definition. What kind of thing is defined is the lexicographer's file: an animal, an act, a food.

#include <string>

#include "core/data/text_samples.h"

namespace lab {

/// The twelve kinds with the most definitions, 2000 of each drawn at random, without their examples; a fifth for the
/// test. Throws Error, naming the line, where the file is none.
LabelledTexts read_wordnet(const std::string& folder);

}  // namespace lab
