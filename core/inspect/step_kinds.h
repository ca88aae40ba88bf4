#pragma once
// What the tables of stages (step_forward.cpp, step_attention.cpp, step_backward.cpp, step_update.cpp) are made of. Of
// core/inspect alone.

#include <span>

#include "core/inspect/step_stages.h"

namespace lab {

/// "0.123", "−4.5e−05": three significant figures.
std::string figure_of(double number);

/// One stage and what it looks at.
struct StageScene {
  const StepRecord& record;
  const StepStage& stage;
  int head = 0;

  const StepOperation& operation() const { return record.operations[stage.operation]; }
  const StepTensor& input(int index) const { return record.tensors[operation().inputs[index]]; }
  const StepTensor& output() const { return record.tensors[operation().output]; }
  const StepAttention& attention() const { return record.attentions[operation().attention]; }
  const AttentionStages& inside() const { return attention().stages[head]; }
  const AttentionGradients& gradients() const { return attention().gradients[head]; }
  /// The gradient of the first input once this operation has added to it, on the way back; others may add to it later.
  const std::vector<float>& gradient_so_far() const;
  /// What the rows of such a tensor stand for.
  Along rows_of(const StepTensor& tensor) const;
};

/// Numbers of the record as a matrix [rows, columns].
StepMatrix matrix_of(std::string name, const std::vector<float>& numbers, int rows, int columns, Along down,
                     Along across, bool result = false);
/// A tensor's value or gradient.
StepMatrix value_of(std::string name, const StageScene& scene, const StepTensor& tensor, bool result = false);
StepMatrix gradient_of(std::string name, const StageScene& scene, const StepTensor& tensor, bool result = false);

/// The cells of one row, or of one column, of a matrix.
struct CellLine {
  int matrix = -1, row = -1, column = -1;  // −1: it runs along this

  StepCell operator[](int index) const {
    return row >= 0 ? StepCell{matrix, row, index} : StepCell{matrix, index, column};
  }
  int length(const std::vector<StepMatrix>& all) const { return row >= 0 ? all[matrix].columns : all[matrix].rows; }
};
inline CellLine along_row(int matrix, int row) { return {matrix, row, -1}; }
inline CellLine along_column(int matrix, int column) { return {matrix, -1, column}; }

/// Writes a formula down and works it out. Cells are those of `matrices`.
class Working {
 public:
  Working(const StageScene& its_scene, const std::vector<StepMatrix>& its_matrices, const StepCell& cell)
      : scene(its_scene), m(its_matrices), of(cell), row(cell.row), column(cell.column) {}

  const StageScene& scene;
  const std::vector<StepMatrix>& m;
  const StepCell of;
  const int row, column;

  void text(std::string words) { terms.push_back({std::move(words), {}}); }
  /// The number in a cell, written down; negative ones in brackets after a sign.
  double number(int matrix, int at_row, int at_column, bool factor = false);
  /// Σ a · b along two lines; where there are many terms the largest are written out and the rest added up.
  double sum_of_products(const CellLine& a, const CellLine& b);
  double at(const StepCell& cell) const { return m[cell.matrix].at(cell.row, cell.column); }

  std::vector<StepTerm> terms;
};

/// A kind of stage.
struct KindRow {
  StageKind kind;
  const char* sentence;
  void (*matrices)(const StageScene&, std::vector<StepMatrix>&);
  double (*work)(Working&);  // writes the formula of one number and returns what it gives
};
std::span<const KindRow> forward_kinds();
std::span<const KindRow> attention_kinds();
std::span<const KindRow> attention_back_kinds();
std::span<const KindRow> backward_kinds();
std::span<const KindRow> update_kinds();

}  // namespace lab
