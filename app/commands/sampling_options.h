#pragma once
// How a model that writes draws its tokens, as options of the commands that let it.

#include <CLI/CLI.hpp>

#include "core/model/sampling.h"

namespace lab {

constexpr Sampling kUsualSampling = {.temperature = 0.8f, .top_k = 40, .top_p = 0.95f};

inline void add_sampling_options(CLI::App& app, Sampling& sampling) {
  app.add_option("--temperature", sampling.temperature, "0: always the likeliest (default 0.8)")
      ->check(CLI::Range(0.0, 10.0));
  app.add_option("--top-k", sampling.top_k, "Draw from so many of the likeliest (default 40; 0: all)")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--top-p", sampling.top_p, "Draw from the likeliest with this share (default 0.95)")
      ->check(CLI::Range(0.001, 1.0));
}

}  // namespace lab
