#pragma once
// TrainingRules: what a training step does to a model's attention beside its strategies: penalties on the weights,
// guidance and dropout, for every run of heads that are alike in every layer. Penalties and guidance see the softmax's
// own weights; dropout comes last.
//
//   TrainingRules rules(knobs, seed, layers, heads);                 // 1.
//   problem.rules = rules.add({layer, first}, problem, arena);       // 2. while the model is built
//   rules.means(); rules.dropped();                                  // 3. after a forward

#include <memory>
#include <vector>

#include "core/attention/attending.h"
#include "core/attention/attention.h"
#include "core/attention/guidance.h"

namespace lab {

/// What a training tape reads at every step; all may change between steps, but a model built while
/// a dropout, both penalties, or guidance are off has none of them.
struct TrainingKnobs {
  float dropout = 0;
  float label_smoothing = 0;
  float attention_dropout = 0;
  float squares_penalty = 0, entropy_penalty = 0;  // see attention/weight_penalty.h
  Guidance guidance;
  uint64_t step = 0;
};

/// Over pictures, heads, queries and layers: of Σ w², and of the entropy −Σ w·log w in nats. Over those that are
/// guided: of KL(target ‖ w), and of the weight on the target.
struct AttentionMeans {
  double squares = 0, entropy = 0;
  double divergence = 0, on_target = 0;

  /// Of two kinds of attention in one model; only one of them is guided.
  AttentionMeans& operator+=(const AttentionMeans& other) {
    squares += other.squares, entropy += other.entropy;
    divergence += other.divergence, on_target += other.on_target;
    return *this;
  }
};

class TrainingRules {
 public:
  /// `knobs` must outlive this; `seed` is of the dropout.
  TrainingRules(const TrainingKnobs& knobs, uint64_t seed, int layers, int heads, Attending what = Attending::kTokens);
  ~TrainingRules();

  /// A run of heads, both counted from 0.
  struct Place {
    int layer = 0, first_head = 0;
  };
  /// The rules that these heads follow now; they live as long as this. Throws Error where they do not fit into memory.
  std::span<RowRule* const> add(const Place& place, AttentionProblem problem, Arena& arena);

  /// Of the last forward; 0 without penalties, and without guidance.
  AttentionMeans means() const;
  /// What the last forward's attention dropout left out of the batch's first picture, [L, H, N, M]: 1 dropped; empty
  /// without attention dropout.
  std::vector<uint8_t> dropped() const;

 private:
  struct Parts;

  const TrainingKnobs& knobs_;
  uint64_t seed_;
  int layers_, heads_;
  Attending what_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lab
