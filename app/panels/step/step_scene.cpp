#include "app/panels/step/step_scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/data/text_samples.h"
#include "core/text/token_labels.h"

namespace lab {

namespace {

/// The open stage in this list: the one of the same name, else the one at the same place.
int find_stage(const std::vector<StepStage>& stages, const StepState& state) {
  const auto same = [&](const StepStage& stage) { return stage.group == state.group && stage.title == state.title; };
  const int last = static_cast<int>(stages.size()) - 1, at = std::clamp(state.stage, 0, last);
  if (state.title.empty() || same(stages[at])) return at;
  // Names come back within a layer (two norms): the nearest one.
  int found = at, nearest = last + 1;
  for (int i = 0; i <= last; ++i)
    if (same(stages[i]) && std::abs(i - at) < nearest) found = i, nearest = std::abs(i - at);
  return found;
}

bool is_pairs(const StepMatrix& m) { return m.down == Along::kTokens && m.across == Along::kKeys; }

/// The number that is worked out while the mouse is elsewhere: in the chosen query's row, the largest.
StepCell resting_cell(const StepScene& scene) {
  int matrix = 0;
  while (matrix + 1 < static_cast<int>(scene.matrices.size()) && !scene.matrices[matrix].result) ++matrix;
  const StepMatrix& m = scene.matrices[matrix];
  int row = std::max(resolve(scene.view.selection, scene.snapshot).query, 0);
  if (m.down == Along::kPatches) row -= scene.snapshot.geometry.prefix;
  if (m.down == Along::kPixels) row = m.rows / 2;
  row = std::clamp(row, 0, m.rows - 1);
  int column = m.down == Along::kPixels ? m.columns / 2 : 0;
  if (is_pairs(m) || m.across == Along::kClasses)
    for (int j = 0; j < m.columns; ++j)
      if (const float x = m.at(row, j);
          std::isfinite(x) && (!std::isfinite(m.at(row, column)) || x > m.at(row, column)))
        column = j;
  return {matrix, row, column};
}

bool lies_within(const StepScene& scene, const StepCell& c) {
  if (c.matrix < 0 || c.matrix >= static_cast<int>(scene.matrices.size())) return false;
  return c.row < scene.matrices[c.matrix].rows && c.column < scene.matrices[c.matrix].columns;
}

StepCell current_cell(const StepScene& scene) {
  for (const StepCell& cell : {scene.state.hovered, scene.state.chosen})
    if (lies_within(scene, cell) && scene.matrices[cell.matrix].result) return cell;
  return resting_cell(scene);
}

const std::vector<std::string>& tokens_along(const StepScene& scene, Along along) {
  return of_answer(scene.stage_view(), along) ? scene.answered : scene.read;
}

std::string token_label(const StepScene& scene, Along along, int index, bool quoted) {
  const Geometry& g = scene.snapshot.geometry;
  if (g.is_grid()) {
    if (index < g.prefix) return quoted ? "the class token" : "class";
    const int patch = index - g.prefix;
    return fmt::format(fmt::runtime(quoted ? "the patch in row {}, column {}" : "{},{}"), patch / g.columns + 1,
                       patch % g.columns + 1);
  }
  const std::vector<std::string>& tokens = tokens_along(scene, along);
  if (index >= static_cast<int>(tokens.size())) return fmt::format("place {}", index + 1);
  return quoted ? fmt::format("{}, token {}", quoted_token(tokens[index]), index + 1) : visible_token(tokens[index]);
}

/// What a model of texts can answer with.
std::string vocabulary_word(const StepScene& scene, int index, bool quoted) {
  const Dataset& data = *scene.snapshot.data;
  const Tokenizer& words = data.kind == ModelKind::kTranslator ? data.answer_tokenizer : data.tokenizer;
  const int one[] = {index};
  if (index >= words.size()) return fmt::format("{}", index + 1);
  const std::string label = token_labels(words, one).front();
  return quoted ? quoted_token(label) : visible_token(label);
}

}  // namespace

const std::vector<std::string>& tokens_read(const StepScene& scene) { return tokens_along(scene, Along::kTokens); }

int step_lane(const Snapshot& snapshot, const View& view) {
  return std::max(resolve(view.selection, snapshot).lane, 0);
}

const StepRecord* step_record(const Snapshot& snapshot, const View& view) {
  const size_t lane = step_lane(snapshot, view);
  return lane < snapshot.opened.size() ? snapshot.opened[lane].get() : nullptr;
}

StepScene make_step_scene(const Snapshot& snapshot, View& view) {
  const StepRecord& record = *step_record(snapshot, view);
  const int head = std::clamp(resolve(view.selection, snapshot).head, 0, record.heads - 1);
  StepScene scene{snapshot, view, view.step, step_lane(snapshot, view), head, record, list_stages(record), {},
                  {},       {},   {}};
  const Dataset& data = *snapshot.data;
  if (!record.tokens.empty()) scene.read = labels_of(data, record.tokens);
  if (!record.answer.empty()) scene.answered = token_labels(data.answer_tokenizer, record.answer);
  scene.open = scene.state.stage = find_stage(scene.stages, scene.state);
  scene.state.group = scene.stage().group;
  scene.state.title = scene.stage().title;
  scene.matrices = matrices(scene.stage_view());
  if (!lies_within(scene, scene.state.hovered)) scene.state.hovered = {};  // it was of another stage
  scene.cell = current_cell(scene);
  return scene;
}

std::string place_name(const StepScene& scene, Along along, int index) {
  switch (along) {
    case Along::kTokens:
    case Along::kKeys:
      return token_label(scene, along, index, true);
    case Along::kPatches:
      return token_label(scene, along, index + scene.snapshot.geometry.prefix, true);
    case Along::kClasses:
      if (index < static_cast<int>(scene.snapshot.data->classes.size()))
        return "class " + scene.snapshot.data->classes[index];
      return vocabulary_word(scene, index, true);
    case Along::kPixels:
      return fmt::format("pixel {}", index + 1);
    case Along::kOne:
      return "";
    case Along::kNumbers:
      break;
  }
  return fmt::format("number {}", index + 1);
}

std::string place_label(const StepScene& scene, Along along, int index) {
  switch (along) {
    case Along::kTokens:
    case Along::kKeys:
      return token_label(scene, along, index, false);
    case Along::kPatches:
      return token_label(scene, along, index + scene.snapshot.geometry.prefix, false);
    case Along::kClasses:
      if (index < static_cast<int>(scene.snapshot.data->classes.size())) return scene.snapshot.data->classes[index];
      return vocabulary_word(scene, index, false);
    default:
      break;
  }
  return fmt::format("{}", index + 1);
}

bool pair_exists(const StepScene& scene, const StepStage& stage, const StepMatrix& matrix, int row, int column) {
  if (!is_pairs(matrix) || stage.operation < 0) return true;
  const int attention = scene.record.operations[stage.operation].attention;
  if (attention < 0 || scene.record.attentions[attention].stages.empty()) return true;
  const AttentionStages& s = scene.record.attentions[attention].stages[scene.head];
  return std::isfinite(s.scores[static_cast<size_t>(row) * s.keys + column]);
}

}  // namespace lab
