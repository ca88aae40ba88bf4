#pragma once
// The steps of a worked example, one below the other: a title with the field's term, a sentence, the formulas with
// their numbers, and the results as a table with small bars.

#include <string>
#include <vector>

#include "core/examples/example.h"

namespace lab {

/// `trouble`: why there are no steps, instead of them.
void draw_example_steps(const Example& example, const std::vector<ExampleStep>& steps, const std::string& trouble);

}  // namespace lab
