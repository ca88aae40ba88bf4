#include "core/model/training_rules.h"

#include <deque>

#include "core/attention/attention_dropout.h"
#include "core/attention/guidance_rule.h"
#include "core/attention/weight_penalty.h"

namespace lab {

struct TrainingRules::Parts {
  // The rules of one run of heads.
  struct Part {
    Place place;
    TileMapPtr map;
    int heads = 0;
    std::unique_ptr<WeightPenalty> penalty;
    std::unique_ptr<GuidanceRule> guidance;
    std::unique_ptr<AttentionDropout> dropout;
    std::vector<RowRule*> rules;
  };
  GuidanceRule::Family guided;
  std::deque<Part> all;  // a deque, so that their rules never move
};

TrainingRules::TrainingRules(const TrainingKnobs& knobs, uint64_t seed, int layers, int heads, Attending what)
    : knobs_(knobs), seed_(seed), layers_(layers), heads_(heads), what_(what), parts_(std::make_unique<Parts>()) {}
TrainingRules::~TrainingRules() = default;

std::span<RowRule* const> TrainingRules::add(const Place& place, AttentionProblem problem, Arena& arena) {
  Parts::Part& part = parts_->all.emplace_back(Parts::Part{place, problem.map, problem.heads, {}, {}, {}, {}});
  if (knobs_.squares_penalty != 0 || knobs_.entropy_penalty != 0) {
    const int64_t rows = int64_t{problem.batch} * heads_ * problem.queries() * layers_;
    part.penalty = std::make_unique<WeightPenalty>(problem, &knobs_.squares_penalty, &knobs_.entropy_penalty, rows);
    part.rules.push_back(part.penalty.get());
  }
  const bool guided = knobs_.guidance.of_source == (what_ == Attending::kCross);
  if (knobs_.guidance.on() && guided && knobs_.guidance.layers.has(place.layer)) {
    part.guidance = std::make_unique<GuidanceRule>(problem, knobs_.guidance, place.first_head, parts_->guided, arena);
    part.rules.push_back(part.guidance.get());
  }
  if (knobs_.attention_dropout > 0) {
    const uint64_t layer = static_cast<uint64_t>(what_) * layers_ + place.layer;
    const uint64_t place_number = layer * heads_ + place.first_head;
    const Rng rng(seed_, stream::kAttentionDropout + (place_number << 8));
    part.dropout = std::make_unique<AttentionDropout>(problem, &knobs_.attention_dropout, &knobs_.step, rng, arena);
    part.rules.push_back(part.dropout.get());
  }
  problem.rules = part.rules;
  check_rules_fit(problem);
  return part.rules;
}

AttentionMeans TrainingRules::means() const {
  AttentionMeans means;
  for (const Parts::Part& part : parts_->all) {
    if (!part.penalty) continue;
    means.squares += part.penalty->mean_squares();
    means.entropy += part.penalty->mean_entropy();
  }
  const GuidanceRule::Sums guided = GuidanceRule::sums(parts_->guided);
  if (guided.queries > 0) {
    means.divergence = guided.divergence / guided.queries;
    means.on_target = guided.on_target / guided.queries;
  }
  return means;
}

std::vector<uint8_t> TrainingRules::dropped() const {
  std::vector<uint8_t> all;
  for (const Parts::Part& part : parts_->all) {
    if (!part.dropout) continue;
    const size_t pairs = static_cast<size_t>(part.map->dense_pairs());
    all.resize(pairs * heads_ * layers_);
    const size_t first = (static_cast<size_t>(part.place.layer) * heads_ + part.place.first_head) * pairs;
    part.dropout->dropped(0, std::span(all).subspan(first, pairs * part.heads));
  }
  return all;
}

}  // namespace lab
