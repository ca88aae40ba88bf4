#pragma once
// What the Scaling page remembers: what was counted or measured, and what of it is shown.

#include <memory>

#include "app/widgets/line_plot.h"
#include "core/measure/scaling_job.h"

namespace lab {

struct ScalingState {
  std::unique_ptr<ScalingJob> job;      // the last measurement; null: none yet
  std::unique_ptr<ScalingJob> counted;  // until then: what needs no measuring
  ScalingSettings range;                // how far and how long to measure
  Quantity quantity = Quantity::kMultiplyAdds;
  bool linear = true, hierarchical = false, kept_map = false;  // measured beside the lanes
  bool waiting = false;                                        // for training to pause, to begin
  bool resume = false;                                         // training, afterwards
  bool disturbed = false;                                      // somebody trained meanwhile
  PlotView plot;
};

}  // namespace lab
