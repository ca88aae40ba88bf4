// attention-lab sweep: what the Budget page of the window trains in the background, from a file.

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/commands/commands.h"
#include "app/commands/interrupt.h"
#include "app/commands/progress_bar.h"
#include "core/base/file.h"
#include "core/base/parallel.h"
#include "core/data/tasks.h"
#include "core/train/sweep_file.h"

namespace lab {

namespace {

using Json = nlohmann::ordered_json;

struct SweepOptions {
  std::string file, out;
  int threads = 0;  // 0: all processors
  bool json = false, resume = false;

  /// "ways.json" → "ways.results.json", in the folder one works in.
  std::string results() const {
    return out.empty() ? std::filesystem::path(file).stem().string() + ".results.json" : out;
  }
};

void print_result(const SweepResult& r, bool json) {
  if (json)
    fmt::print("{}\n", Json{{"setting", r.setting},
                            {"seed", r.seed},
                            {"steps", r.steps},
                            {"accuracy", r.accuracy},
                            {"loss", r.loss},
                            {"multiply_adds", r.multiply_adds},
                            {"ms_per_step", r.step_ms},
                            {"bytes", r.bytes}}
                           .dump());
  else
    fmt::print("{:<30} seed {:<6} accuracy {:.4f}, loss {:.4f}, {:.2f} ms a step\n", r.setting, r.seed, r.accuracy,
               r.loss, r.step_ms);
  std::fflush(stdout);
}

std::vector<bool> front_of(const std::vector<SweepMean>& means, double (*cost)(const SweepMean&)) {
  std::vector<TradeOff> all;
  for (const SweepMean& mean : means) all.push_back({cost(mean), mean.accuracy.mean});
  return pareto_front(all);
}

/// The costs that accuracy is weighed against, each with a Pareto front of its own.
struct CostKind {
  const char* name;
  double (*of)(const SweepMean&);
};
constexpr CostKind kCosts[] = {
    {"multiply_adds", [](const SweepMean& mean) { return static_cast<double>(mean.multiply_adds); }},
    {"ms_per_step", [](const SweepMean& mean) { return mean.step_ms.mean; }},
    {"bytes", [](const SweepMean& mean) { return static_cast<double>(mean.bytes); }},
};

Json spread_json(const Spread& spread) { return {{"mean", spread.mean}, {"deviation", spread.deviation}}; }

Json summary_json(const Sweep& sweep, const std::vector<SweepMean>& means, bool finished) {
  Json settings = Json::array();
  for (const SweepMean& mean : means)
    settings.push_back({{"setting", text(mean.lane)},
                        {"title", lane_title(mean.lane)},
                        {"runs", mean.runs},
                        {"accuracy", spread_json(mean.accuracy)},
                        {"loss", spread_json(mean.loss)},
                        {"ms_per_step", spread_json(mean.step_ms)},
                        {"multiply_adds", mean.multiply_adds},
                        {"bytes", mean.bytes},
                        {"on_front", Json::array()}});
  for (const CostKind& kind : kCosts) {
    const std::vector<bool> front = front_of(means, kind.of);
    for (size_t i = 0; i < means.size(); ++i)
      if (front[i]) settings[i]["on_front"].push_back(kind.name);
  }
  return {{"summary", true}, {"finished", finished}, {"task", sweep.base.task}, {"settings", settings}};
}

void print_table(const std::vector<SweepMean>& means) {
  const std::vector<bool> front = front_of(means, kCosts[0].of);
  fmt::print("\n{:<30} {:>16} {:>16} {:>16} {:>10} {:>10}\n", "mean ± deviation", "accuracy", "loss",
             "multiply-adds, M", "ms a step", "MB kept");
  for (size_t i = 0; i < means.size(); ++i) {
    const SweepMean& m = means[i];
    fmt::print("{:<30} {:>16} {:>16} {:>16.1f} {:>10.2f} {:>10.2f}{}\n", text(m.lane),
               fmt::format("{:.4f} ± {:.4f}", m.accuracy.mean, m.accuracy.deviation),
               fmt::format("{:.4f} ± {:.4f}", m.loss.mean, m.loss.deviation),
               static_cast<double>(m.multiply_adds) / 1e6, m.step_ms.mean, static_cast<double>(m.bytes) / 1e6,
               front[i] ? "  *" : "");
  }
  fmt::print("* nothing here is both as accurate and cheaper in multiply-adds, or as cheap and more accurate\n");
}

int run(const SweepOptions& options) {
  if (options.threads > 0) set_threads(options.threads);
  const Sweep sweep = load_sweep(options.file);
  const std::string path = options.results();
  check_writable(path);
  const bool goes_on = options.resume && std::filesystem::exists(path);
  std::vector<SweepResult> results = goes_on ? load_sweep_results(sweep, path) : std::vector<SweepResult>{};
  const DatasetPtr data = load_data(sweep.base);
  if (!data->notice.empty()) fmt::print(stderr, "{}\n", data->notice);

  const Interrupt interrupt;
  size_t known = 0;
  {
    ProgressBar bar;
    const auto report = [&](const SweepProgress& progress) {
      if (known < progress.results.size()) {
        save_sweep_results(sweep, progress.results, path);
        bar.clear();
        for (; known < progress.results.size(); ++known) print_result(progress.results[known], options.json);
      }
      bar.show(progress.share, progress.now);
      return !interrupt.asked();
    };
    results = run_sweep(sweep, data, std::move(results), report);
  }
  const bool finished = results.size() == sweep.settings.size() * sweep.seeds.size();
  if (!finished) fmt::print(stderr, "Stopped; --resume goes on with {}.\n", path);
  const std::vector<SweepMean> means = sweep_means(sweep, results);
  if (options.json)
    fmt::print("{}\n", summary_json(sweep, means, finished).dump());
  else
    print_table(means);
  return 0;
}

constexpr const char* kFooter = R"(The file:
  {"experiment": {"task": "fashion-mnist", "model": {"width": 64}},
   "settings": ["dense", "local:window=1", "block:block=3,global=1"],
   "seeds": [7, 8, 9], "epochs": 1}

experiment   as train --save-experiment writes it, without lanes and seed; what is left out is as usual
settings     1 to 64 texts as --lane takes them; up to four train at a time, on the same batches
seeds        1 to 64 whole numbers; default 7, 8, 9
epochs       passes over the training pictures; default 1
steps        above 0: end after so many updates, whatever epochs says)";

}  // namespace

Action sweep_command(CLI::App& app) {
  auto options = std::make_shared<SweepOptions>();
  app.add_option("FILE", options->file, "The sweep, as JSON (see below)")->required();
  app.add_option("--out", options->out,
                 "Where the results go as they come (default: FILE's name with .results.json, here)")
      ->type_name("FILE");
  app.add_flag("--resume", options->resume, "Go on with the results that are there, instead of beginning anew");
  app.add_flag("--json", options->json, "One JSON object a line: each result, then a summary with means and spread");
  app.add_option("--threads", options->threads, "Compute threads (default: all processors)")
      ->check(CLI::Range(1, 1024));
  app.footer(kFooter);
  return [options] { return run(*options); };
}

}  // namespace lab
