#include "app/panels/lanes/drawing.h"

#include <algorithm>
#include <cmath>

#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kCanvas = 208;            // logical pixels a side
constexpr float kCore = 0.6f, kEdge = 1;  // of the brush, in pixels of the picture: white, then fading to nothing

constexpr ImGuiWindowFlags kFlags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                                    ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize |
                                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;

bool fits(const Snapshot& snapshot, const DrawingState& state) {
  return snapshot.data && state.height == snapshot.data->test.height && state.width == snapshot.data->test.width;
}

void clear(const Snapshot& snapshot, DrawingState& state) {
  state.height = snapshot.data->test.height, state.width = snapshot.data->test.width;
  state.pixels.assign(static_cast<size_t>(state.height) * state.width, 0);
  state.stroking = false;
}

void look_at_it(const DrawingState& state, Commands& commands) {
  commands.send(command::SetProbePicture{state.pixels, "drawn"});
}

/// The mouse over the canvas moves the brush; true when the picture changed.
bool follow_mouse(DrawingState& state, ImVec2 low, float pixel) {
  const bool rubs_out = ImGui::IsMouseDown(ImGuiMouseButton_Right) || ImGui::GetIO().KeyShift;
  if (!ImGui::IsItemActive()) return state.stroking = false;
  const ImVec2 mouse = ImGui::GetMousePos();
  const float column = (mouse.x - low.x) / pixel, row = (mouse.y - low.y) / pixel;
  if (!state.stroking) state.column = column, state.row = row;
  const bool moved = !state.stroking || column != state.column || row != state.row;
  if (moved) stroke(state, state.column, state.row, column, row, rubs_out);
  state.column = column, state.row = row;
  state.stroking = true;
  return moved;
}

bool draw_canvas(DrawingState& state, TextureStore& textures) {
  std::vector<Rgba> shown;
  for (const uint8_t value : state.pixels) shown.push_back(grey(value));
  const ImTextureID texture = textures.upload("drawing", state.width, state.height, shown);
  const float pixel = px(kCanvas) / static_cast<float>(std::max(state.width, state.height));
  const ImVec2 low = ImGui::GetCursorScreenPos();
  const ImVec2 size = {pixel * static_cast<float>(state.width), pixel * static_cast<float>(state.height)};
  ImGui::GetWindowDrawList()->AddImage(texture, low, {low.x + size.x, low.y + size.y});
  ImGui::InvisibleButton("canvas", size, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  return follow_mouse(state, low, pixel);
}

}  // namespace

void draw_drawing(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  DrawingState& state = view.drawing;
  if (!state.open || !snapshot.data) return;
  if (!snapshot.data->test.has_pictures()) return void(state.open = false);
  if (!fits(snapshot, state)) clear(snapshot, state);
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({px(14), screen.y - px(80)}, ImGuiCond_Appearing, {0, 1});  // over the settings
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {px(12), px(10)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, colour::kPanel);
  ImGui::PushStyleColor(ImGuiCol_Border, colour::kLine);
  ImGui::Begin("drawing", nullptr, kFlags);
  ImGui::PopStyleColor(2);
  ImGui::PopStyleVar(2);
  heading("Draw a picture of your own");
  if (draw_canvas(state, textures)) look_at_it(state, commands);
  if (chip("clear", false, "Begin again with an empty picture.")) {
    clear(snapshot, state);
    look_at_it(state, commands);
  }
  ImGui::SameLine(0, px(6));
  if (chip("copy", false, "Go on from the picture that the lanes look at: copy it here.") &&
      snapshot.probe.pixels.size() == state.pixels.size())
    state.pixels = snapshot.probe.pixels;
  ImGui::SameLine(0, px(6));
  if (chip("close", false, {"Close; the picture stays in sight.", "Ctrl+L"})) state.open = false;
  caption("Shift or the right button rubs out.");
  ImGui::End();
}

void open_or_close_drawing(const Snapshot& snapshot, DrawingState& state) {
  state.open = !state.open && snapshot.data && snapshot.data->test.has_pictures();
  if (state.open) clear(snapshot, state);
}

// What a pixel has of the brush follows from how far its middle is from the line.
void stroke(DrawingState& state, float from_column, float from_row, float to_column, float to_row, bool rub_out) {
  const float across = to_column - from_column, down = to_row - from_row, length = across * across + down * down;
  for (int row = 0; row < state.height; ++row)
    for (int column = 0; column < state.width; ++column) {
      const float x = static_cast<float>(column) + 0.5f - from_column, y = static_cast<float>(row) + 0.5f - from_row;
      const float along = length > 0 ? std::clamp((x * across + y * down) / length, 0.0f, 1.0f) : 0;
      const float distance = std::hypot(x - along * across, y - along * down);
      const float share = std::clamp(1 - (distance - kCore) / kEdge, 0.0f, 1.0f);
      uint8_t& pixel = state.pixels[static_cast<size_t>(row) * state.width + column];
      const auto paint = static_cast<uint8_t>(std::lround(255 * share));
      pixel = rub_out ? std::min<uint8_t>(pixel, 255 - paint) : std::max(pixel, paint);
    }
}

}  // namespace lab
