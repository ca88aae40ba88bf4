#include "core/attention/guidance_rule.h"

#include <algorithm>

namespace lab {

namespace {
const Lanes kOne = splat(1.0f);
}

GuidanceRule::GuidanceRule(const AttentionProblem& problem, const Guidance& guidance, int first_head, Family& family,
                           Arena& arena)
    : problem_(problem),
      guidance_(guidance),
      first_head_(first_head),
      family_(family),
      rows_(guidance.by_query ? problem.queries() : 1) {
  const int64_t groups = (int64_t{problem.batch} * problem.heads + kLanes - 1) / kLanes;
  targets_ = arena.allocate(groups * rows_ * problem.keys() * kLanes);
  sums_.resize(groups);
  family_.push_back(this);
}

// The targets of this step, lane by lane; none for heads that are not guided, and beyond the last.
void GuidanceRule::lay_out(int64_t group) {
  const int64_t count = int64_t{rows_} * problem_.keys();
  float* const to = targets_ + group * count * kLanes;
  for (int lane = 0; lane < kLanes; ++lane) {
    const int64_t head = group * kLanes + lane, picture = head / problem_.heads;
    const bool guided =
        picture < problem_.batch && guidance_.heads.has(first_head_ + static_cast<int>(head % problem_.heads));
    const float* const from = guided ? guidance_.targets.data() + picture * count : nullptr;
    for (int64_t i = 0; i < count; ++i) to[i * kLanes + lane] = from ? from[i] : 0;
  }
}

const float* GuidanceRule::targets_of(int64_t group, int query) const {
  return targets_ + (group * rows_ + (rows_ > 1 ? query : 0)) * problem_.keys() * kLanes;
}

template <class Body>
Lanes GuidanceRule::each_target(const QueryRow& row, const float* weights, const Body& body) const {
  const float* const targets = targets_of(row.group, row.query);
  Lanes seen{};
  int64_t at = 0;
  for (const KeyRun& run : row.runs)
    for (int key = run.begin; key < run.end; ++key, at += kLanes) {
      // What has no weight at all was left out by a strategy, or does not exist: it cannot be looked at.
      const Lanes target = load(weights + at) > Lanes{} ? load(targets + key * kLanes) : Lanes{};
      seen += target;
      body(at, target);
    }
  return seen;
}

void GuidanceRule::on_weights(const QueryRow& row, float* weights) {
  LaneSums& sums = sums_[row.group];
  if (row.query == 0) {
    lay_out(row.group);
    sums = LaneSums{};
  }
  if (!guides(row.query)) return;
  Lanes logs{}, own_logs{}, on_target{};
  const Lanes seen = each_target(row, weights, [&](int64_t at, Lanes target) {
    const Lanes weight = load(weights + at);
    logs += target * log(weight);
    own_logs += target * log(target);
    on_target += target > Lanes{} ? weight : Lanes{};
  });
  // KL(t ‖ w) with t = target / seen: (Σ target·log target − Σ target·log w) / seen − log seen
  const Lanes guided = seen > Lanes{} ? kOne : Lanes{}, total = seen > Lanes{} ? seen : kOne;
  sums.queries += guided;
  sums.divergence += (own_logs - logs) / total - log(total);
  sums.on_target += on_target;
}

void GuidanceRule::start_backward() {
  share_ = guidance_.weight / static_cast<float>(std::max(sums(family_).queries, 1.0));
}

void GuidanceRule::on_scores_backward(const QueryRow& row, const float* weights, float* d_scores) {
  if (!guides(row.query)) return;
  const Lanes seen = each_target(row, weights, [](int64_t, Lanes) {});
  const Lanes guided = seen > Lanes{} ? splat(share_) : Lanes{}, part = seen > Lanes{} ? guided / seen : Lanes{};
  each_target(row, weights, [&](int64_t at, Lanes target) {
    // d_score += share · (w − t)
    store(d_scores + at, load(d_scores + at) + guided * load(weights + at) - part * target);
  });
}

GuidanceRule::Sums GuidanceRule::sums() const {
  Sums total;
  for (const LaneSums& sums : sums_) {
    total.queries += sum(sums.queries);
    total.divergence += sum(sums.divergence);
    total.on_target += sum(sums.on_target);
  }
  return total;
}

GuidanceRule::Sums GuidanceRule::sums(const Family& family) {
  Sums total;
  for (const GuidanceRule* rule : family) {
    const Sums one = rule->sums();
    total.queries += one.queries;
    total.divergence += one.divergence;
    total.on_target += one.on_target;
  }
  return total;
}

}  // namespace lab
