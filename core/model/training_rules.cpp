#include "core/model/training_rules.h"

namespace lab {

std::span<RowRule* const> TrainingRules::add(const Place& place, AttentionProblem problem, Arena& arena) {
  Part& part = parts_.emplace_back(Part{place, problem.map, problem.heads, {}, {}, {}, {}});
  if (knobs_.squares_penalty != 0 || knobs_.entropy_penalty != 0) {
    const int64_t rows = int64_t{problem.batch} * heads_ * problem.queries() * layers_;
    part.penalty = std::make_unique<WeightPenalty>(problem, &knobs_.squares_penalty, &knobs_.entropy_penalty, rows);
    part.rules.push_back(part.penalty.get());
  }
  if (knobs_.guidance.on() && knobs_.guidance.layers.has(place.layer)) {
    part.guidance = std::make_unique<GuidanceRule>(problem, knobs_.guidance, place.first_head, guided_, arena);
    part.rules.push_back(part.guidance.get());
  }
  if (knobs_.attention_dropout > 0) {
    const uint64_t place_number = static_cast<uint64_t>(place.layer) * heads_ + place.first_head;
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
  for (const Part& part : parts_) {
    if (!part.penalty) continue;
    means.squares += part.penalty->mean_squares();
    means.entropy += part.penalty->mean_entropy();
  }
  const GuidanceRule::Sums guided = GuidanceRule::sums(guided_);
  if (guided.queries > 0) {
    means.divergence = guided.divergence / guided.queries;
    means.on_target = guided.on_target / guided.queries;
  }
  return means;
}

std::vector<uint8_t> TrainingRules::dropped() const {
  std::vector<uint8_t> all;
  for (const Part& part : parts_) {
    if (!part.dropout) continue;
    const size_t pairs = static_cast<size_t>(part.map->dense_pairs());
    all.resize(pairs * heads_ * layers_);
    const size_t first = (static_cast<size_t>(part.place.layer) * heads_ + part.place.first_head) * pairs;
    part.dropout->dropped(0, std::span(all).subspan(first, pairs * part.heads));
  }
  return all;
}

}  // namespace lab
