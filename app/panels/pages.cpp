#include "app/panels/pages.h"

#include <algorithm>
#include <vector>

#include "app/panels/cost/budget.h"
#include "app/panels/cost/cost.h"
#include "app/panels/cost/scaling.h"
#include "app/panels/curves.h"
#include "app/panels/examples/examples.h"
#include "app/panels/explain/explain.h"
#include "app/panels/files/panel_csv.h"
#include "app/panels/inside/inside.h"
#include "app/panels/lanes/lanes.h"
#include "app/panels/loading.h"
#include "app/panels/setup/setup.h"
#include "app/panels/step/step.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kFiguresWidth = 350, kSettingsWidth = 420;  // logical pixels

/// Plots at the left, figures at the right, where there is room.
void draw_measures_wide(const Snapshot& snapshot, View& view) {
  const float figures = px(kFiguresWidth);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  ImGui::BeginChild("plots", {room.x - figures - px(20), 0}, false, ImGuiWindowFlags_NoBackground);
  draw_curves(snapshot, view, room.y);
  ImGui::EndChild();
  ImGui::SameLine(0, px(20));
  ImGui::BeginChild("figures", {figures, 0}, false, ImGuiWindowFlags_NoBackground);
  draw_results(snapshot);
  ImGui::Dummy({1, px(6)});
  draw_cost(snapshot);
  ImGui::EndChild();
}

void draw_measures_page(const Snapshot& snapshot, View& view, Commands&, TextureStore&) {
  const bool wide = ImGui::GetContentRegionAvail().x > px(2 * kFiguresWidth);
  if (wide && !snapshot.lanes.empty())
    draw_measures_wide(snapshot, view);
  else
    draw_measures(snapshot, view);
}

/// No wider than reads well: a field should stand near its label.
void draw_setup_page(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  const float width = std::min(ImGui::GetContentRegionAvail().x, px(kSettingsWidth));
  ImGui::BeginChild("settings", {width, 0}, false, ImGuiWindowFlags_NoBackground);
  draw_setup(snapshot, view.setup, commands, textures);
  ImGui::EndChild();
}

constexpr PageRow kPages[] = {
    {"Lanes", "The ways of spending attention, side by side.", false, draw_lanes, false, lanes_csv, true},
    {"Step", "One training step opened up, stage by stage, with its real numbers.", false, draw_step, true, step_csv,
     true},
    {"Explain", "Where an answer came from, and how far each explanation can be believed.", false, draw_explain, true,
     explain_csv, true},
    {"Inside", "Every head, queries and keys, mistakes and weights of one lane.", false, draw_inside, true, inside_csv,
     true},
    {"Scaling", "What attention costs as pictures and texts grow, measured here.", false, draw_scaling, false,
     scaling_csv},
    {"Budget", "What the lanes have learnt against what they cost, and sweeps of many ways.", false, draw_budget, false,
     budget_csv},
    {"Curves and cost", "How the lanes learn, and what their attention costs.", true, draw_measures_page, false,
     curves_csv},
    {"Setup", "The experiment's settings, and the lanes.", true, draw_setup_page, false, setup_csv},
    {"Examples", "Attention on a handful of numbers, worked out step by step.", false, draw_examples, true,
     examples_csv},
};

}  // namespace

std::span<const PageRow> pages() { return kPages; }

std::string_view page_key(int page) {
  constexpr std::string_view kKeys[kMostPages] = {"F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10"};
  static_assert(std::size(kPages) <= std::size(kKeys));
  return kKeys[page];
}

void open_page(View& view, Page page) {
  const bool stands = view.beside && kPages[static_cast<int>(page)].beside;
  if (!stands)
    view.page = page;
  else if (kPages[static_cast<int>(view.page)].alone)
    view.page = Page::kLanes;
}

void draw_open_page(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  std::vector<Tab> all;
  std::vector<int> shown;
  int open = 0;
  for (int page = 0; page < static_cast<int>(std::size(kPages)); ++page) {
    if (view.beside && kPages[page].beside) continue;
    if (page == static_cast<int>(view.page)) open = static_cast<int>(shown.size());
    all.push_back({kPages[page].title, {kPages[page].explanation, page_key(page)}});
    shown.push_back(page);
  }
  if (shown.size() > 1) {
    if (tabs(all, open)) view.page = static_cast<Page>(shown[open]);
    ImGui::Dummy({1, px(2)});
  }
  ImGui::BeginChild("page", {0, 0}, false, ImGuiWindowFlags_NoBackground);
  const PageRow& page = kPages[shown[open]];
  if (page.of_lanes && (snapshot.lanes.empty() || !snapshot.data))
    draw_loading(snapshot);
  else
    page.draw(snapshot, view, commands, textures);
  ImGui::EndChild();
}

void draw_measures(const Snapshot& snapshot, View& view) {
  if (snapshot.lanes.empty()) return;
  draw_results(snapshot);
  ImGui::Dummy({1, px(2)});
  draw_curves(snapshot, view, ImGui::GetContentRegionAvail().y - cost_height());
  draw_cost(snapshot);
}

}  // namespace lab
