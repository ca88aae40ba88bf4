#pragma once
// chrF: how much of the characters of a translation is that of the true one (Popović, 2015, "chrF: character n-gram
// F-score for automatic MT evaluation"). Runs of one to six characters are counted over all texts, spaces left out, and
// precision and recall averaged over the lengths of runs that both sides have:
//
//   chrF3 = (1 + 3²) · P · R / (3² · P + R)

#include <span>
#include <string>

namespace lab {

/// From 0 to 1. Throws Error where there are not as many texts as true ones.
double chrf(std::span<const std::string> texts, std::span<const std::string> truths);

}  // namespace lab
