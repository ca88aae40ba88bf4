#include "app/panels/toolbar.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/toolbar_controls.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kGap = 8, kEdge = 14, kApart = 16;
constexpr float kBar = 52, kRow = 38;  // the first row, and each further one
constexpr float kStatusRoom = 366;     // so that growing numbers do not move the buttons
constexpr std::string_view kName = "Attention Lab";

float width_of(const Controls& controls) {
  float width = -px(kGap);
  for (const Control& control : controls) width += control.width + px(kGap);
  return width;
}

/// Places from left to right, in as many rows as needed; relative to the first.
std::vector<ImVec2> places(const Controls& controls, float width) {
  std::vector<ImVec2> result;
  ImVec2 at = {0, 0};
  for (const Control& control : controls) {
    if (at.x > 0 && at.x + control.width > width) at = {0, at.y + px(kRow)};
    result.push_back(at);
    at.x += control.width + px(kGap);
  }
  return result;
}

void draw_at(const Controls& controls, const std::vector<ImVec2>& where, ImVec2 origin) {
  for (size_t i = 0; i < controls.size(); ++i) {
    ImGui::SetCursorScreenPos({origin.x + where[i].x, origin.y + where[i].y});
    controls[i].draw();
  }
}

/// As much of the status as there is room for; why this device computes is at least its tooltip.
void draw_status(const Snapshot& snapshot, ImVec2 at, float width) {
  const std::string line = status_line(snapshot);
  const std::string whole = snapshot.device_why.empty() ? line : line + ". " + snapshot.device_why;
  std::string shown = status_line(snapshot, StatusLine::kShort);
  for (const std::string& longer : {line, whole})
    if (text_width(longer, theme().body) <= width) shown = longer;
  draw_text(at, shown, theme().body, colour::kQuiet, width);
  if (snapshot.device_why.empty()) return;
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({std::clamp(text_width(shown, theme().body), 1.0f, std::max(1.0f, width)), theme().body->FontSize});
  tooltip(whole);
}

/// The name, the run controls and the status, up to `right`.
void draw_first_row(const Snapshot& snapshot, const Controls& run, ImVec2 low, float right, bool titled) {
  float x = low.x + px(kEdge);
  const auto middle = [&](float height) { return low.y + (px(kBar) - height) / 2; };
  if (titled) draw_text({x, middle(theme().title->FontSize)}, kName, theme().title, colour::kText);
  if (titled) x += text_width(kName, theme().title) + px(kApart);
  draw_at(run, places(run, 1e9f), {x, middle(ImGui::GetFrameHeight())});
  x += width_of(run) + px(kApart);
  draw_status(snapshot, {x, middle(theme().body->FontSize)}, right - x);
}

}  // namespace

std::string status_line(const Snapshot& snapshot, StatusLine length) {
  if (snapshot.phase == Phase::kLoading) return "loading…";
  if (snapshot.history.past)
    return fmt::format("looking back at step {} · now {}", grouped(snapshot.step), grouped(snapshot.history.live_step));
  std::string line = "step " + grouped(snapshot.step);
  if (length == StatusLine::kLong) line += fmt::format(" · epoch {:.2f}", snapshot.epoch);
  if (snapshot.phase == Phase::kRunning && snapshot.steps_per_second > 0)
    line += fmt::format(" · {:.{}f} steps/s", snapshot.steps_per_second, snapshot.steps_per_second < 10 ? 1 : 0);
  if (snapshot.phase == Phase::kPaused) line += " · paused";
  if (snapshot.phase == Phase::kFailed) line += " · stopped";
  for (const LaneSnapshot& lane : snapshot.lanes)
    if (lane.steps < snapshot.step)
      return fmt::format("{} · {} catches up: step {}", line, lane.title, grouped(lane.steps));
  return snapshot.device.empty() ? line : line + " · " + snapshot.device;
}

float draw_toolbar(const Snapshot& snapshot, View& view, Commands& commands) {
  const ImVec2 low = ImGui::GetWindowPos();
  const float width = ImGui::GetWindowSize().x, inner = width - 2 * px(kEdge);
  const auto needed = [&](bool roomy) {
    return width_of(run_controls(snapshot, view, commands, roomy)) + px(kStatusRoom) + 2 * px(kApart) +
           width_of(choice_controls(snapshot, view, commands, roomy));
  };
  // What does not fit goes: first the name, then the key caps and the seed, then the choices go below.
  const float name = text_width(kName, theme().title) + px(kApart);
  const bool roomy = needed(true) <= inner || (needed(false) > inner && inner > px(1000));
  const bool one_row = needed(roomy) <= inner, titled = one_row && needed(roomy) + name <= inner;
  const Controls run = run_controls(snapshot, view, commands, roomy);
  const Controls choices = choice_controls(snapshot, view, commands, roomy);
  const std::vector<ImVec2> where = places(choices, one_row ? 1e9f : inner);
  const float height = px(kBar) + (one_row ? 0 : where.back().y + px(kRow));
  ImGui::GetWindowDrawList()->AddLine({low.x, low.y + height - 1}, {low.x + width, low.y + height - 1}, colour::kLine);
  const float choices_x = one_row ? low.x + width - px(kEdge) - width_of(choices) : low.x + px(kEdge);
  draw_first_row(snapshot, run, low, one_row ? choices_x - px(kApart) : low.x + width - px(kEdge), titled);
  const float first_y = low.y + (px(kBar) - ImGui::GetFrameHeight()) / 2;
  draw_at(choices, where, {choices_x, one_row ? first_y : first_y + px(kRow)});
  return height;
}

}  // namespace lab
