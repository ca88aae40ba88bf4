#pragma once
// Step stages: a recorded training step in the order in which it is told, from the input over the loss back to the new
// weights. A stage has one sentence, its matrices (views of the record's numbers), and the arithmetic of any number it
// makes, term by term, each term with the cell it was read from.
//
//   const auto stages = list_stages(*record);                  // 1.
//   const StageView view{*record, stages[i], head};            // 2. one of them, for one head
//   matrices(view); sentence(view);                            // 3. what is seen
//   arithmetic(view, {matrix, row, column});                   // 4. how one number of a result came about
//
// Add a stage: a kind here, its row in one of the tables in step_*.cpp, and its place in list_stages().

#include <string>
#include <string_view>
#include <vector>

#include "core/inspect/step_record.h"

namespace lab {

enum class StageKind {
  kPixels,
  kPatches,
  kTokens,
  kEmbed,
  kPlace,
  kLayerNorm,
  kLinear,
  kGelu,
  kDropout,
  kResidual,
  kFirstToken,
  kProbabilities,
  kLoss,
  kProject,
  kScores,
  kScale,
  kMask,
  kRule,
  kSoftmax,
  kDropWeights,
  kMix,
  kJoin,
  kClosed,
  kBackLoss,
  kBackLinear,
  kBackMemory,
  kBackLayerNorm,
  kBackGelu,
  kBackDropout,
  kBackResidual,
  kBackFirstToken,
  kBackPlace,
  kBackWeights,
  kBackValues,
  kBackDropWeights,
  kBackSoftmax,
  kBackQueries,
  kBackKeys,
  kUpdate
};

struct StepStage {
  StageKind kind = StageKind::kPixels;
  std::string group;   // "Layer 1", "Back: layer 1"
  std::string title;   // "Softmax"
  int operation = -1;  // index in the record; −1: of a parameter
  int parameter = -1;  // index in the record
};

/// All stages of a step, in order. Two lanes' lists agree wherever their models do.
std::vector<StepStage> list_stages(const StepRecord& record);

/// What a row or a column of a matrix stands for.
enum class Along { kNumbers, kTokens, kKeys, kPatches, kPixels, kClasses, kOne };

/// Number (row, column) lies at data[row · stride + column]; the record owns it.
struct StepMatrix {
  std::string name;
  const float* data = nullptr;
  int rows = 0, columns = 0;
  int64_t stride = 0;
  Along down = Along::kNumbers, across = Along::kNumbers;
  bool result = false;  // the stage makes it: arithmetic() works its numbers out

  float at(int row, int column) const { return data[row * stride + column]; }
};

struct StageView {
  const StepRecord& record;
  const StepStage& stage;
  int head = 0;
};

/// What is happening and why, in plain words with the standard term. A value that no kernel keeps is said to be
/// derived.
std::string sentence(const StageView& view);
/// Of a text without its padding, at which nothing looks and from which no loss comes.
std::vector<StepMatrix> matrices(const StageView& view);
/// Whether the tokens along it are those of a translator's answer, not of the text that it reads.
bool of_answer(const StageView& view, Along along);
/// Whether the stage is of one head of attention, so that another head shows other numbers.
bool of_one_head(StageKind kind);

/// A cell of matrices(view).
struct StepCell {
  int matrix = -1, row = 0, column = 0;
  bool operator==(const StepCell&) const = default;
};

/// A piece of a formula: words or a number; a number that was read from a cell says which. "\n" begins a new line.
struct StepTerm {
  std::string text;
  StepCell cell = {};
};

struct Arithmetic {
  std::vector<StepTerm> terms;
  double value = 0;  // worked out in double from the numbers in the cells
  float shown = 0;   // the step's own
};

/// How the number in that cell, of a result, came about.
Arithmetic arithmetic(const StageView& view, const StepCell& of);

}  // namespace lab
