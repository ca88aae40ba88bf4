#include "core/measure/attention_cost.h"

#include <array>
#include <cmath>
#include <limits>

#include "core/attention/joined_heads.h"
#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/device/cpu_device.h"

namespace lab {

namespace {

enum Side { kQ, kK, kV, kOut, kDOut, kDq, kDk, kDv, kSides };

// The attention of each layer, made as a model makes it, with all it works on; of a counting arena it is there only
// to be counted.
class Trial {
 public:
  Trial(const AttentionSubject& subject, const AttentionSizes& sizes, int tokens, Arena::Purpose purpose,
        Device& device = cpu_device())
      : device_(device),
        subject_(subject),
        sizes_(sizes),
        geometry_(geometry_of(sizes, tokens)),
        inputs_(purpose),
        memory_(purpose) {
    if (purpose == Arena::Purpose::kUse) inputs_.attach(&device);
    for (Tensor& side : sides_) {
      side = inputs_.allocate({1, sizes.heads, tokens, sizes.head_width});
      if (purpose == Arena::Purpose::kUse) fill(side, 1);
    }
    for (int layer = 0; layer < sizes.layers; ++layer) layers_.push_back(make_layer(layer, purpose));
    for (const Map& map : maps_) needs_.bytes += map.map->bytes();
    needs_.bytes += static_cast<int64_t>(memory_.bytes());
    needs_.around = static_cast<int64_t>(inputs_.bytes());
  }

  void forward() {
    for (const auto& layer : layers_) layer->forward(rows(kQ), rows(kK), rows(kV), rows(kOut));
  }
  void forward_backward() {
    forward();
    for (const auto& layer : layers_) layer->backward(rows(kDOut), rows(kDq), rows(kDk), rows(kDv));
  }

  // A number is read, and so all that was under way is done.
  void wait() { device_.download({sides_[kOut].data, {1}}); }

  const AttentionNeeds& needs() const { return needs_; }

 private:
  struct Map {
    int layer;
    TileMapPtr map;
  };

  HeadRows rows(Side side) const { return HeadRows::of(sides_[side]); }

  void fill(Tensor tensor, float size) {
    Rng rng(0, stream::kTests);
    for (float& number : tensor) number = size * rng.normal();
    device_.upload(tensor);
  }

  std::unique_ptr<AttentionKernel> make_layer(int layer, Arena::Purpose purpose) {
    std::vector<HeadKernel> parts;
    for (const HeadGroup& group : head_groups(subject_.allocation, layer, sizes_.heads))
      parts.push_back({group.first, group.count, make_kernel(group, layer, purpose)});
    return join_heads(std::move(parts));
  }

  std::unique_ptr<AttentionKernel> make_kernel(const HeadGroup& group, int layer, Arena::Purpose purpose) {
    const AttentionProblem problem{1, group.count, sizes_.head_width,
                                   1 / std::sqrt(static_cast<float>(sizes_.head_width)),
                                   map_of(group.spending.pattern, layer)};
    const auto& [pattern, score, strategy] = group.spending;
    needs_.pairs += strategy_pairs(strategy, problem);
    needs_.multiply_adds += strategy_multiply_adds(strategy, problem);
    std::vector<ScoreTensor> learned;
    for (const auto& specs :
         {score_parameters(score, sizes_.head_width), strategy_parameters(strategy, group.count, *problem.map)})
      for (const ScoreParameterSpec& spec : specs) {
        learned.push_back({inputs_.allocate(spec.shape), inputs_.allocate(spec.shape)});
        if (purpose == Arena::Purpose::kUse) fill(learned.back().value, 0.1f);
      }
    const Kernel choice = subject_.keeps_map ? Kernel::kPairs : Kernel::kAutomatic;
    return device_.make_attention(score, strategy, problem, learned, memory_, choice);
  }

  // Layers share what is the same in each.
  TileMapPtr map_of(const Pattern& pattern, int layer) {
    for (const Map& made : maps_)
      if (made.map->pattern() == pattern && (made.layer == layer || !find_pattern(pattern.kind).differs_by_layer))
        return made.map;
    maps_.push_back({layer, std::make_shared<TileMap>(pattern, geometry_, layer)});
    return maps_.back().map;
  }

  Device& device_;
  const AttentionSubject& subject_;
  const AttentionSizes& sizes_;
  Geometry geometry_;
  Arena inputs_, memory_;
  std::array<Tensor, kSides> sides_;
  std::vector<Map> maps_;
  std::vector<std::unique_ptr<AttentionKernel>> layers_;
  AttentionNeeds needs_;
};

// What would be large already before it could be counted.
void check_lists(const AttentionSubject& subject, const AttentionSizes& sizes, int tokens, int64_t memory) {
  validate(subject.allocation, sizes.layers, sizes.heads);
  const int64_t heads = int64_t{sizes.layers} * sizes.heads;
  const int64_t kept = subject.keeps_map ? int64_t{2} * sizeof(float) * heads * tokens * tokens : 0;
  if (kept > memory) throw Error("Its maps need {}; {} are free.", size_text(kept), size_text(memory));
  int64_t lists = 0;
  for (int layer = 0; layer < sizes.layers; ++layer)
    for (const HeadGroup& group : head_groups(subject.allocation, layer, sizes.heads))
      lists += TileMap::most_bytes(group.spending.pattern, geometry_of(sizes, tokens));
  if (lists > memory) throw Error("The list of its pairs needs {}; {} are free.", size_text(lists), size_text(memory));
}

}  // namespace

AttentionSubject subject_of(const Lane& lane, bool grid) {
  return {lane.name.empty() ? title(static_cast<const Allocation&>(lane), grid) : lane.name, lane};
}

AttentionSubject kept_map_subject() { return {.title = "Dense, map kept", .keeps_map = true}; }

AttentionSubject parse_subject(const std::string& text, bool grid) {
  return text == "dense:kept" ? kept_map_subject() : subject_of(parse_lane(text), grid);
}

Geometry geometry_of(const AttentionSizes& sizes, int tokens) {
  if (!sizes.grid) return Geometry::sequence(tokens);
  int rows = static_cast<int>(std::sqrt(static_cast<double>(tokens)));
  while (tokens % rows != 0) --rows;
  return Geometry::grid(rows, tokens / rows, 0);
}

AttentionNeeds needs_of(const AttentionSubject& subject, const AttentionSizes& sizes, int tokens, int64_t memory) {
  check_lists(subject, sizes, tokens, memory);
  return Trial(subject, sizes, tokens, Arena::Purpose::kCount).needs();
}

AttentionCost measure_attention(const AttentionSubject& subject, const AttentionSizes& sizes, int tokens,
                                const TimingBudget& budget, Device& device) {
  check_lists(subject, sizes, tokens, free_memory());
  Trial trial(subject, sizes, tokens, Arena::Purpose::kUse, device);
  AttentionCost cost;
  const auto timed = [&](void (Trial::*pass)()) {
    return median_milliseconds(
        [&] {
          (trial.*pass)();
          trial.wait();
        },
        budget);
  };
  cost.forward_ms = timed(&Trial::forward);
  cost.forward_backward_ms = timed(&Trial::forward_backward);
  cost.forward_multiply_adds = 2 * trial.needs().pairs * sizes.head_width;
  cost.bytes = trial.needs().bytes;
  return cost;
}

}  // namespace lab
