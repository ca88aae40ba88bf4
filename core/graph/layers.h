#pragma once
// The operations as they are used in a model: each takes variables, appends itself to the tape and
// returns its result, named `name`. What each computes is said in core/ops and core/attention.

#include <span>
#include <string>
#include <vector>

#include "core/graph/tape.h"

namespace lab {

/// x [R, in] → [R, out]; the shape of x before its last axis is kept.
Variable linear(Tape& tape, const std::string& name, Variable x, Variable w, Variable b);
Variable layer_norm(Tape& tape, const std::string& name, Variable x, Variable w, Variable b);
Variable gelu(Tape& tape, const std::string& name, Variable x);

/// Dropout of a rate that may change between steps: nothing is dropped at 0 or on a tape for inference.
/// Each use in a model needs its own `stream` of random numbers; `step` numbers the training steps.
struct DropoutSettings {
  const float* rate;
  const uint64_t* step;
  uint64_t seed;
};
Variable dropout(Tape& tape, const std::string& name, Variable x, const DropoutSettings& settings, uint64_t stream);

/// x + branch. The three share one gradient, since d(x + branch) passes on unchanged: so nothing after
/// this may use x or the branch.
Variable residual(Tape& tape, const std::string& name, Variable x, Variable branch);

/// pixels [B, height, width] → patch embeddings' input [B, N−1, P]; no gradient goes back to the pixels.
Variable patches(Tape& tape, const std::string& name, Variable pixels, int side);
Variable place_tokens(Tape& tape, const std::string& name, Variable embedded, Variable class_token, Variable position);
Variable class_token(Tape& tape, const std::string& name, Variable x);

/// Tokens, read at every step, [B·N] in 0 … V−1 → their rows of `table` [V, C] plus `position` [1, N, C]: [B, N, C].
Variable embed(Tape& tape, const std::string& name, std::span<const int> tokens, Variable table, Variable position);

/// Heads first … first + problem.heads − 1, which spend attention alike, and what their score and then
/// their strategy learn (score_parameters, strategy_parameters).
struct HeadPart {
  int first = 0;
  AttentionProblem problem;
  std::string score;
  Strategy strategy;
  std::vector<Variable> learned;
};

/// Self-attention: projected [B, N, 3C] (q, k, v side by side) → [B, N, C]. `parts` hold every head once, in order. The
/// kernel lives in `kernel`, which must outlive the tape.
Variable self_attention(Tape& tape, const std::string& name, Variable projected, std::span<const HeadPart> parts,
                        std::unique_ptr<AttentionKernel>& kernel, Kernel choice = Kernel::kAutomatic);

/// Cross-attention: queries [B, N, C] look at keys and values [B, M, 2C] (side by side) → [B, N, C].
Variable cross_attention(Tape& tape, const std::string& name, Variable queries, Variable keys_values,
                         std::span<const HeadPart> parts, std::unique_ptr<AttentionKernel>& kernel,
                         Kernel choice = Kernel::kAutomatic);

/// logits [R, K] → probabilities [R, K] and the mean loss, in `loss` [1], scratch of the tape, after every forward.
/// Targets and smoothing are read at every step.
Variable cross_entropy(Tape& tape, const std::string& name, Variable logits, std::span<const int> targets,
                       const float* smoothing, Tensor loss);

}  // namespace lab
