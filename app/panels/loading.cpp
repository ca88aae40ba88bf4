#include "app/panels/loading.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/toolbar_controls.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kBarWidth = 360, kBarHeight = 8;  // logical pixels

void draw_centred(ImVec2 middle, std::string_view text, ImFont* font) {
  draw_text({middle.x - text_width(text, font) / 2, middle.y - font->FontSize / 2}, text, font, colour::kQuiet);
}

}  // namespace

void draw_loading(const Snapshot& snapshot) {
  const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const ImVec2 middle = {at.x + room.x / 2, at.y + room.y / 2};
  if (snapshot.phase == Phase::kFailed)
    return draw_centred(middle, "Nothing to show: training could not start.", theme().title);
  draw_centred({middle.x, middle.y - px(36)}, fmt::format("Loading “{}”…", task_title(snapshot, snapshot.experiment)),
               theme().title);
  if (snapshot.learning < 0) return;
  draw_centred(middle, fmt::format("Learning which characters belong together: {:.0f} %", 100 * snapshot.learning),
               theme().body);
  const float half = std::min(px(kBarWidth), room.x) / 2, top = middle.y + px(22);
  draw_bar({middle.x - half, top}, {middle.x + half, top + px(kBarHeight)}, static_cast<float>(snapshot.learning),
           colour::kAccent);
}

}  // namespace lab
