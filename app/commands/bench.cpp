// attention-lab bench: what the core reaches on this machine, on the workloads of core/measure/workloads.h.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/commands/commands.h"
#include "app/commands/device_option.h"
#include "core/base/parallel.h"
#include "core/gpu/gl_limits.h"
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
  std::shared_ptr<DeviceOption> device;
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
double gflops(int64_t multiply_adds, double ms) { return 2.0 * static_cast<double>(multiply_adds) / (ms * 1e6); }

Json w3(Device& device, int largest) {
  Json all = Json::object();
  for (int tokens = kW3Shortest; tokens <= largest; tokens *= 2) {
    Json& row = all[std::to_string(tokens)];
    for (const NamedSubject& named : kW3Subjects) {
      const AttentionSubject subject = parse_subject(named.text, false);
      const bool ordinary = subject.allocation.strategy == Strategy{};
      if (!ordinary && &device != &cpu_device()) continue;  // the GPU knows no others
      const AttentionCost cost = measure_attention(subject, {}, tokens, {}, device);
      row[fmt::format("{}_fwd", named.name)] = rounded(cost.forward_ms);
      row[fmt::format("{}_fwdbwd", named.name)] = rounded(cost.forward_backward_ms);
      row[fmt::format("{}_bytes", named.name)] = cost.bytes;
      if (ordinary)
        row[fmt::format("{}_fwd_gflops", named.name)] = rounded(gflops(cost.forward_multiply_adds, cost.forward_ms));
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
      fmt::print("{:>24}", !row.contains(fmt::format("{}_fwd", named.name))
                               ? "–"
                               : fmt::format("{:.3f} ({:.3f})", row[fmt::format("{}_fwd", named.name)].get<double>(),
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

constexpr const char* kCopy = "copy_gigabytes_per_second";

// The CPU unless the GPU is asked for: what is faster is for the reader to see.
ChosenDevice choose_for_bench(const DeviceOption& option) {
  return option.wish == DeviceWish::kGl ? option.choose({}) : cpu_because("");
}

// What the device can do at best; returns its multiply-adds in GFLOP/s.
double note_limits(Device& device, Json& result) {
  if (auto* gpu = dynamic_cast<GlDevice*>(&device)) {
    const GlLimits limits = measure_limits(*gpu);
    result["peak_gflops"] = rounded(limits.gflops);
    result[kCopy] = rounded(limits.gigabytes_per_second);
    return limits.gflops;
  }
  const double peak = measure_peak_gflops();
  result["peak_gflops"] = rounded(peak);
  return peak;
}

// Scores, softmax and mix as three stages whose numbers are kept, at 4096 tokens: what they have to write and read
// once each (scores, then weights) against the bandwidth of a copy. A GPU may be too small for it, and then says so.
void note_stages(Device& device, Json& result) {
  constexpr int kTokens = 4096;
  const AttentionSizes sizes;
  try {
    const AttentionCost cost = measure_attention(kept_map_subject(), sizes, kTokens, {}, device);
    const double gigabytes = 4.0 * sizeof(float) * sizes.heads * kTokens * kTokens * 1e-9;
    result["stages_4096_fwd"] = rounded(cost.forward_ms);
    result["stages_4096_share_of_copy"] = rounded(gigabytes / (cost.forward_ms * 1e-3) / result[kCopy].get<double>());
  } catch (const Error& error) {
    result["stages_4096_error"] = error.what();
  }
}

int run_bench(const BenchOptions& options) {
  if (options.threads > 0) set_threads(options.threads);
  const auto wanted = [&](const char* name) {
    return options.only.empty() || std::count(options.only.begin(), options.only.end(), name) > 0;
  };
  Json result;
  result["threads"] = threads();
  const ChosenDevice chosen = choose_for_bench(*options.device);
  Device& device = *chosen.device;
  result["device"] = device.name();
  const double peak = note_limits(device, result);
  const auto note = [&](const std::string& name, double ms, int64_t multiply_adds) {
    result[name + "_ms"] = rounded(ms);
    result[name + "_gflops"] = rounded(gflops(multiply_adds, ms));
    result[name + "_share_of_peak"] = rounded(gflops(multiply_adds, ms) / peak);
  };
  if (wanted("w1")) {
    note("w1", measure_w1_step(device), w1_multiply_adds());
    result["w1_infer_b1_ms"] = rounded(measure_w1_single_picture(device));
  }
  if (wanted("w2")) note("w2", measure_w2_step(device), w2_multiply_adds());
  if (wanted("w3")) {
    result["w3"] = w3(device, options.largest);
    if (result.contains(kCopy)) note_stages(device, result);
  }
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
  options->device = add_device_option(app);
  app.add_flag("--json", options->json, "One JSON object");
  app.add_option("--threads", options->threads, "Compute threads (default: all processors)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--largest", options->largest, "W3's longest sequence (default 16384)")->check(CLI::Range(256, 65536));
  return [options] { return run_bench(*options); };
}

}  // namespace lab
