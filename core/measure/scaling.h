#pragma once
// Scaling: what each way of spending attention costs as sequences grow, counted or measured on this machine.
//
//   ScalingSettings settings{{subject_of(lane, false), parse_subject("linear", false)}};           // 1. which
//   measure_scaling(settings, [&](const ScalingResult& now) { return show(now); });  // 2. false stops it
//   curve_points(result.curves[0], Quantity::kForward);                              // 3. what came out

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/measure/attention_cost.h"
#include "core/measure/log_fit.h"

namespace lab {

struct ScalingSettings {
  std::vector<AttentionSubject> subjects;
  AttentionSizes sizes;
  int shortest = 64, longest = 16384;  // tokens; doubled from one to the next
  double milliseconds = 250;           // of runs for each figure
  double longest_run_seconds = 20;     // a length at which one run would take longer is left out
  int64_t memory = 0;                  // bytes that may be taken; 0: three quarters of what is free
  bool timed = true;                   // else nothing is run: what can be counted is, and times are 0
  bool operator==(const ScalingSettings&) const = default;
};

struct ScalingPoint {
  int tokens = 0;
  AttentionCost cost;
  int64_t multiply_adds = 0, pairs = 0;  // computed: see AttentionNeeds
};

/// A length that is not measured, and why, in one sentence.
struct LeftOut {
  int tokens = 0;
  std::string why;
};

struct ScalingCurve {
  AttentionSubject subject;
  std::vector<ScalingPoint> points;  // in order of tokens
  std::vector<LeftOut> left_out;
};

struct ScalingResult {
  ScalingSettings settings;
  std::vector<ScalingCurve> curves;  // one for each subject
  double progress = 0;               // share of the work done, 0 … 1
  std::string now;                   // what is being measured: "Dense, 4096 tokens"
  bool finished = false, stopped = false;
  std::string trouble;  // why it ended early; else empty
};
using ScalingResultPtr = std::shared_ptr<const ScalingResult>;

/// Shortest length first, so that all curves grow together. `report` is called before each point and at the end;
/// when it returns false, and between any two runs when `keep_going` does, measuring stops with what there is.
/// Throws Error when a setting is out of range.
ScalingResult measure_scaling(
    const ScalingSettings& settings, const std::function<bool(const ScalingResult&)>& report,
    const std::function<bool()>& keep_going = [] { return true; });

/// What can be plotted.
enum class Quantity { kMultiplyAdds, kForward, kForwardBackward, kBytes };
inline bool is_time(Quantity quantity) {
  return quantity == Quantity::kForward || quantity == Quantity::kForwardBackward;
}
/// Times that were not measured are no points.
std::vector<CurvePoint> curve_points(const ScalingCurve& curve, Quantity quantity);
/// What the mathematics says, up to a factor: multiply-adds for times; for bytes the tokens, or every weight where the
/// map is kept.
std::vector<CurvePoint> theory_points(const ScalingCurve& curve, Quantity quantity);

/// The curve that costs most at the greatest length all share, those that keep their map apart; −1 where there is none.
/// The others are compared with it.
int costliest(const ScalingResult& result, Quantity quantity);
/// "Local ±32 overtakes Dense from n = 190 here." Empty where it cannot be said.
std::string crossover_sentence(const ScalingCurve& curve, const ScalingCurve& other, Quantity quantity);

}  // namespace lab
