#pragma once
// Sampling: how the next token is drawn from what a model expects.

#include <span>

#include "core/base/rng.h"

namespace lab {

/// Probabilities are raised to 1/temperature (0: the likeliest is taken); of them only the `top_k` likeliest are drawn
/// from (0: all; Fan, Lewis and Dauphin, 2018), and of these the likeliest that together have a share of `top_p`
/// (Holtzman et al., "The curious case of neural text degeneration", 2020).
struct Sampling {
  float temperature = 1;
  int top_k = 0;
  float top_p = 1;
  bool operator==(const Sampling&) const = default;
};

/// Throws Error when a setting is out of range.
void validate(const Sampling& how);
/// The number of a token. Throws Error where validate() does.
int choose(std::span<const float> probabilities, const Sampling& how, Rng& rng);

}  // namespace lab
