#include <fmt/format.h>

#include <string>
#include <vector>

#include "app/commands/commands.h"
#include "app/commands/sampling_options.h"
#include "core/history/saved_model.h"

namespace lab {

namespace {

struct AskOptions {
  std::string run;
  int lane = 1, tokens = 240;
  uint64_t seed = 7;
  std::vector<std::string> texts;
  Sampling sampling = kUsualSampling;
};

int ask(const AskOptions& options) {
  const RunFile run = RunFile::load(options.run);
  if (run.data().kind == ModelKind::kPictureClassifier)
    throw Error("{} is a run of pictures; it has nothing to say of texts.", options.run);
  SavedModel model(run, options.lane - 1);
  const bool writes = model.data().kind == ModelKind::kWriter;
  for (const std::string& text : options.texts)
    if (writes)
      fmt::print("{}\n",
                 go_on(model.shape(), model.parameters(), text, options.tokens, options.sampling, options.seed));
    else
      fmt::print("{} → {}\n", text, reply(model.shape(), model.parameters(), text));
  return 0;
}

}  // namespace

Action ask_command(CLI::App& app) {
  auto options = std::make_shared<AskOptions>();
  app.add_option("RUN", options->run,
                 "A run of texts, saved by train --save or in the window; its data need not be here")
      ->required();
  app.add_option("TEXT", options->texts, "What to answer, tell apart or go on with")->required();
  app.add_option("--lane", options->lane, "Which lane, counted from 1 (default 1)")->check(CLI::PositiveNumber);
  app.add_option("--length", options->tokens, "How many tokens a model that writes adds (default 240)")
      ->check(CLI::Range(1, 100000));
  app.add_option("--seed", options->seed, "Of what is drawn (default 7)");
  add_sampling_options(app, options->sampling);
  return [options] { return ask(*options); };
}

}  // namespace lab
