#include "core/inspect/step_stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/inspect/step_kinds.h"

namespace lab {

namespace {

constexpr int kMostTerms = 12;  // that are written out

const KindRow& row_of(StageKind kind) {
  for (const auto& table :
       {forward_kinds(), attention_kinds(), attention_back_kinds(), backward_kinds(), update_kinds()})
    for (const KindRow& row : table)
      if (row.kind == kind) return row;
  std::abort();  // every kind has a row: tests/core/train/step_records_test.cpp
}

StageScene scene_of(const StageView& view) { return {view.record, view.stage, view.head}; }

/// How many of `all` rows or columns are the sample's own.
int own(const StageView& view, Along along, int all) {
  if (view.record.tokens.empty() || (along != Along::kTokens && along != Along::kKeys)) return all;
  return std::min(all, static_cast<int>((of_answer(view, along) ? view.record.answer : view.record.tokens).size()));
}

}  // namespace

std::string figure_of(double number) {
  std::string text = fmt::format("{:.3g}", number), minus = "−";
  for (size_t at = 0; (at = text.find('-', at)) != text.npos; at += minus.size()) text.replace(at, 1, minus);
  return text;
}

// The tape runs back, so what comes after this operation has a smaller number; it found what this one left.
const std::vector<float>& StageScene::gradient_so_far() const {
  const int read = operation().inputs[0];
  for (int i = stage.operation; i-- > 0;) {
    const StepOperation& later = record.operations[i];
    if (!later.inputs.empty() && later.inputs[0] == read && !later.other_paths.empty()) return later.other_paths;
  }
  return record.tensors[read].gradient;
}

Along StageScene::rows_of(const StepTensor& tensor) const {
  if (tensor.rows == 1) return Along::kOne;
  for (const StepOperation& op : record.operations)
    if (op.kind == Operation::kAttention && record.tensors[op.output].rows == tensor.rows) return Along::kTokens;
  return Along::kPatches;
}

StepMatrix matrix_of(std::string name, const std::vector<float>& numbers, int rows, int columns, Along down,
                     Along across, bool result) {
  return {std::move(name), numbers.data(), rows, columns, columns, down, across, result};
}

StepMatrix value_of(std::string name, const StageScene& scene, const StepTensor& tensor, bool result) {
  const Along down = tensor.parameter < 0 ? scene.rows_of(tensor) : tensor.rows == 1 ? Along::kOne : Along::kNumbers;
  return matrix_of(std::move(name), tensor.value, tensor.rows, tensor.columns, down, Along::kNumbers, result);
}

StepMatrix gradient_of(std::string name, const StageScene& scene, const StepTensor& tensor, bool result) {
  return matrix_of(std::move(name), tensor.gradient, tensor.rows, tensor.columns, scene.rows_of(tensor),
                   Along::kNumbers, result);
}

double Working::number(int matrix, int at_row, int at_column, bool factor) {
  const double value = m[matrix].at(at_row, at_column);
  terms.push_back({factor && value < 0 ? "(" + figure_of(value) + ")" : figure_of(value), {matrix, at_row, at_column}});
  return value;
}

double Working::sum_of_products(const CellLine& a, const CellLine& b) {
  const int count = a.length(m);
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  const auto product = [&](int i) { return at(a[i]) * at(b[i]); };
  const int written = count <= kMostTerms + 4 ? count : kMostTerms;
  if (written < count) {
    std::partial_sort(order.begin(), order.begin() + written, order.end(),
                      [&](int i, int j) { return std::abs(product(i)) > std::abs(product(j)); });
    std::sort(order.begin(), order.begin() + written);
  }
  double total = 0, rest = 0;
  for (int i = 0; i < count; ++i) total += product(i);
  for (int i = written; i < count; ++i) rest += product(order[i]);
  for (int i = 0; i < written; ++i) {
    const StepCell left = a[order[i]], right = b[order[i]];
    if (i > 0) text(" + ");
    number(left.matrix, left.row, left.column, true);
    text("·");
    number(right.matrix, right.row, right.column, true);
  }
  if (written < count) text(fmt::format(" + {} smaller terms: {}", count - written, figure_of(rest)));
  return total;
}

std::string sentence(const StageView& view) {
  std::string text = row_of(view.stage.kind).sentence;
  if (!of_one_head(view.stage.kind) || view.record.operations[view.stage.operation].attention < 0) return text;
  const StageScene scene = scene_of(view);
  if (scene.attention().stages.empty()) return text;
  const auto put = [&](const char* mark, const std::string& words) {
    if (const size_t at = text.find(mark); at != text.npos) text.replace(at, std::string_view(mark).size(), words);
  };
  put("{width}", fmt::format("{}", scene.inside().score_width));
  put("{scale}", figure_of(scene.inside().scale));
  return text;
}

std::vector<StepMatrix> matrices(const StageView& view) {
  std::vector<StepMatrix> all;
  row_of(view.stage.kind).matrices(scene_of(view), all);
  for (StepMatrix& m : all) m.rows = own(view, m.down, m.rows), m.columns = own(view, m.across, m.columns);
  return all;
}

bool of_answer(const StageView& view, Along along) {
  if (view.record.answer.empty() || view.stage.operation < 0) return false;
  const std::string& name = view.record.operations[view.stage.operation].name;
  if (name.ends_with("kv_proj") || name.starts_with("encoder.") || name == "source") return false;
  return along == Along::kTokens || name.find("multihead_attn") == name.npos;
}

bool of_one_head(StageKind kind) {
  if (kind == StageKind::kJoin || kind == StageKind::kClosed) return false;
  const auto is_it = [&](const KindRow& row) { return row.kind == kind; };
  return std::ranges::any_of(attention_kinds(), is_it) || std::ranges::any_of(attention_back_kinds(), is_it);
}

Arithmetic arithmetic(const StageView& view, const StepCell& of) {
  const std::vector<StepMatrix> all = matrices(view);
  const StageScene scene = scene_of(view);
  Working working(scene, all, of);
  const double value = row_of(view.stage.kind).work(working);
  return {std::move(working.terms), value, all[of.matrix].at(of.row, of.column)};
}

}  // namespace lab
