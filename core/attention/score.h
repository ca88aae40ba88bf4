#pragma once
// Score: how alike a query and a key are. Every score becomes a plain attention over queries and keys that
// were prepared for it, so every pattern and both kernels serve them all; only the additive one looks
// different inside (AdditiveScore). With q, k rows of one head:
//
//   scaled_dot  q·k / √D                           Vaswani et al., 2017
//   dot         q·k                                Luong, Pham and Manning, 2015
//   cosine      s · (q/‖q‖)·(k/‖k‖), s learned     Nguyen and Salazar, 2019 (as in "query-key normalisation")
//   general     qᵀ·W·k, W learned                  Luong, Pham and Manning, 2015 ("multiplicative")
//   additive    vᵀ·tanh(Wq·q + Wk·k), all learned  Bahdanau, Cho and Bengio, 2015
//
// Add a score: 1. write its file beside cosine_attention.cpp; 2. give it a row in kScores in score.cpp.

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/attention/attention.h"

namespace lab {

/// A learned thing's numbers and where its gradient goes (overwritten on the way back).
struct ScoreTensor {
  Tensor value, gradient;
};

/// One choice of the lane editor.
struct ScoreKind {
  std::string_view name;         // "cosine"
  std::string_view title;        // "Cosine"
  std::string_view formula;      // "s · cos(q, k)"
  std::string_view explanation;  // one plain sentence
  bool proportional = false;     // it doubles when the query doubles
  bool dot_product = true;       // of queries and keys that were prepared for it
};
std::span<const ScoreKind> score_kinds();
/// Throws Error, listing the known ones, when there is none of that name.
const ScoreKind& find_score(std::string_view name);

/// Names and shapes of what a score learns, in the order make_scored_attention takes them; none for most.
struct ScoreParameterSpec {
  std::string_view name;
  Shape shape;
  enum class Start { kScale, kIdentity, kUniform, kZero, kOne } start;
};
std::vector<ScoreParameterSpec> score_parameters(std::string_view score, int head_width);

/// Attention with that score. problem.scale is the score's own business and ignored; `parameters` as
/// score_parameters lists them, of any additive width. Throws Error when their shapes do not fit.
std::unique_ptr<AttentionKernel> make_scored_attention(std::string_view score, const AttentionProblem& problem,
                                                       std::span<const ScoreTensor> parameters, Arena& arena,
                                                       Kernel kernel = Kernel::kAutomatic);

}  // namespace lab
