#pragma once
// What the models of tokens have in common: how their tables begin, and that every token is in its vocabulary.

#include <span>

#include "core/graph/parameters.h"

namespace lab {

constexpr Initial kEmbeddingStart{Initial::Kind::kNormal, 1};  // torch.nn.Embedding's
constexpr Initial kPositionStart{Initial::Kind::kNormal, 0.02f};

/// Throws Error, naming it, when a token is not in 0 … vocabulary−1.
void check_known(std::span<const int> tokens, int vocabulary);

}  // namespace lab
