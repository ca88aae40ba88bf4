#include "core/attention/attention.h"

#include <algorithm>

#include "core/attention/hierarchical_attention.h"
#include "core/base/error.h"
#include "core/base/simd.h"

namespace lab {

HeadRows HeadRows::of(Tensor t) {
  return {t.data, t.shape[1] * t.shape[2] * t.shape[3], t.shape[2] * t.shape[3], t.shape[3]};
}

HeadRows HeadRows::of_joint(Tensor projected, int heads, int part, int parts) {
  const int64_t tokens = projected.shape[1], joint = projected.shape[2], width = joint / parts;
  return {projected.data + part * width, tokens * joint, width / heads, joint};
}

HeadRows HeadRows::of_tokens(Tensor tokens, int heads) {
  const int64_t width = tokens.shape[2];
  return {tokens.data, tokens.shape[1] * width, width / heads, width};
}

Kernel choose_kernel(const AttentionProblem& problem) {
  if (!problem.rules.empty() || problem.keep_stages) return Kernel::kPairs;
  constexpr int64_t kMostWeightBytes = int64_t{64} << 20;
  constexpr int kMostTokens = 256;
  constexpr double kTileCost = 0.5;  // of a pair in a tile, measured in pairs of one vector lane
  const int64_t heads = int64_t{problem.batch} * problem.heads;
  const int64_t bytes = problem.map->pairs() * heads * static_cast<int64_t>(sizeof(float));
  if (std::max(problem.queries(), problem.keys()) > kMostTokens || bytes > kMostWeightBytes) return Kernel::kTiles;
  if (heads >= kLanes) return Kernel::kPairs;
  // Pairs run kLanes heads at a time, so some of its lanes are idle; tiles work on absent pairs too.
  const double tile_work = kTileCost * static_cast<double>(problem.map->tile_pairs() * heads);
  return static_cast<double>(problem.map->pairs() * kLanes) <= tile_work ? Kernel::kPairs : Kernel::kTiles;
}

bool keeps_stages_anyway(AttentionProblem problem) {
  constexpr int64_t kMostBytesOnGpu = int64_t{32} << 20;  // as core/gpu chooses
  problem.keep_stages = false;
  const int64_t bytes = problem.map->pairs() * problem.batch * problem.heads * static_cast<int64_t>(sizeof(float));
  return problem.blocks.chosen == 0 && bytes <= kMostBytesOnGpu && choose_kernel(problem) == Kernel::kPairs;
}

void validate(const AttentionProblem& problem) {
  if (problem.batch < 1 || problem.heads < 1 || problem.head_width < 1)
    throw Error("Attention needs a batch, heads and a head width of at least 1; they are {}, {} and {}.", problem.batch,
                problem.heads, problem.head_width);
  if (!problem.key_lengths.empty() && static_cast<int>(problem.key_lengths.size()) != problem.batch)
    throw Error("There are {} key lengths for a batch of {}; give one for each.", problem.key_lengths.size(),
                problem.batch);
  for (int length : problem.key_lengths)
    if (length < 0 || length > problem.keys())
      throw Error("A key length is {}; it must be from 0 to the number of keys, {}.", length, problem.keys());
}

void check_rules_fit(const AttentionProblem& problem) {
  if (problem.rules.empty()) return;
  const int64_t bytes = problem.map->pairs() * problem.batch * problem.heads * static_cast<int64_t>(sizeof(float));
  if (bytes > kMostRuledBytes)
    throw Error(
        "Rules on attention weights (dropout, penalties) need every weight kept: {} MiB a layer, more than the {} MiB "
        "allowed; choose a smaller batch, larger patches or a sparser pattern.",
        bytes >> 20, kMostRuledBytes >> 20);
}

std::unique_ptr<AttentionKernel> make_attention(const AttentionProblem& problem, Arena& arena, Kernel kernel) {
  if (problem.blocks.chosen > 0) return make_hierarchical_attention(problem, arena);
  validate(problem);
  check_rules_fit(problem);
  if (kernel == Kernel::kAutomatic) kernel = choose_kernel(problem);
  if (kernel == Kernel::kTiles && !problem.rules.empty())
    throw Error("Attention tile by tile keeps no weights that a rule could change; use the pairs kernel.");
  return kernel == Kernel::kPairs ? make_pair_attention(problem, arena) : make_tile_attention(problem, arena);
}

int64_t attention_multiply_adds(const AttentionProblem& problem) {
  constexpr int64_t kPasses = 3;  // forward, and two on the way back
  return kPasses * (problem.score_width() + problem.head_width) * problem.map->pairs() * problem.batch * problem.heads;
}

}  // namespace lab
