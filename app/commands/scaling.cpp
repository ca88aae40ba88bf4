// attention-lab scaling: what the Scaling page of the window measures, as a table or as one JSON object.

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/commands/commands.h"
#include "app/commands/interrupt.h"
#include "app/commands/progress_bar.h"
#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/device/cpu_device.h"
#include "core/measure/scaling.h"

namespace lab {

namespace {

using Json = nlohmann::ordered_json;

struct ScalingOptions {
  std::vector<std::string> lanes = {"dense", "local:window=32", "block:block=64", "linear"};
  ScalingSettings settings;
  int threads = 0;  // 0: all processors
  bool json = false;
};

struct NamedQuantity {
  const char* name;   // in JSON
  const char* title;  // in the table
  Quantity quantity;
};
constexpr NamedQuantity kQuantities[] = {{"forward_ms", "ms forward", Quantity::kForward},
                                         {"forward_backward_ms", "ms forward and backward", Quantity::kForwardBackward},
                                         {"bytes", "bytes", Quantity::kBytes}};

ScalingSettings settings_of(const ScalingOptions& options) {
  ScalingSettings settings = options.settings;
  try {
    for (const std::string& lane : options.lanes) settings.subjects.push_back(parse_subject(lane, settings.sizes.grid));
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
  return settings;
}

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

// A slope that is not known is null.
Json slope(std::span<const CurvePoint> points) {
  const double value = ending_slope(points);
  return std::isfinite(value) ? Json(rounded(value)) : Json();
}

Json curve_json(const ScalingCurve& curve, const std::string& lane) {
  Json json{{"lane", lane}, {"title", curve.subject.title}, {"points", Json::array()}, {"left_out", Json::array()}};
  for (const ScalingPoint& point : curve.points)
    json["points"].push_back({{"n", point.tokens},
                              {"forward_ms", rounded(point.cost.forward_ms)},
                              {"forward_backward_ms", rounded(point.cost.forward_backward_ms)},
                              {"bytes", point.cost.bytes},
                              {"multiply_adds", point.multiply_adds},
                              {"pairs", point.pairs}});
  for (const LeftOut& left : curve.left_out) json["left_out"].push_back({{"n", left.tokens}, {"why", left.why}});
  for (const NamedQuantity& q : kQuantities)
    json["slopes"][q.name] = {{"fitted", slope(curve_points(curve, q.quantity))},
                              {"theory", slope(theory_points(curve, q.quantity))}};
  return json;
}

Json crossover_json(const ScalingResult& result, const ScalingOptions& options) {
  Json all = Json::array();
  for (size_t a = 0; a < result.curves.size(); ++a)
    for (size_t b = 0; b < result.curves.size(); ++b)
      for (const NamedQuantity& q : kQuantities) {
        if (a == b) continue;
        const Crossover found =
            crossover(curve_points(result.curves[a], q.quantity), curve_points(result.curves[b], q.quantity));
        if (found.kind != Crossover::Kind::kFrom) continue;
        all.push_back({{"lane", options.lanes[a]},
                       {"overtakes", options.lanes[b]},
                       {"in", q.name},
                       {"from_n", rounded(found.x)},
                       {"sentence", crossover_sentence(result.curves[a], result.curves[b], q.quantity)}});
      }
  return all;
}

void print_json(const ScalingResult& result, const ScalingOptions& options) {
  const AttentionSizes& sizes = result.settings.sizes;
  Json json{{"device", cpu_device().name()}, {"threads", threads()},           {"layers", sizes.layers},
            {"heads", sizes.heads},          {"head_width", sizes.head_width}, {"grid", sizes.grid},
            {"stopped", result.stopped},     {"lanes", Json::array()}};
  for (size_t i = 0; i < result.curves.size(); ++i)
    json["lanes"].push_back(curve_json(result.curves[i], options.lanes[i]));
  json["crossovers"] = crossover_json(result, options);
  fmt::print("{}\n", json.dump());
}

std::string figure(const ScalingPoint& point, Quantity quantity) {
  if (quantity == Quantity::kBytes) return size_text(point.cost.bytes);
  return fmt::format("{:.3f}", quantity == Quantity::kForward ? point.cost.forward_ms : point.cost.forward_backward_ms);
}

std::string figure_at(const ScalingCurve& curve, int tokens, Quantity quantity) {
  for (const ScalingPoint& point : curve.points)
    if (point.tokens == tokens) return figure(point, quantity);
  return "–";
}

void print_quantity(const ScalingResult& result, const NamedQuantity& q) {
  fmt::print("\n{}\n{:>8}", q.title, "tokens");
  for (const ScalingCurve& curve : result.curves) fmt::print("{:>22}", curve.subject.title);
  for (int tokens = result.settings.shortest; tokens <= result.settings.longest; tokens *= 2) {
    fmt::print("\n{:>8}", tokens);
    for (const ScalingCurve& curve : result.curves) fmt::print("{:>22}", figure_at(curve, tokens, q.quantity));
  }
  const auto print_slopes = [&](const char* name, const auto& points_of) {
    fmt::print("\n{:>8}", name);
    for (const ScalingCurve& curve : result.curves)
      fmt::print("{:>22}", fmt::format("{:.2f}", ending_slope(points_of(curve, q.quantity))));
  };
  print_slopes("slope", curve_points);
  print_slopes("theory", theory_points);
  fmt::print("\n");
  const int reference = costliest(result, q.quantity);
  for (int i = 0; i < static_cast<int>(result.curves.size()); ++i)
    if (i != reference && reference >= 0)
      fmt::print("{}\n", crossover_sentence(result.curves[i], result.curves[reference], q.quantity));
}

void print_tables(const ScalingResult& result) {
  const AttentionSizes& sizes = result.settings.sizes;
  fmt::print("Attention alone, {} heads of width {}, {}; {}\n", sizes.layers * sizes.heads, sizes.head_width,
             sizes.grid ? "patches on a grid" : "tokens in a sequence", cpu_device().name());
  for (const NamedQuantity& q : kQuantities) print_quantity(result, q);
  for (const ScalingCurve& curve : result.curves)
    for (const LeftOut& left : curve.left_out)
      fmt::print("Left out: {}, {} tokens. {}\n", curve.subject.title, left.tokens, left.why);
}

int run_scaling(const ScalingOptions& options) {
  if (options.threads > 0) set_threads(options.threads);
  const ScalingSettings settings = settings_of(options);
  const Interrupt interrupt;
  ScalingResult result;
  {
    ProgressBar bar;
    const auto report = [&](const ScalingResult& now) {
      bar.show(now.progress, now.now);
      return true;
    };
    result = measure_scaling(settings, report, [&] { return !interrupt.asked(); });
  }
  options.json ? print_json(result, options) : print_tables(result);
  return 0;
}

}  // namespace

Action scaling_command(CLI::App& app) {
  auto options = std::make_shared<ScalingOptions>();
  AttentionSizes& sizes = options->settings.sizes;
  app.add_option("--lane", options->lanes,
                 "What to measure, as often as you like: any lane (dense, local:window=32, block:block=64, linear, "
                 "hierarchical, dense:causal), or dense:kept, which keeps every weight (default: dense, local ±32, "
                 "block 64, linear)")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--json", options->json, "One JSON object");
  app.add_option("--layers", sizes.layers, "Default 1")->check(CLI::Range(1, 256));
  app.add_option("--heads", sizes.heads, "Default 8")->check(CLI::Range(1, 1024));
  app.add_option("--head-width", sizes.head_width, "Default 32")->check(CLI::Range(1, 1024));
  app.add_flag("--grid", sizes.grid, "The tokens are patches of a picture, about square, instead of a sequence");
  app.add_option("--shortest", options->settings.shortest, "Tokens to begin with (default 64)")
      ->check(CLI::Range(1, 1 << 17));
  app.add_option("--longest", options->settings.longest, "Tokens to end with (default 16384)")
      ->check(CLI::Range(1, 1 << 17));
  app.add_option("--milliseconds", options->settings.milliseconds, "How long to measure each figure (default 250)")
      ->check(CLI::Range(1, 60000));
  app.add_option("--threads", options->threads, "Compute threads (default: all processors)")
      ->check(CLI::Range(1, 1024));
  return [options] { return run_scaling(*options); };
}

}  // namespace lab
