#include "app/panels/step/step_flow.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/step/step_matrices.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {

namespace {

constexpr float kThumb = 78, kWidest = 132, kNarrowest = 54, kName = 20, kBetween = 18;  // logical pixels
constexpr int kMostLines = 2;

/// What a stage makes: the last of its results.
StepMatrix made_by(const StepScene& scene, int stage) {
  std::vector<StepMatrix> all = matrices({scene.record, scene.stages[stage], scene.head});
  std::ranges::stable_partition(all, [](const StepMatrix& m) { return !m.result; });
  return all.back();
}

int first_of_group(const StepScene& scene) {
  int first = scene.open;
  while (first > 0 && scene.stages[first - 1].group == scene.stage().group) --first;
  return first;
}

struct Thumbs {
  float tall;
  std::vector<float> widths;
};
/// `shapes`: width over height of what each stage makes.
Thumbs thumbs_at(const std::vector<float>& shapes, float scale) {
  Thumbs thumbs{std::floor(px(kThumb) * scale), {}};
  for (const float shape : shapes)
    thumbs.widths.push_back(
        std::clamp(thumbs.tall * shape, px(kNarrowest), std::max(px(kNarrowest), px(kWidest) * scale)));
  return thumbs;
}

int lines_of(const Thumbs& thumbs, float room) {
  int lines = 1;
  float x = 0;
  for (const float width : thumbs.widths) {
    if (x > 0 && x + width > room) ++lines, x = 0;
    x += width + px(kBetween);
  }
  return lines;
}

/// Smaller where they would take too many lines.
Thumbs fitting_thumbs(const StepScene& scene, float room) {
  std::vector<float> shapes;
  for (int stage = first_of_group(scene); shapes.size() < scene.state.flow.size(); ++stage) {
    const StepMatrix m = made_by(scene, stage);
    shapes.push_back(static_cast<float>(m.columns) / static_cast<float>(m.rows));
  }
  Thumbs thumbs = thumbs_at(shapes, 1);
  for (const float scale : {0.85f, 0.7f, 0.55f})
    if (lines_of(thumbs, room) > kMostLines) thumbs = thumbs_at(shapes, scale);
  return thumbs;
}

/// One stage, whose name has that room; true when it was clicked.
bool draw_thumb(const StepScene& scene, int stage, size_t index, ImVec2 at, ImVec2 size, float room) {
  const bool open = stage == scene.open;
  const auto [width, tall] = size;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddImage(scene.state.flow[index], at, {at.x + width, at.y + tall});
  if (open)
    list.AddRect({at.x - px(3), at.y - px(3)}, {at.x + width + px(3), at.y + tall + px(3)}, colour::kAccent, px(3), 0,
                 px(2));
  draw_text({at.x, at.y + tall + px(4)}, short_stage_title(scene.stages[stage]),
            open ? theme().heading : theme().caption, open ? colour::kAccent : colour::kText, room);
  ImGui::SetCursorScreenPos(at);
  ImGui::PushID(stage);
  const bool clicked = ImGui::InvisibleButton("thumb", {width, tall + px(kName)});
  tooltip(Tip(sentence({scene.record, scene.stages[stage], scene.head})));
  ImGui::PopID();
  return clicked;
}

}  // namespace

std::string short_stage_title(const StepStage& stage) {
  const size_t at = stage.title.find(".layers.");
  if (at == stage.title.npos) return stage.title;
  const size_t dot = stage.title.find('.', at + 8);
  return fmt::format("layer {} {}", std::stoi(stage.title.substr(at + 8)) + 1, stage.title.substr(dot + 1));
}

void paint_flow(const StepScene& scene, TextureStore& textures) {
  StepState& state = scene.state;
  const int first = first_of_group(scene);
  const StepState::Painted now{&scene.record, scene.snapshot.serial, first, scene.head, scene.view.lanes.style.colours};
  if (state.flow_painted == now) return;
  state.flow_painted = now;
  state.flow.clear();
  for (int i = first; i < static_cast<int>(scene.stages.size()) && scene.stages[i].group == scene.stage().group; ++i) {
    const StepMatrix m = made_by(scene, i);
    state.flow.push_back(textures.upload(fmt::format("step flow {}", i - first), m.columns, m.rows,
                                         matrix_pixels(scene, scene.stages[i], m)));
  }
}

void draw_flow_strip(const StepScene& scene) {
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const float edge = from.x + ImGui::GetContentRegionAvail().x;
  const int first = first_of_group(scene);
  const Thumbs thumbs = fitting_thumbs(scene, edge - from.x);
  ImVec2 at = from;
  int clicked = -1;
  for (size_t i = 0; i < thumbs.widths.size(); ++i) {
    const int stage = first + static_cast<int>(i);
    const float width = thumbs.widths[i];
    if (i > 0 && at.x + width > edge) at = {from.x, at.y + thumbs.tall + px(kName + 12)};
    const bool last = i + 1 == thumbs.widths.size();
    if (draw_thumb(scene, stage, i, at, {width, thumbs.tall}, last ? edge - at.x : width + px(kBetween - 4)))
      clicked = stage;
    at.x += width + px(kBetween);
    const float reach = px(4), middle = at.y + thumbs.tall / 2, x = at.x - px(kBetween) / 2;
    if (!last)
      ImGui::GetWindowDrawList()->AddTriangleFilled({x - reach, middle - reach}, {x - reach, middle + reach},
                                                    {x + reach, middle}, colour::kQuiet);
  }
  ImGui::SetCursorScreenPos(from);
  ImGui::Dummy({edge - from.x, at.y + thumbs.tall + px(kName + 8) - from.y});
  if (clicked >= 0) scene.state.stage = clicked, scene.state.title.clear(), scene.state.chosen = {};
}

}  // namespace lab
