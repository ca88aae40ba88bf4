#pragma once
// Texts of the user's own, in a UTF-8 file.

#include <string>

#include "core/data/text_samples.h"

namespace lab {

/// A line each: the text, a tab, its class; a fifth for the test. Throws Error, naming the line.
LabelledTexts read_labelled_file(const std::string& path);
/// A line each: the text, a tab, its answer; the last twentieth for the test. Throws Error, naming the line.
TextPairs read_paired_file(const std::string& path);

}  // namespace lab
