#pragma once
// The options that describe an experiment, shared by every command that trains.

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/train/experiment.h"

namespace lab {

/// What was given on the command line; the rest comes from a file or the defaults.
struct ExperimentOptions {
  std::string file;
  std::optional<std::string> task, data_dir, tokens, optimiser;
  std::vector<std::string> lanes;
  std::optional<uint64_t> seed;
  std::optional<int> batch, width, heads, layers, mlp, patch, warmup, cosine;
  std::optional<float> learning_rate, dropout, weight_decay, label_smoothing, momentum, clip, attention_dropout,
      attention_squares, attention_entropy, held_out, guide_weight;
  std::optional<int> patience, evaluate_every;
  std::optional<std::string> guide, guide_queries, guide_layers, guide_heads, guide_painting;
  std::optional<int> threads;

  /// The experiment meant: what was given, else as in the run that goes on, or as is usual for the task. Sets the
  /// number of compute threads too. Throws UsageError for settings that make no sense, Error for a file that cannot be
  /// read.
  Experiment experiment(const std::optional<Experiment>& begun = {}) const;

 private:
  Experiment usual() const;
};

/// Adds the options to a command; the result is filled when the command line is parsed.
std::shared_ptr<ExperimentOptions> add_experiment_options(CLI::App& app);

}  // namespace lab
