#include "core/measure/scaling.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/memory.h"

namespace lab {

namespace {

constexpr int kMostTokens = 1 << 17;
constexpr double kPatience = 1000;  // milliseconds; one run is enough of what takes longer

// A length of one curve that is to be measured.
struct Step {
  int curve = 0, tokens = 0;
  AttentionNeeds needs;
};

void validate(const ScalingSettings& s) {
  if (s.subjects.empty()) throw Error("There is nothing to measure; choose at least one way of spending attention.");
  if (s.shortest < 1 || s.longest < s.shortest || s.longest > kMostTokens)
    throw Error("Lengths from {} to {} cannot be measured; choose some from 1 to {}.", s.shortest, s.longest,
                kMostTokens);
}

class Measurement {
 public:
  Measurement(const ScalingSettings& settings, const std::function<bool(const ScalingResult&)>& report,
              const std::function<bool()>& keep_going)
      : memory_(settings.memory > 0 ? settings.memory : free_memory() / 4 * 3),
        report_(report),
        keep_going_(keep_going) {
    result_.settings = settings;
    for (const AttentionSubject& subject : settings.subjects) result_.curves.push_back({subject, {}, {}});
  }

  ScalingResult run() {
    result_.now = "working out what fits";
    bool going = report_(result_) && keep_going_();
    for (int tokens = settings().shortest; going && tokens <= settings().longest; tokens *= 2)
      for (int curve = 0; going && curve < static_cast<int>(result_.curves.size()); ++curve) {
        plan(curve, tokens);
        going = keep_going_() && (settings().timed || report_(result_));
      }
    for (const Step& step : steps_) {
      if (!going) break;
      announce(step);
      going = report_(result_) && keep_going_();
      if (going) measure(step);
      going = going && keep_going_();
    }
    result_.finished = going;
    result_.stopped = !going;
    if (going) result_.progress = 1;
    result_.now.clear();
    report_(result_);
    return result_;
  }

 private:
  const ScalingSettings& settings() const { return result_.settings; }

  // Takes a length into the list, or leaves it out beforehand.
  void plan(int curve, int tokens) {
    const AttentionSubject& subject = result_.curves[curve].subject;
    try {
      const AttentionNeeds needs = needs_of(subject, settings().sizes, tokens, memory_);
      const int64_t bytes = needs.bytes + needs.around;
      if (bytes > memory_) throw Error("It needs {}; {} are free.", size_text(bytes), size_text(memory_));
      if (settings().timed)
        steps_.push_back({curve, tokens, needs});
      else
        count(curve, tokens, needs);
      work_ += work(needs);
    } catch (const Error& error) {
      leave_out(curve, tokens, error.what());
    }
  }

  void count(int curve, int tokens, const AttentionNeeds& needs) {
    AttentionCost cost;
    cost.bytes = needs.bytes;
    result_.curves[curve].points.push_back({tokens, cost, needs.multiply_adds, needs.pairs});
  }

  void leave_out(int curve, int tokens, const std::string& why) {
    result_.curves[curve].left_out.push_back({tokens, why});
  }

  // About how long a point takes, in seconds, for the progress bar: nobody knows before it is measured.
  double work(const AttentionNeeds& needs) const {
    constexpr double kMultiplyAddsASecond = 2e10;
    return 2 * settings().milliseconds / 1e3 + static_cast<double>(needs.multiply_adds) / kMultiplyAddsASecond;
  }

  void announce(const Step& step) {
    result_.now = fmt::format("{}, {} tokens", result_.curves[step.curve].subject.title, step.tokens);
    result_.progress = work_ > 0 ? done_ / work_ : 0;
  }

  // Seconds of one run, judged by the length before.
  double expected_seconds(const Step& step) const {
    const ScalingCurve& curve = result_.curves[step.curve];
    if (curve.points.empty()) return 0;
    const ScalingPoint& last = curve.points.back();
    return last.cost.forward_backward_ms / 1e3 * static_cast<double>(step.needs.multiply_adds) /
           static_cast<double>(last.multiply_adds);
  }

  void measure(const Step& step) {
    ScalingCurve& curve = result_.curves[step.curve];
    done_ += work(step.needs);
    const double seconds = expected_seconds(step);
    if (seconds > settings().longest_run_seconds)
      return leave_out(step.curve, step.tokens, fmt::format("One run would take about {:.0f} seconds.", seconds));
    TimingBudget budget;
    budget.milliseconds = settings().milliseconds;
    budget.patience = kPatience;
    budget.keep_going = keep_going_;
    const AttentionCost cost = measure_attention(curve.subject, settings().sizes, step.tokens, budget);
    if (keep_going_()) curve.points.push_back({step.tokens, cost, step.needs.multiply_adds, step.needs.pairs});
  }

  ScalingResult result_;
  int64_t memory_;
  const std::function<bool(const ScalingResult&)>& report_;
  const std::function<bool()>& keep_going_;
  std::vector<Step> steps_;
  double work_ = 0, done_ = 0;
};

double value_of(const ScalingPoint& point, Quantity quantity) {
  switch (quantity) {
    case Quantity::kMultiplyAdds:
      return static_cast<double>(point.multiply_adds);
    case Quantity::kForward:
      return point.cost.forward_ms;
    case Quantity::kForwardBackward:
      return point.cost.forward_backward_ms;
    case Quantity::kBytes:
      break;
  }
  return static_cast<double>(point.cost.bytes);
}

/// "Local ±32 overtakes Dense", "… and … end up equally fast", "… is faster than …".
struct ComparisonWords {
  const char *passes, *equally, *better;
};
ComparisonWords words_for(Quantity quantity) {
  if (is_time(quantity)) return {"overtakes", "fast", "faster"};
  if (quantity == Quantity::kBytes) return {"takes less than", "large", "smaller"};
  return {"takes less than", "cheap", "cheaper"};
}

}  // namespace

ScalingResult measure_scaling(const ScalingSettings& settings, const std::function<bool(const ScalingResult&)>& report,
                              const std::function<bool()>& keep_going) {
  validate(settings);
  return Measurement(settings, report, keep_going).run();
}

std::vector<CurvePoint> curve_points(const ScalingCurve& curve, Quantity quantity) {
  std::vector<CurvePoint> points;
  for (const ScalingPoint& point : curve.points)
    if (const double value = value_of(point, quantity); !is_time(quantity) || value > 0)
      points.push_back({static_cast<double>(point.tokens), value});
  return points;
}

std::vector<CurvePoint> theory_points(const ScalingCurve& curve, Quantity quantity) {
  std::vector<CurvePoint> points;
  for (const ScalingPoint& point : curve.points) {
    const int64_t numbers_kept = curve.subject.keeps_map ? point.pairs : point.tokens;
    const int64_t theory = quantity == Quantity::kBytes ? numbers_kept : point.multiply_adds;
    points.push_back({static_cast<double>(point.tokens), static_cast<double>(theory)});
  }
  return points;
}

int costliest(const ScalingResult& result, Quantity quantity) {
  int shared = std::numeric_limits<int>::max(), most = -1;
  const auto compared = [](const ScalingCurve& curve) { return !curve.points.empty() && !curve.subject.keeps_map; };
  for (const ScalingCurve& curve : result.curves)
    if (compared(curve)) shared = std::min(shared, curve.points.back().tokens);
  double largest = 0;
  for (size_t i = 0; i < result.curves.size(); ++i)
    for (const ScalingPoint& point : result.curves[i].points)
      if (compared(result.curves[i]) && point.tokens == shared && value_of(point, quantity) > largest) {
        largest = value_of(point, quantity);
        most = static_cast<int>(i);
      }
  return most;
}

std::string crossover_sentence(const ScalingCurve& curve, const ScalingCurve& other, Quantity quantity) {
  const Crossover found = crossover(curve_points(curve, quantity), curve_points(other, quantity));
  const ComparisonWords words = words_for(quantity);
  const std::string &one = curve.subject.title, &another = other.subject.title;
  switch (found.kind) {
    case Crossover::Kind::kUnknown:
      break;
    case Crossover::Kind::kNever:
      return fmt::format("{} never {} {} in this range.", one, words.passes, another);
    case Crossover::Kind::kFrom:
      return fmt::format("{} {} {} from n = {:.0f} here.", one, words.passes, another, found.x);
    case Crossover::Kind::kSame:
      return fmt::format("{} and {} end up equally {}.", one, another, words.equally);
    case Crossover::Kind::kAlways:
      return fmt::format("{} is {} than {} in the whole range.", one, words.better, another);
  }
  return "";
}

}  // namespace lab
