#include "core/attention/intervention.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <vector>

#include "core/base/simd.h"

namespace lab {

namespace {

using What = Intervention::What;

const Lanes kLowest = splat(-std::numeric_limits<float>::infinity());
const Lanes kNothing = splat(1e-12f);  // so little beside a weight cannot be made more

// The number of a key in a row; −1: it does not exist for that query.
int64_t place_in_row(const QueryRow& row, int key) {
  int64_t at = 0;
  for (const KeyRun& run : row.runs) {
    if (key >= run.begin && key < run.end) return at + key - run.begin;
    at += run.end - run.begin;
  }
  return -1;
}

class InterventionRule final : public RowRule {
 public:
  InterventionRule(const AttentionProblem& problem, int layer, int first_head, std::span<const Intervention> all,
                   Attending attending, Arena* arena)
      : heads_(problem.heads) {
    for (const Intervention& one : all) {
      if (!one.active() || one.attending != attending) continue;
      Change change{one, std::vector<LaneBits>(heads_)};
      bool touched = false;
      for (int first = 0; first < heads_; ++first)
        for (int lane = 0; lane < kLanes; ++lane) {
          const bool touches = one.touches(layer, first_head + (first + lane) % heads_);
          change.lanes[first][lane] = touches ? -1 : 0;
          touched = touched || touches;
        }
      if (touched) changes_.push_back(std::move(change));
    }
    std::stable_sort(changes_.begin(), changes_.end(),
                     [](const Change& a, const Change& b) { return a.what.what < b.what.what; });
    if (!arena || changes_.empty() || changes_.back().what.what < What::kWeight) return;
    const int64_t groups = (int64_t{problem.batch} * heads_ + kLanes - 1) / kLanes;
    pairs_ = problem.map->pairs();
    softmax_ = arena->allocate(groups * pairs_ * kLanes);
  }

  bool empty() const { return changes_.empty(); }

  void on_scores(const QueryRow& row, float* scores) override {
    for (const Change& change : changes_) {
      const LaneBits lanes = lanes_of(change, row.group);
      switch (change.what.what) {
        case What::kTemperature:
          each(row, scores,
               [&](Lanes score) { return (lanes & (score > kLowest)) ? score * splat(change.what.amount) : score; });
          break;
        case What::kUniform:
          each(row, scores, [&](Lanes score) { return (lanes & (score > kLowest)) ? Lanes{} : score; });
          break;
        case What::kMask:
          if (const int64_t at = place_in_row(row, change.what.key); at >= 0)
            store(scores + at * kLanes, lanes ? kLowest : load(scores + at * kLanes));
          break;
        default:
          break;
      }
    }
  }

  void on_weights(const QueryRow& row, float* weights) override {
    if (softmax_) std::copy_n(weights, row.pairs * kLanes, kept(row));
    for (const Change& change : changes_) change_weights(change, row, weights);
  }

  // Each change's way back needs the weights as they were before it: those of the softmax, changed by the others.
  void on_weights_backward(const QueryRow& row, float* weights, float* d_weights) override {
    if (!softmax_) return;
    for (size_t n = changes_.size(); n-- > 0;) {
      if (!changes_weights(changes_[n], row)) continue;
      std::copy_n(kept(row), row.pairs * kLanes, weights);
      for (size_t before = 0; before < n; ++before) change_weights(changes_[before], row, weights);
      change_weights_backward(changes_[n], row, weights, d_weights);
    }
    std::copy_n(kept(row), row.pairs * kLanes, weights);
  }

  // With t the amount: d(t·s) = t·ds, and a uniform score depends on nothing. A masked key's weight is 0, and so is its
  // gradient already.
  void on_scores_backward(const QueryRow& row, const float* /*weights*/, float* d_scores) override {
    for (size_t n = changes_.size(); n-- > 0;) {
      const Intervention& what = changes_[n].what;
      if (what.what != What::kTemperature && what.what != What::kUniform) continue;
      const LaneBits lanes = lanes_of(changes_[n], row.group);
      const Lanes factor = lanes ? splat(what.what == What::kUniform ? 0 : what.amount) : splat(1.0f);
      each(row, d_scores, [&](Lanes d) { return d * factor; });
    }
  }

 private:
  // One intervention, and which lanes of a group are of its heads, where the group's first lane is of head 0, 1, ….
  struct Change {
    Intervention what;
    std::vector<LaneBits> lanes;  // [H]
  };
  LaneBits lanes_of(const Change& change, int64_t group) const { return change.lanes[group * kLanes % heads_]; }

  float* kept(const QueryRow& row) const { return softmax_ + (row.group * pairs_ + row.first) * kLanes; }

  static bool changes_weights(const Change& change, const QueryRow& row) {
    return change.what.what == What::kOff || (change.what.what == What::kWeight && change.what.query == row.query);
  }

  void change_weights(const Change& change, const QueryRow& row, float* weights) const {
    if (!changes_weights(change, row)) return;
    const LaneBits lanes = lanes_of(change, row.group);
    if (change.what.what == What::kWeight) return set_weight(row, weights, change.what, lanes);
    each(row, weights, [&](Lanes weight) { return lanes ? Lanes{} : weight; });
  }

  void change_weights_backward(const Change& change, const QueryRow& row, const float* weights,
                               float* d_weights) const {
    const LaneBits lanes = lanes_of(change, row.group);
    if (change.what.what == What::kWeight) return set_weight_backward(row, weights, d_weights, change.what, lanes);
    each(row, d_weights, [&](Lanes d) { return lanes ? Lanes{} : d; });
  }

  template <class Body>
  static void each(const QueryRow& row, float* numbers, const Body& body) {
    for (float* at = numbers; at < numbers + row.pairs * kLanes; at += kLanes) store(at, body(load(at)));
  }

  // What is beside a key: summed up, since 1 − its weight would have few digits left where that is nearly 1.
  static Lanes rest_of(const QueryRow& row, int64_t at, const float* weights) {
    Lanes rest{};
    for (int64_t n = 0; n < row.pairs; ++n)
      if (n != at) rest += load(weights + n * kLanes);
    return rest;
  }

  // The key gets the amount, the others share what is left in the proportions they had.
  static void set_weight(const QueryRow& row, float* weights, const Intervention& what, LaneBits lanes) {
    const int64_t at = place_in_row(row, what.key);
    if (at < 0) return;
    const Lanes before = load(weights + at * kLanes), rest = rest_of(row, at, weights);
    const LaneBits moves = lanes & (rest > kNothing) & (before > Lanes{});
    const Lanes factor = moves ? splat(1.0f - what.amount) / (moves ? rest : splat(1.0f)) : splat(1.0f);
    each(row, weights, [&](Lanes weight) { return weight * factor; });
    store(weights + at * kLanes, moves ? splat(what.amount) : before);
  }

  // With a the amount and r = Σ_{j≠k} w_j: w′_j = w_j · (1 − a) / r and w′_k = a, so dw_k = 0 and
  // dw_j = (dw′_j − Σ_{i≠k} dw′_i · w_i / r) · (1 − a) / r
  static void set_weight_backward(const QueryRow& row, const float* weights, float* d_weights, const Intervention& what,
                                  LaneBits lanes) {
    const int64_t at = place_in_row(row, what.key);
    if (at < 0) return;
    const Lanes rest = rest_of(row, at, weights), own = load(d_weights + at * kLanes);
    const LaneBits moves = lanes & (rest > kNothing) & (load(weights + at * kLanes) > Lanes{});
    const Lanes share = splat(1.0f) / (moves ? rest : splat(1.0f));
    Lanes mean{};
    for (int64_t n = 0; n < row.pairs; ++n)
      if (n != at) mean += load(d_weights + n * kLanes) * (load(weights + n * kLanes) * share);
    const Lanes factor = splat(1.0f - what.amount) * share;
    each(row, d_weights, [&](Lanes d) { return moves ? (d - mean) * factor : d; });
    store(d_weights + at * kLanes, moves ? Lanes{} : own);
  }

  int heads_;
  std::vector<Change> changes_;  // in the order they are carried out
  int64_t pairs_ = 0;            // of the map
  float* softmax_ = nullptr;     // [groups, pairs, kLanes] its own weights, for the way back; null: not needed
};

}  // namespace

std::string text(const Intervention& i, const std::string& query, const std::string& key) {
  const std::string layer = i.layer < 0 ? "all layers" : fmt::format("layer {}", i.layer + 1);
  const std::string head = i.head < 0 ? "all heads" : fmt::format("head {}", i.head + 1);
  const std::string place = i.layer < 0 && i.head < 0 ? "everywhere" : layer + ", " + head;
  if (!i.active()) return (i.what == What::kMask ? key + ", " : "") + place + " as it was";
  switch (i.what) {
    case What::kTemperature:
      return fmt::format("{} {}: scores × {:.3g}", place, i.amount > 1 ? "sharper" : "flatter", i.amount);
    case What::kUniform:
      return place + " uniform: the same weight for every key";
    case What::kMask:
      return fmt::format("{} masked {}", key, place);
    case What::kWeight:
      return fmt::format("{}: weight of {} on {} set to {:.2f}", place, query, key, i.amount);
    case What::kOff:
      break;
  }
  return place + " switched off";
}

struct InterventionRules::Parts {
  struct Part {
    InterventionRule rule;
    RowRule* pointer;
  };
  std::deque<Part> all;  // a deque, so that they never move
};

InterventionRules::InterventionRules() : parts_(std::make_unique<Parts>()) {}
InterventionRules::InterventionRules(InterventionRules&&) noexcept = default;
InterventionRules::~InterventionRules() = default;

std::span<RowRule* const> InterventionRules::add(const AttentionProblem& problem, int layer, int first_head,
                                                 std::span<const Intervention> all, Attending attending, Arena* arena) {
  InterventionRule rule(problem, layer, first_head, all, attending, arena);
  if (rule.empty()) return {};
  Parts::Part& part = parts_->all.emplace_back(Parts::Part{std::move(rule), nullptr});
  part.pointer = &part.rule;
  return {&part.pointer, 1};
}

}  // namespace lab
