#pragma once
// Hierarchical attention, in the form of "mixture of block attention" (MoBA; Lu et al., 2025, arXiv:2502.13189,
// equations 2 to 6): coarse scores choose a few blocks of keys for each query, and fine attention is computed there
// only. With blocks I of the keys (key_blocks.h), own(q) the query's own one, and C of them to be chosen:
//
//   s(q, I) = q · mean of the keys in I                                   coarse: one score for a whole block
//   chosen(q) = own(q) and the C − 1 others whose s(q, I) is largest      of equal ones the first
//   out(q) = softmax(scale · q·k over all keys k in chosen(q)) · v        fine: as attention.h
//
// Causal, the others are blocks before the own one, and in that one only keys up to the query exist. The paper is about
// causal sequences; what is ours is that it also runs in both directions and on grids, where every query sees the
// tokens before the patches beside its chosen blocks. A block's mean is over the keys that exist; blocks without any
// are not chosen, and where the own one has none, another is.
//
// The weights are true ones: of all other pairs they are 0. Gradients pass through the fine attention; the choice is
// one of whole blocks and has no slope, as in the paper. With about √M keys in a block the time is proportional to
// N·√M.

#include <cstdint>
#include <memory>

#include "core/attention/attention.h"

namespace lab {

/// problem.blocks says how; neither weights nor scores of pairs are kept. Throws Error for another pattern than the
/// dense one, for an additive score and rules, and where validate does.
std::unique_ptr<AttentionKernel> make_hierarchical_attention(const AttentionProblem& problem, Arena& arena);

/// Multiply-adds of one training step of one layer: D a key for its block's mean, D a query and block that may be
/// chosen, both once; then D for the score and D for the mix of a pair that is chosen, and twice as many on the way
/// back. Blocks at the edges are smaller; where a query may or may not choose them, it chooses the larger ones here.
int64_t hierarchical_multiply_adds(const AttentionProblem& problem);

/// The pairs that it weighs in one picture, of all heads, counted the same way.
int64_t hierarchical_pairs(const AttentionProblem& problem);

}  // namespace lab
