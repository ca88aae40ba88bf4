#include "core/verify/verify.h"

#include <algorithm>
#include <exception>

#include "core/base/error.h"
#include "core/verify/checks.h"

namespace lab {

namespace {

struct Check {
  std::string_view op;
  void (*run)(ReferenceCase&);
  bool on_device = true;  // else it has no device's operation: the processor computes it
};

constexpr Check kChecks[] = {
    {"attention", [](ReferenceCase& reference) { check_attention(reference); }},
    {"linear_attention", check_linear_attention, false},
    {"attention_rollout", check_rollout, false},
    {"layer_norm", check_layer_norm},
    {"gelu", check_gelu},
    {"cross_entropy", check_cross_entropy},
    {"mse", check_mse, false},
    {"optimizer", check_optimiser},
    {"train", [](ReferenceCase& reference) { check_training(reference); }},
};

const Check& find_check(const std::string& op) {
  std::string known;
  for (const Check& check : kChecks) {
    if (check.op == op) return check;
    known += (known.empty() ? "" : ", ") + std::string(check.op);
  }
  throw Error("The op {} is not supported yet; these are: {}.", op, known);
}

}  // namespace

bool Verdict::passed() const {
  return error.empty() && !comparisons.empty() &&
         std::all_of(comparisons.begin(), comparisons.end(), [](const Comparison& c) { return c.passed(); });
}

Verdict verify_file(const std::string& path, Device& device) {
  Verdict verdict;
  verdict.file = path;
  try {
    verdict.op = ReferenceCase(path).text("op");
    const Check& check = find_check(verdict.op);
    verdict.on_device = check.on_device;
    ReferenceCase reference(path, check.on_device ? device : cpu_device());
    reference.text("op");
    check.run(reference);
    reference.finish();
    verdict.comparisons = reference.comparisons();
  } catch (const std::exception& problem) {
    verdict.error = problem.what();
  }
  return verdict;
}

}  // namespace lab
