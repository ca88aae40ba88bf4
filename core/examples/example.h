#pragma once
// Worked examples: attention on a handful of numbers, worked out in steps that a pencil can follow. An example
// is a pure function of its inputs; each step says what it does, shows the formula with the numbers in it, and
// gives the results. Weights, mixes, losses, gradients and updates are the core's own.
//
//   const Example& example = find_example("cosine");                    // 1. one row of the table
//   std::vector<ExampleInput> inputs = example.inputs();                // 2. the article's numbers; change them
//   std::vector<ExampleStep> steps = work_out(example, inputs);         // 3. show them
//
// Add an example: 1. a file in this folder with its inputs and its steps; 2. a row in kExamples in example.cpp.
// The window's page and the command line read that table.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

/// Numbers that may be changed: a table of rows × columns.
struct ExampleInput {
  std::string name;               // "keys", for the command line
  std::string title;              // "Keys"
  std::vector<std::string> rows;  // their names; none: one row, that of the title
  int columns = 1;
  std::vector<float> values;  // row by row
  float low = -10, high = 10;
  bool whole = false;  // whole numbers only

  bool operator==(const ExampleInput&) const = default;
};

/// Results: a table of numbers.
struct ExampleTable {
  std::string title;
  std::vector<std::string> rows, columns;
  std::vector<double> numbers;  // row by row
  int decimals = 4;
  bool shares = false;  // parts of a whole, 0 … 1: shown with bars

  double at(size_t row, size_t column) const { return numbers[row * columns.size() + column]; }
};

struct ExampleStep {
  std::string title;                  // the field's term: "Softmax"
  std::string sentence;               // in plain words
  std::vector<std::string> formulas;  // one a line, with the numbers in them
  std::vector<ExampleTable> tables;
};

struct Example {
  std::string_view name;                          // "cosine"
  const char* title;                              // "Cosine"
  std::string_view about;                         // one plain sentence
  std::span<const std::string_view> assumptions;  // what the article leaves open, and what was chosen here
  std::vector<ExampleInput> (*inputs)();
  std::vector<ExampleStep> (*steps)(std::span<const ExampleInput>);
};
std::span<const Example> examples();
/// Throws Error, listing the known ones, when there is none of that name.
const Example& find_example(std::string_view name);

/// Throws Error where inputs are not the example's own, are out of range or no numbers, or where the mathematics
/// has no answer (the cosine of a vector of zeros).
std::vector<ExampleStep> work_out(const Example& example, std::span<const ExampleInput> inputs);

}  // namespace lab
