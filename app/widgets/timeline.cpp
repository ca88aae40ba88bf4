#include "app/widgets/timeline.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "app/widgets/button.h"
#include "app/widgets/colours.h"
#include "app/widgets/text.h"
#include "app/widgets/theme.h"

namespace lab {
namespace {

constexpr float kKnob = 7, kInset = 9, kLineAt = 12, kLabelAt = 21;  // logical pixels

struct Track {
  float left, right, y;
  int last;  // the place of now

  float x(int place) const { return left + (right - left) * static_cast<float>(place) / static_cast<float>(last); }
  int place(float at) const {
    const float share = std::clamp((at - left) / (right - left), 0.0f, 1.0f);
    return static_cast<int>(std::lround(share * static_cast<float>(last)));
  }
};

void draw_track(const Track& track, std::span<const TimelinePlace> places, int current) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float half = px(2);
  list.AddRectFilled({track.left, track.y - half}, {track.right, track.y + half}, colour::kTrack, half);
  list.AddRectFilled({track.left, track.y - half}, {track.x(current), track.y + half}, colour::kAccent, half);
  float free_from = track.left - 1;
  for (int i = 0; i < track.last; ++i) {
    const float x = track.x(i);
    if (!places[i].marked || x < free_from) continue;
    list.AddCircleFilled({x, track.y}, px(2.6f), colour::kPanel);
    list.AddCircle({x, track.y}, px(2.6f), i <= current ? colour::kAccent : colour::kQuiet, 0, px(1));
    free_from = x + px(7);  // dots that touch say nothing
  }
}

/// A head on a needle that stands on the line.
void draw_pins(const Track& track, std::span<const TimelinePlace> places) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (int i = 0; i < track.last; ++i) {
    if (!places[i].pinned) continue;
    const float x = std::round(track.x(i)), head = track.y - px(kLineAt - 4);
    list.AddLine({x, head}, {x, track.y}, colour::kWrong, px(1.5f));
    list.AddCircleFilled({x, head}, px(3.5f), colour::kWrong);
  }
}

/// Steps 0, 1, 10, 100, … where the line reaches them, and now at the end.
void draw_labels(const Track& track, std::span<const TimelinePlace> places, float top) {
  ImFont* font = theme().caption;
  draw_text_right({track.right + px(kInset), top}, "now", font, colour::kQuiet);
  const float last_right = track.right + px(kInset) - text_width("now", font) - px(8);
  float end = track.left - px(kInset);
  int64_t wanted = 0;
  for (int i = 0; i < track.last; ++i) {
    if (places[i].step < wanted) continue;
    wanted = std::max<int64_t>(10, wanted * 10);
    const std::string label = i == 0 ? "step " + grouped(places[i].step) : grouped(places[i].step);
    const float wide = text_width(label, font), left = std::max(track.left - px(kInset), track.x(i) - wide / 2);
    if (left < end || left + wide > last_right) continue;
    draw_text({left, top}, label, font, colour::kQuiet);
    end = left + wide + px(10);
  }
}

void draw_knob(const Track& track, int place) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 centre = {track.x(place), track.y};
  list.AddCircleFilled(centre, px(kKnob), colour::kPanel);
  list.AddCircle(centre, px(kKnob), colour::kAccent, 0, px(2));
  if (place < track.last) list.AddCircleFilled(centre, px(3.5f), colour::kAccent);
}

}  // namespace

int timeline(const char* id, std::span<const TimelinePlace> places, int current, float width,
             const std::function<std::string(int)>& tip) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(id, {width, px(kTimelineHeight)});
  if (places.empty()) return -1;
  const Track track = {at.x + px(kInset), at.x + width - px(kInset), at.y + px(kLineAt),
                       static_cast<int>(places.size())};
  const int under_mouse = track.place(ImGui::GetIO().MousePos.x);
  const bool held = ImGui::IsItemActive();
  const int shown = held ? under_mouse : std::clamp(current, 0, track.last);
  draw_track(track, places, shown);
  draw_pins(track, places);
  draw_labels(track, places, at.y + px(kLabelAt));
  draw_knob(track, shown);
  tooltip({tip(under_mouse)});
  return held && under_mouse != current ? under_mouse : -1;
}

}  // namespace lab
