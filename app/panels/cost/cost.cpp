#include "app/panels/cost/cost.h"

#include <fmt/format.h>

#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

/// One line of the bill.
struct CostKind {
  const char* name;
  const char* explanation;
  std::string (*figure)(const Cost&);
};

std::string milliseconds(double ms) { return ms > 0 ? fmt::format("{:.2f}", ms) : "–"; }

constexpr CostKind kCosts[] = {
    {"a step, ms", "Measured: one training step of the lane, forward, backward and update; the median of recent steps.",
     [](const Cost& cost) { return milliseconds(cost.step_ms); }},
    {"of it attention", "Measured: scores, softmax, mix and their gradients, in all layers.",
     [](const Cost& cost) { return milliseconds(cost.attention_ms); }},
    {"the rest", "Measured: a step less its attention.",
     [](const Cost& cost) { return milliseconds(cost.step_ms - cost.attention_ms); }},
    {"multiply-adds, M", "Computed: attention's millions of multiplications with an addition, one training step.",
     [](const Cost& cost) { return fmt::format("{:.1f}", static_cast<double>(cost.multiply_adds) / 1e6); }},
    {"weights kept, MB", "Computed: attention weights held for the backward pass, in millions of bytes.",
     [](const Cost& cost) { return fmt::format("{:.2f}", static_cast<double>(cost.weight_bytes) / 1e6); }},
    {"pairs that exist", "Computed: of all pairs of a query and a key, the share this lane weighs.",
     [](const Cost& cost) {
       const double all = static_cast<double>(cost.dense_pairs);
       return all > 0 ? fmt::format("{:.0f} %", 100 * static_cast<double>(cost.pairs) / all) : "–";
     }},
};

}  // namespace

float cost_height() { return px(24) + px(24) + std::size(kCosts) * px(24) + 2 * ImGui::GetStyle().ItemSpacing.y; }

void draw_cost(const Snapshot& snapshot) {
  std::vector<TableColumn> columns;
  std::vector<TableRow> rows;
  for (const CostKind& kind : kCosts) rows.push_back({kind.name, {}, kind.explanation});
  for (const LaneSnapshot& lane : snapshot.lanes) {
    columns.push_back({lane.title, lane_colour(static_cast<int>(columns.size()))});
    for (size_t i = 0; i < rows.size(); ++i) rows[i].figures.push_back(kCosts[i].figure(lane.cost));
  }
  heading("What it costs");
  figure_table(columns, rows);
}

}  // namespace lab
