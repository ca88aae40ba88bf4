#include "app/commands/experiment_options.h"

#include "app/commands/commands.h"
#include "core/attention/strategy.h"
#include "core/base/parallel.h"
#include "core/data/tasks.h"
#include "core/history/run_file.h"
#include "core/train/usual_experiment.h"

namespace lab {

namespace {

template <class T, class Given>
void take(T& setting, const std::optional<Given>& given) {
  if (given) setting = *given;
}

std::string lane_help() {
  std::string patterns, scores, strategies, own;
  for (const PatternKind& kind : pattern_kinds())
    patterns += (patterns.empty() ? "" : " ") + text(usual_pattern(kind)) + (kind.painted ? ":mask=ROWS" : "");
  for (const ScoreKind& score : score_kinds()) scores += (scores.empty() ? "" : ", ") + std::string(score.name);
  for (const StrategyKind& kind : strategy_kinds()) {
    strategies += (strategies.empty() ? "" : ", ") + std::string(kind.name);
    for (const StrategySetting& setting : kind.settings)
      strategies += fmt::format(",{}={}", setting.name, setting.usual);
  }
  const OwnSettings none;
  each_own(none,
           [&](const char* name, auto, auto&, auto) { own += fmt::format("{}{}=", own.empty() ? "" : ", ", name); });
  return "A way of spending attention, up to four times: " + patterns +
         "; with score=NAME queries and keys are compared "
         "otherwise (" +
         scores + "); with strategy=NAME, or for dense NAME alone, the weights come from elsewhere (" + strategies +
         "); with " + own +
         " the lane trains otherwise than the others; after a + what some heads do instead: "
         "dense+local:window=1,heads=1-2 or …,layers=2";
}

}  // namespace

Experiment ExperimentOptions::usual() const {
  try {
    return usual_experiment(task.value_or(Experiment{}.task));
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

Experiment ExperimentOptions::experiment(const std::optional<Experiment>& begun) const {
  Experiment e = begun ? *begun : file.empty() ? usual() : load_experiment(file);
  if (threads) set_threads(*threads);
  take(e.task, task);
  take(e.data_dir, data_dir);
  take(e.tokens, tokens);
  take(e.seed, seed);
  take(e.batch, batch);
  take(e.label_smoothing, label_smoothing);
  take(e.model.width, width);
  take(e.model.heads, heads);
  take(e.model.layers, layers);
  take(e.model.mlp, mlp);
  take(e.model.patch, patch);
  take(e.model.dropout, dropout);
  take(e.model.attention_dropout, attention_dropout);
  take(e.penalties.squares, attention_squares);
  take(e.penalties.entropy, attention_entropy);
  take(e.early_stopping.patience, patience);
  take(e.early_stopping.held_out, held_out);
  take(e.early_stopping.every, evaluate_every);
  take(e.guidance.target, guide);
  take(e.guidance.weight, guide_weight);
  take(e.guidance.queries, guide_queries);
  take(e.optimiser.kind, optimiser);
  take(e.optimiser.learning_rate, learning_rate);
  take(e.optimiser.momentum, momentum);
  take(e.optimiser.weight_decay, weight_decay);
  take(e.optimiser.clip_norm, clip);
  take(e.optimiser.warmup_steps, warmup);
  take(e.optimiser.cosine_steps, cosine);
  try {
    if (!lanes.empty()) e.lanes.clear();
    for (const std::string& lane : lanes) e.lanes.push_back(parse_lane(lane));
    if (guide_layers) e.guidance.layers = parse_range(*guide_layers, "layers");
    if (guide_heads) e.guidance.heads = parse_range(*guide_heads, "heads");
    if (guide_painting) e.guidance.painting = PatchMask::parse(*guide_painting);
    validate(e);
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
  return e;
}

std::shared_ptr<ExperimentOptions> add_experiment_options(CLI::App& app) {
  auto o = std::make_shared<ExperimentOptions>();
  const std::string group = "Experiment";
  const auto add = [&](const char* name, auto& value, const std::string& about) {
    return app.add_option(name, value, about)->group(group);
  };
  add("--experiment", o->file, "An experiment saved as JSON; other options change it")->type_name("FILE");
  add("--task", o->task, "What to learn, as attention-lab tasks lists it (default: fashion-mnist)");
  add("--data", o->data_dir, "A folder of IDX files, or for texts a UTF-8 file, to learn from instead")
      ->type_name("DIR");
  add("--tokens", o->tokens,
      "What texts are cut into: characters, words or pairs, learnt first (default: the task's own)")
      ->type_name("KIND");
  add("--lane", o->lanes, lane_help())
      ->type_name("PATTERN[:KEY=VALUE,…][+…]")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add("--seed", o->seed, "Of everything random (default 7)")->check(CLI::NonNegativeNumber);
  add("--batch", o->batch, "Pictures or texts a step (default 64; of texts the task's own, as all that follows)");
  add("--optimiser", o->optimiser, "adam (default), adamw or sgd");
  add("--learning-rate", o->learning_rate, "Default 0.001");
  add("--momentum", o->momentum, "Of sgd (default 0.9)");
  add("--weight-decay", o->weight_decay, "Default 0");
  add("--clip", o->clip, "The gradient's largest norm (default: no limit)");
  add("--warmup", o->warmup, "Steps of linear warm-up (default 0)");
  add("--cosine", o->cosine, "The step at which a cosine brings the learning rate to 0 (default: constant)");
  add("--dropout", o->dropout, "Default 0");
  add("--attention-dropout", o->attention_dropout, "Share of attention weights dropped at each step (default 0)");
  add("--attention-l2", o->attention_squares, "Adds so much times the mean of the sum of squared attention weights");
  add("--attention-entropy", o->attention_entropy,
      "Adds so much times the mean entropy of attention: above 0 sharpens it, below 0 spreads it");
  add("--patience", o->patience,
      "Ends a lane's training, at its best weights, after so many evaluations on held-out training pictures without a "
      "new best (default 0: never)");
  add("--held-out", o->held_out, "The share of the training pictures that --patience holds out (default 0.1)");
  add("--evaluate-every", o->evaluate_every, "Steps between these evaluations (default 100)");
  add("--guide", o->guide,
      "Where attention is told to look: objects, those of the shapes; painted, see --guide-painting; or alignment, the "
      "letters that an answer's letters come from, when copying, reversing, sorting or writing dates (default none)");
  add("--guide-painting", o->guide_painting,
      "The patches to look at, row by row, # painted and . not: ..../.##./.##./....")
      ->type_name("ROWS");
  add("--guide-weight", o->guide_weight, "Of guidance in the loss (default 1)");
  add("--guide-queries", o->guide_queries,
      "Whose attention: class, the class token's (default), or all; of alignments, always all");
  add("--guide-layers", o->guide_layers, "In which layers: 2 or 1-2 (default all)")->type_name("FIRST[-LAST]");
  add("--guide-heads", o->guide_heads, "In which heads (default all)")->type_name("FIRST[-LAST]");
  add("--label-smoothing", o->label_smoothing, "Default 0");
  add("--width", o->width, "Of the model (default 64)");
  add("--heads", o->heads, "Default 4");
  add("--layers", o->layers, "Default 2");
  add("--mlp", o->mlp, "Hidden width of the feed-forward part (default 128)");
  add("--patch", o->patch, "Pixels a side of a patch (default 4)");
  add("--threads", o->threads, "Compute threads (default: all processors)")->check(CLI::Range(1, 1024));
  return o;
}

}  // namespace lab
