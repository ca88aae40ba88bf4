#include "core/verify/verify.h"

#include <fmt/format.h>

#include "app/commands/commands.h"
#include "app/commands/device_option.h"

namespace lab {

namespace {

void print(const Verdict& verdict) {
  fmt::print("{} {}{}{}\n", verdict.passed() ? "ok    " : "FAILED", verdict.file,
             verdict.op.empty() ? "" : fmt::format(" ({})", verdict.op),
             verdict.on_device ? "" : ", which only the CPU computes");
  if (!verdict.error.empty()) fmt::print("       {}\n", verdict.error);
  for (const Comparison& c : verdict.comparisons)
    fmt::print("       {:<44} error {:.2e}, tolerance {:.0e}{}\n", c.tensor, c.error, c.tolerance,
               c.error <= c.tolerance ? "" : "  over");
}

// Nothing to measure: what is not asked for explicitly is verified on the CPU.
int verify_all(const std::vector<std::string>& files, const DeviceOption& option) {
  const ChosenDevice chosen = option.wish == DeviceWish::kGl ? option.choose({}) : cpu_because("");
  size_t passed = 0;
  for (const std::string& file : files) {
    const Verdict verdict = verify_file(file, *chosen.device);
    passed += verdict.passed();
    print(verdict);
  }
  if (option.wish == DeviceWish::kGl) fmt::print("Computed on {}.\n", chosen.device->name());
  fmt::print("{} of {} cases passed.\n", passed, files.size());
  return passed == files.size() ? 0 : 1;
}

}  // namespace

Action verify_command(CLI::App& app) {
  auto files = std::make_shared<std::vector<std::string>>();
  app.add_option("FILE", *files, "Reference cases, as tests/golden/README.md defines them")->required();
  auto device = add_device_option(app);
  return [=] { return verify_all(*files, *device); };
}

}  // namespace lab
