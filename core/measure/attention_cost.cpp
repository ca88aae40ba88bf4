#include "core/measure/attention_cost.h"

#include <array>
#include <cmath>
#include <limits>

#include "core/attention/linear_attention.h"
#include "core/base/error.h"
#include "core/base/memory.h"

namespace lab {

namespace {

enum Side { kQ, kK, kV, kOut, kDOut, kDq, kDk, kDv, kSides };

// One attention with all it works on; of a counting arena it is there only to be counted.
class Trial {
 public:
  Trial(const AttentionSubject& subject, const AttentionSizes& sizes, int tokens, Arena::Purpose purpose,
        Device& device = cpu_device())
      : device_(device), inputs_(purpose), memory_(purpose) {
    if (purpose == Arena::Purpose::kUse) inputs_.attach(&device);
    map_ = std::make_shared<TileMap>(subject.pattern, geometry_of(sizes, tokens));
    problem_ = {1, sizes.heads, sizes.head_width, 1 / std::sqrt(static_cast<float>(sizes.head_width)), map_};
    for (Tensor& side : sides_) side = inputs_.allocate({1, sizes.heads, tokens, sizes.head_width});
    for (const ScoreParameterSpec& spec : score_parameters(subject.score, sizes.head_width))
      learned_.push_back({inputs_.allocate(spec.shape), inputs_.allocate(spec.shape)});
    if (purpose == Arena::Purpose::kUse) fill();
    make_kernel(subject);
  }

  void forward() { kernel_->forward(rows(kQ), rows(kK), rows(kV), rows(kOut)); }
  // A number is read, and so all that was under way is done.
  void wait() { device_.download({sides_[kOut].data, {1}}); }
  void forward_backward() {
    forward();
    kernel_->backward(rows(kDOut), rows(kDq), rows(kDk), rows(kDv));
  }

  const AttentionProblem& problem() const { return problem_; }
  int64_t bytes() const { return static_cast<int64_t>(memory_.bytes()) + map_->bytes(); }
  int64_t around() const { return static_cast<int64_t>(inputs_.bytes()); }

 private:
  HeadRows rows(Side side) const { return HeadRows::of(sides_[side]); }

  void make_kernel(const AttentionSubject& subject) {
    if (subject.linear && &device_ != &cpu_device()) throw Error("Linear attention runs on the CPU only.");
    const Kernel choice = subject.keeps_map ? Kernel::kPairs : Kernel::kAutomatic;
    kernel_ = subject.linear ? make_linear_attention(problem_, memory_)
                             : device_.make_attention(subject.score, problem_, learned_, memory_, choice);
  }

  void fill() {
    Rng rng(0, stream::kTests);
    for (const Tensor& side : sides_) {
      for (float& number : side) number = rng.normal();
      device_.upload(side);
    }
    for (const ScoreTensor& tensor : learned_) {
      for (float& number : tensor.value) number = 0.1f * rng.normal();
      device_.upload(tensor.value);
    }
  }

  Device& device_;
  Arena inputs_, memory_;
  TileMapPtr map_;
  AttentionProblem problem_;
  std::array<Tensor, kSides> sides_;
  std::vector<ScoreTensor> learned_;
  std::unique_ptr<AttentionKernel> kernel_;
};

// What would be large already before it could be counted.
void check_lists(const AttentionSubject& subject, const AttentionSizes& sizes, int tokens, int64_t memory) {
  const int64_t kept = subject.keeps_map ? int64_t{2} * sizeof(float) * sizes.heads * tokens * tokens : 0;
  if (kept > memory)
    throw Error("Its maps of weights and their gradients take {}, and {} are free.", size_text(kept),
                size_text(memory));
  const int64_t list = TileMap::most_bytes(subject.pattern, geometry_of(sizes, tokens));
  if (list > memory)
    throw Error("The list of the pairs that exist takes {}, and {} are free.", size_text(list), size_text(memory));
}

}  // namespace

AttentionSubject subject_of(const Lane& lane, bool grid) {
  AttentionSubject subject{lane.name, lane.pattern, lane.score};
  if (!subject.title.empty()) return subject;
  subject.title = title(lane.pattern, grid);
  if (lane.score != Lane{}.score) subject.title += fmt::format(", score {}", lane.score);
  return subject;
}

AttentionSubject linear_subject() { return {.title = "Linear", .pattern = {}, .linear = true}; }
AttentionSubject kept_map_subject() { return {.title = "Dense, map kept", .pattern = {}, .keeps_map = true}; }

AttentionSubject parse_subject(const std::string& text, bool grid) {
  for (const AttentionSubject& special : {linear_subject(), kept_map_subject()})
    if (text == (special.linear ? "linear" : "dense:kept")) return special;
  return subject_of(parse_lane(text), grid);
}

Geometry geometry_of(const AttentionSizes& sizes, int tokens) {
  if (!sizes.grid) return Geometry::sequence(tokens);
  int rows = static_cast<int>(std::sqrt(static_cast<double>(tokens)));
  while (tokens % rows != 0) --rows;
  return Geometry::grid(rows, tokens / rows, 0);
}

AttentionNeeds needs_of(const AttentionSubject& subject, const AttentionSizes& sizes, int tokens, int64_t memory) {
  check_lists(subject, sizes, tokens, memory);
  const Trial trial(subject, sizes, tokens, Arena::Purpose::kCount);
  const AttentionProblem& problem = trial.problem();
  return {subject.linear ? linear_attention_multiply_adds(problem) : attention_multiply_adds(problem),
          problem.map->pairs(), trial.bytes(), trial.around()};
}

AttentionCost measure_attention(const AttentionSubject& subject, const AttentionSizes& sizes, int tokens,
                                const TimingBudget& budget, Device& device) {
  check_lists(subject, sizes, tokens, free_memory());
  Trial trial(subject, sizes, tokens, Arena::Purpose::kUse, device);
  AttentionCost cost;
  cost.forward_ms = median_milliseconds(
      [&] {
        trial.forward();
        trial.wait();
      },
      budget);
  cost.forward_backward_ms = median_milliseconds(
      [&] {
        trial.forward_backward();
        trial.wait();
      },
      budget);
  cost.forward_multiply_adds = 2 * trial.problem().map->pairs() * sizes.heads * sizes.head_width;
  cost.bytes = trial.bytes();
  return cost;
}

}  // namespace lab
