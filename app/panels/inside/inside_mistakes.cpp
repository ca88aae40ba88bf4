#include <fmt/format.h>

#include <algorithm>

#include "app/panels/inside/inside_views.h"
#include "app/widgets/button.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kGap = 24, kName = 92, kAccuracy = 118, kHead = 24, kCell = 52, kNumbers = 26;  // logical pixels
constexpr float kTile = 104, kUnderTile = 40, kTextRow = 46;

const Mistakes& mistakes_of(const InsideScene& scene) { return *scene.inside.mistakes; }

/// Blue on the diagonal, red beside it; as strong as the share of the class.
std::vector<Rgba> confusion_pixels(const Mistakes& m) {
  std::vector<Rgba> pixels;
  for (int truth = 0; truth < m.classes; ++truth) {
    const auto all = static_cast<float>(std::max(m.of_class(truth), 1));
    for (int answer = 0; answer < m.classes; ++answer) {
      const float share = static_cast<float>(m.count(truth, answer)) / all;
      const ImU32 full = truth == answer ? colour::kLanes[0] : colour::kLanes[1];
      pixels.push_back(mix(colour::kField, full, std::min(truth == answer ? share * 0.75f : share * 2, 1.0f)));
    }
  }
  return pixels;
}

void paint(const InsideScene& scene) {
  MistakesState& state = scene.view.inside.mistakes;
  if (state.painted == scene.inside.mistakes) return;
  state.painted = scene.inside.mistakes;
  const Mistakes& m = mistakes_of(scene);
  if (m.classes > 0)
    state.confusion = scene.textures.upload("inside confusion", m.classes, m.classes, confusion_pixels(m));
  state.worst.clear();
  const SampleSet& test = scene.snapshot.data->test;
  for (size_t i = 0; test.has_pictures() && i < m.worst.size(); ++i) {
    std::vector<Rgba> pixels;
    for (const uint8_t level : test.picture(m.worst[i].index)) pixels.push_back(grey(level));
    state.worst.push_back(scene.textures.upload(fmt::format("inside mistake {}", i), test.width, test.height, pixels));
  }
}

/// "87.3 % of 10,000 test pictures at step 120 are right; mean loss 0.351."
std::string summary(const InsideScene& scene) {
  const Mistakes& m = mistakes_of(scene);
  const std::string what = m.classes > 0 ? "" : "next tokens of ";
  const std::string whole = m.samples < m.of ? fmt::format(" So far; {} are to come.", grouped(m.of - m.samples)) : "";
  const int all = scene.snapshot.data->test.count();
  const std::string rest =
      m.of < all ? fmt::format(" The test set has {}; these are spread over it.", grouped(all)) : "";
  return fmt::format("{:.1f} % of {}{}{} are right; mean loss {:.3f}.{}{}", 100 * m.accuracy(), what,
                     test_samples(scene.snapshot, m.samples), shown_step(scene), m.samples > 0 ? m.loss / m.samples : 0,
                     whole, rest);
}

void draw_numbers(const Mistakes& m, ImVec2 at, float side) {
  const float cell = side / static_cast<float>(m.classes);
  if (cell < px(kNumbers)) return;
  for (int truth = 0; truth < m.classes; ++truth)
    for (int answer = 0; answer < m.classes; ++answer) {
      const int count = m.count(truth, answer);
      if (count == 0) continue;
      const std::string text = fmt::format("{}", count);
      const bool strong = truth == answer && 3 * count > 2 * m.of_class(truth);
      draw_text({at.x + cell * (static_cast<float>(answer) + 0.5f) - text_width(text, theme().caption) / 2,
                 at.y + cell * (static_cast<float>(truth) + 0.5f) - theme().caption->FontSize / 2},
                text, theme().caption, strong ? colour::kWhite : colour::kText);
    }
}

void confusion_tip(const InsideScene& scene, Cell cell) {
  const Mistakes& m = mistakes_of(scene);
  const auto& names = scene.snapshot.data->classes;
  const int count = m.count(cell.row, cell.column), all = m.of_class(cell.row);
  tooltip(Tip(cell.row == cell.column
                  ? fmt::format("{}: {} of {} are recognised.", names[cell.row], count, all)
                  : fmt::format("{}: {} of {} are taken for {}.", names[cell.row], count, all, names[cell.column])));
}

/// Rows: what they are; columns: what they are taken for; at the right, how many of a class are recognised.
void draw_confusion(const InsideScene& scene, float side) {
  const Mistakes& m = mistakes_of(scene);
  const auto& names = scene.snapshot.data->classes;
  const float cell = side / static_cast<float>(m.classes);
  const ImVec2 at = ImGui::GetCursorScreenPos(), from = {at.x + px(kName), at.y + px(kHead)};
  const bool legible = cell > theme().caption->FontSize;
  for (int k = 0; k < m.classes && legible; ++k) {
    const float middle = cell * (static_cast<float>(k) + 0.5f) - theme().caption->FontSize / 2;
    const std::string column = shortened(names[k], theme().caption, cell - px(3));
    if (cell > px(24))
      draw_text(
          {from.x + cell * (static_cast<float>(k) + 0.5f) - text_width(column, theme().caption) / 2, at.y + px(4)},
          column, theme().caption, colour::kQuiet);
    draw_text({at.x, from.y + middle}, names[k], theme().caption, colour::kText, px(kName - 8));
    const float bar = from.x + side + px(10), share = static_cast<float>(m.accuracy(k));
    draw_bar({bar, from.y + middle + px(2)}, {bar + px(60), from.y + middle + px(12)}, share, colour::kLanes[0]);
    draw_text_right({bar + px(kAccuracy - 10), from.y + middle}, fmt::format("{:.0f} %", 100 * share), theme().caption,
                    colour::kText);
  }
  draw_text({from.x + side + px(10), at.y + px(4)}, "recognised", theme().caption, colour::kQuiet, px(kAccuracy));
  ImGui::SetCursorScreenPos(from);
  const Cells cells("confusion", scene.view.inside.mistakes.confusion, {side, side}, m.classes, m.classes);
  cells.grid(colour::kPanel);
  draw_numbers(m, from, side);
  draw_text({from.x, from.y + side + px(6)}, "A row: what it is. A column: what it is taken for.", theme().caption,
            colour::kQuiet, side + px(kAccuracy));
  if (const Cell hovered = cells.hovered()) {
    cells.light(hovered);
    confusion_tip(scene, hovered);
  }
}

const std::string& class_name(const InsideScene& scene, int number) { return scene.snapshot.data->classes[number]; }

void draw_worst_picture(const InsideScene& scene, size_t i) {
  const Judged& judged = mistakes_of(scene).worst[i];
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float side = px(kTile);
  ImGui::PushID(static_cast<int>(i));
  if (ImGui::InvisibleButton("worst", {side, side + px(kUnderTile)}))
    scene.commands.send(command::SetProbe{judged.index});
  ImGui::PopID();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddImage(scene.view.inside.mistakes.worst[i], at, {at.x + side, at.y + side});
  const bool looked_at = scene.snapshot.probe.index == judged.index;
  if (looked_at || ImGui::IsItemHovered())
    list.AddRect({at.x - px(2), at.y - px(2)}, {at.x + side + px(2), at.y + side + px(2)},
                 looked_at ? colour::kAccent : colour::kHoverLine, px(2), 0, px(3));
  draw_text({at.x, at.y + side + px(4)}, class_name(scene, judged.label), theme().heading, colour::kText, side);
  draw_text({at.x, at.y + side + px(20)},
            fmt::format("{} {:.2f}", class_name(scene, judged.answer), judged.probability), theme().caption,
            colour::kWrong, side);
  tooltip(
      Tip(fmt::format("Picture {}: it is {}, but is taken for {}, with a probability of {:.3f}. Loss {:.2f}. Click to "
                      "look at it everywhere.",
                      grouped(judged.index + 1), class_name(scene, judged.label), class_name(scene, judged.answer),
                      judged.probability, judged.loss)));
}

void draw_worst_text(const InsideScene& scene, size_t i) {
  const Judged& judged = mistakes_of(scene).worst[i];
  const Sample sample = scene.snapshot.data->test.sample(judged.index);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  ImGui::PushID(static_cast<int>(i));
  if (ImGui::InvisibleButton("worst", {width, px(kTextRow)})) scene.commands.send(command::SetProbe{judged.index});
  ImGui::PopID();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (ImGui::IsItemHovered() || scene.snapshot.probe.index == judged.index)
    list.AddRectFilled(at, {at.x + width, at.y + px(kTextRow - 2)},
                       ImGui::IsItemHovered() ? colour::kHover : colour::kAccentSoft, px(4));
  const std::string verdict =
      judged.label < 0
          ? fmt::format("{} of {} tokens are right, loss {:.2f} each", judged.right, judged.places, judged.loss)
          : fmt::format("{}; taken for {}, {:.2f}", class_name(scene, judged.label), class_name(scene, judged.answer),
                        judged.probability);
  draw_text({at.x + px(6), at.y + px(3)}, words_of(scene.snapshot, sample), theme().body, colour::kText,
            width - px(12));
  draw_text({at.x + px(6), at.y + px(24)}, verdict, theme().caption, colour::kWrong, width - px(12));
  tooltip(Tip("Click to look at it everywhere."));
}

void draw_worst(const InsideScene& scene, ImVec2 room) {
  ImGui::BeginChild("worst", room, false, ImGuiWindowFlags_NoBackground);
  const Mistakes& m = mistakes_of(scene);
  const bool pictures = scene.snapshot.data->test.has_pictures();
  scroll_by_keys(scene);
  heading(m.worst.empty() ? "No mistake yet" : "The worst mistakes: what it is, and what it is taken for");
  ImGui::Dummy({1, px(4)});
  const int columns = std::max(1, static_cast<int>((ImGui::GetContentRegionAvail().x + px(12)) / px(kTile + 12)));
  for (size_t i = 0; i < m.worst.size(); ++i) {
    if (pictures && i % static_cast<size_t>(columns) != 0) ImGui::SameLine(0, px(12));
    pictures ? draw_worst_picture(scene, i) : draw_worst_text(scene, i);
  }
  ImGui::EndChild();
}

}  // namespace

void draw_inside_mistakes(const InsideScene& scene) {
  if (!scene.inside.mistakes) return caption("The test set is being gone through…");
  paint(scene);
  small_print(summary(scene));
  ImGui::Dummy({1, px(4)});
  const Mistakes& m = mistakes_of(scene);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (m.classes == 0) {
    small_print(
        "An answer here is a text, not a class, so there is no table of classes; these are the texts it gets "
        "most wrong.");
    return draw_worst(scene, {room.x, 0});
  }
  const float least = px(200), across = room.x * 0.56f - px(kName + kAccuracy), down = room.y - px(kHead + 30);
  const float side = std::floor(
      std::clamp(std::min({across, down, px(kCell) * static_cast<float>(m.classes) * 1.4f}), least, px(900)));
  const float width = side + px(kName + kAccuracy);
  const bool beside = room.x - width > px(kTile + kGap);
  ImGui::BeginChild("table", {std::min(width, room.x), beside ? room.y : side + px(kHead + 30)}, false,
                    ImGuiWindowFlags_NoBackground);
  draw_confusion(scene, side);
  ImGui::EndChild();
  if (beside) ImGui::SameLine(0, px(kGap));
  draw_worst(scene, {beside ? room.x - width - px(kGap) : room.x, beside ? room.y : 0});
}

}  // namespace lab
