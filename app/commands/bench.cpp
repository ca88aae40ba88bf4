// attention-lab bench: what the core reaches on this machine, on the workloads of core/measure/workloads.h.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/commands/commands.h"
#include "core/base/parallel.h"
#include "core/device/cpu_device.h"
#include "core/measure/attention_cost.h"
#include "core/measure/workloads.h"

namespace lab {

namespace {

using Json = nlohmann::ordered_json;

const std::vector<std::string> kWorkloads = {"w1", "w2", "w3"};

struct BenchOptions {
  std::vector<std::string> only;  // of kWorkloads; empty: all
  bool json = false;              // one JSON object instead of a table
  int largest = 16384;            // W3's longest sequence
  int threads = 0;                // 0: all processors
};

struct NamedSubject {
  const char* name;
  const char* text;
  const char* title;
};
constexpr NamedSubject kW3Subjects[] = {{"dense", "dense", "dense"},
                                        {"local", "local:window=32", "local ±32"},
                                        {"block", "block:block=64", "block 64"},
                                        {"linear", "linear", "linear"}};
constexpr int kW3Shortest = 256;

double rounded(double value) { return std::round(value * 1e3) / 1e3; }

Json w3(int largest) {
  Json all = Json::object();
  for (int tokens = kW3Shortest; tokens <= largest; tokens *= 2) {
    Json& row = all[std::to_string(tokens)];
    for (const NamedSubject& named : kW3Subjects) {
      const AttentionCost cost = measure_attention(parse_subject(named.text, false), {}, tokens, {});
      row[fmt::format("{}_fwd", named.name)] = rounded(cost.forward_ms);
      row[fmt::format("{}_fwdbwd", named.name)] = rounded(cost.forward_backward_ms);
      row[fmt::format("{}_bytes", named.name)] = cost.bytes;
    }
  }
  return all;
}

void print_w3(const Json& all) {
  fmt::print("W3 attention alone, 8 heads of width 32: ms forward (forward + backward)\n{:>8}", "tokens");
  for (const NamedSubject& named : kW3Subjects) fmt::print("{:>24}", named.title);
  fmt::print("\n");
  for (const auto& [tokens, row] : all.items()) {
    fmt::print("{:>8}", tokens);
    for (const NamedSubject& named : kW3Subjects)
      fmt::print("{:>24}", fmt::format("{:.3f} ({:.3f})", row[fmt::format("{}_fwd", named.name)].get<double>(),
                                       row[fmt::format("{}_fwdbwd", named.name)].get<double>()));
    fmt::print("\n");
  }
}

void print_table(const Json& result) {
  fmt::print("{}; plain multiply-adds reach {:.0f} GFLOP/s\n", result["device"].get<std::string>(),
             result["peak_gflops"].get<double>());
  if (result.contains("w1_ms"))
    fmt::print("W1 vision transformer: {:.3f} ms a training step, {:.3f} ms for a single picture\n",
               result["w1_ms"].get<double>(), result["w1_infer_b1_ms"].get<double>());
  if (result.contains("w2_ms"))
    fmt::print("W2 character language model: {:.3f} ms a training step\n", result["w2_ms"].get<double>());
  if (result.contains("w3")) print_w3(result["w3"]);
}

int run_bench(const BenchOptions& options) {
  if (options.threads > 0) set_threads(options.threads);
  const auto wanted = [&](const char* name) {
    return options.only.empty() || std::count(options.only.begin(), options.only.end(), name) > 0;
  };
  Json result;
  result["threads"] = threads();
  result["device"] = cpu_device().name();
  result["peak_gflops"] = rounded(measure_peak_gflops());
  if (wanted("w1")) {
    result["w1_ms"] = rounded(measure_w1_step());
    result["w1_infer_b1_ms"] = rounded(measure_w1_single_picture());
  }
  if (wanted("w2")) result["w2_ms"] = rounded(measure_w2_step());
  if (wanted("w3")) result["w3"] = w3(options.largest);
  if (options.json)
    fmt::print("{}\n", result.dump());
  else
    print_table(result);
  return 0;
}

}  // namespace

Action bench_command(CLI::App& app) {
  auto options = std::make_shared<BenchOptions>();
  app.add_option("--only", options->only, fmt::format("Only these workloads: {}", fmt::join(kWorkloads, ", ")))
      ->delimiter(',')
      ->check(CLI::IsMember(kWorkloads));
  app.add_flag("--json", options->json, "One JSON object");
  app.add_option("--threads", options->threads, "Compute threads (default: all processors)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--largest", options->largest, "W3's longest sequence (default 16384)")->check(CLI::Range(256, 65536));
  return [options] { return run_bench(*options); };
}

}  // namespace lab
