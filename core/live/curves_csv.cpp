#include "core/live/curves_csv.h"

#include <fmt/format.h>

#include "core/base/csv.h"

namespace lab {

namespace {

struct CurveRow {
  const char* name;
  Curve LaneSnapshot::*curve;
};
constexpr CurveRow kCurves[] = {
    {"train_loss", &LaneSnapshot::train_loss},       {"test_loss", &LaneSnapshot::test_loss},
    {"test_accuracy", &LaneSnapshot::test_accuracy}, {"penalty", &LaneSnapshot::penalty},
    {"guidance", &LaneSnapshot::guidance},           {"held_out_loss", &LaneSnapshot::held_out_loss},
    {"weights_norm", &LaneSnapshot::weights_norm}};

}  // namespace

std::string curves_csv(const std::vector<LaneSnapshot>& lanes) {
  std::string csv = "lane,curve,step,value\n";
  for (const LaneSnapshot& lane : lanes)
    for (const CurveRow& row : kCurves) {
      const Curve& curve = lane.*row.curve;
      for (size_t i = 0; i < curve.step.size(); ++i)
        csv += fmt::format("{},{},{},{}\n", csv_text(lane.title), row.name, curve.step[i], curve.value[i]);
    }
  return csv;
}

}  // namespace lab
