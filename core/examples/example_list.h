#pragma once
// The makers of each example (see example.h), one pair of functions a file.

#include "core/examples/example.h"

namespace lab {

std::vector<ExampleInput> cosine_inputs();
std::vector<ExampleStep> cosine_steps(std::span<const ExampleInput> inputs);

std::vector<ExampleInput> dot_points_inputs();
std::vector<ExampleStep> dot_points_steps(std::span<const ExampleInput> inputs);
std::vector<ExampleInput> additive_points_inputs();
std::vector<ExampleStep> additive_points_steps(std::span<const ExampleInput> inputs);

std::vector<ExampleInput> next_word_inputs();
std::vector<ExampleStep> next_word_steps(std::span<const ExampleInput> inputs);

}  // namespace lab
