// The last stages: what the optimiser makes of each parameter's gradient.

#include <cmath>

#include "core/inspect/step_kinds.h"

namespace lab {

namespace {

enum At { kBefore, kGradient, kFirstBefore, kSecondBefore, kFirst, kSecond, kAfter };

void update(const StageScene& s, std::vector<StepMatrix>& m) {
  const StepParameter& p = s.record.parameters[s.stage.parameter];
  const StepUpdate& u = s.record.update;
  const Along down = p.rows == 1 ? Along::kOne : Along::kNumbers;
  const bool moments = u.rule.rule != Update::Rule::kMomentum;
  const struct {
    const char* name;
    const std::vector<float>* numbers;
  } kAll[] = {{"before", &u.before},
              {"gradient", &u.gradient},
              {moments ? "first moment before" : "momentum before", &u.first_before},
              {"second moment before", &u.second_before},
              {moments ? "first moment" : "momentum", &u.first},
              {"second moment", &u.second},
              {"after", &u.after}};
  for (const auto& [name, numbers] : kAll)
    m.push_back({name, numbers->data() + p.first, p.rows, p.columns, p.columns, down, Along::kNumbers, false});
  m[kAfter].result = true;
}

// core/ops/update.h has the rules.
double momentum(Working& w, const Update& u, double before, double gradient) {
  w.text("momentum = " + figure_of(u.momentum) + " · ");
  const double first = u.momentum * w.number(kFirstBefore, w.row, w.column, true) + gradient;
  w.text(" + ");
  w.number(kGradient, w.row, w.column, true);
  w.text(" = " + figure_of(first) + "\nafter = ");
  w.number(kBefore, w.row, w.column);
  w.text(" − rate " + figure_of(u.rate) + " · " + figure_of(first));
  return before - u.rate * first;
}

double adam(Working& w, const Update& u, double before, double gradient) {
  const auto moment = [&](const char* name, At was, float beta, double of, const char* power) {
    w.text(std::string(name) + " = " + figure_of(beta) + " · ");
    const double now = beta * w.number(was, w.row, w.column, true) + double{1 - beta} * of;
    w.text(" + " + figure_of(1 - beta) + " · ");
    w.number(kGradient, w.row, w.column, true);
    w.text(std::string(power) + " = " + figure_of(now) + "\n");
    return now;
  };
  const double first = moment("first moment", kFirstBefore, u.beta1, gradient, "");
  const double second = moment("second moment", kSecondBefore, u.beta2, gradient * gradient, "²");
  const double mean = first / u.first_so_far, size = std::sqrt(second) / u.second_so_far;
  const bool decoupled = u.rule == Update::Rule::kAdamDecoupled;
  w.text("after = ");
  w.number(kBefore, w.row, w.column);
  double after = before;
  if (decoupled && u.weight_decay > 0) {
    after -= double{u.rate} * u.weight_decay * before;
    w.text(" · (1 − decay " + figure_of(double{u.rate} * u.weight_decay) + ")");
  }
  w.text(" − rate " + figure_of(u.rate) + " · " + figure_of(mean) + " ÷ (" + figure_of(size) + " + " +
         figure_of(u.epsilon) + ")");
  return after - u.rate * mean / (size + u.epsilon);
}

double work_update(Working& w) {
  const Update& u = w.scene.record.update.rule;
  const double before = w.m[kBefore].at(w.row, w.column);
  double gradient = w.m[kGradient].at(w.row, w.column);
  if (u.rule != Update::Rule::kAdamDecoupled) gradient += u.weight_decay * before;
  const double after =
      u.rule == Update::Rule::kMomentum ? momentum(w, u, before, gradient) : adam(w, u, before, gradient);
  w.text(" = " + figure_of(after));
  return after;
}

constexpr KindRow kRows[] = {
    {StageKind::kUpdate,
     "The optimiser takes a small step against the gradient, the mean over the whole batch; its moments remember "
     "earlier "
     "gradients, so that the steps are steady.",
     update, work_update},
};

}  // namespace

std::span<const KindRow> update_kinds() { return kRows; }

}  // namespace lab
