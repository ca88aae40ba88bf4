#include "core/verify/verify.h"

#include <fmt/format.h>

#include "app/commands/commands.h"

namespace lab {

namespace {

void print(const Verdict& verdict) {
  fmt::print("{} {}{}\n", verdict.passed() ? "ok    " : "FAILED", verdict.file,
             verdict.op.empty() ? "" : fmt::format(" ({})", verdict.op));
  if (!verdict.error.empty()) fmt::print("       {}\n", verdict.error);
  for (const Comparison& c : verdict.comparisons)
    fmt::print("       {:<44} error {:.2e}, tolerance {:.0e}{}\n", c.tensor, c.error, c.tolerance,
               c.error <= c.tolerance ? "" : "  over");
}

int verify_all(const std::vector<std::string>& files) {
  size_t passed = 0;
  for (const std::string& file : files) {
    const Verdict verdict = verify_file(file);
    passed += verdict.passed();
    print(verdict);
  }
  fmt::print("{} of {} cases passed.\n", passed, files.size());
  return passed == files.size() ? 0 : 1;
}

}  // namespace

Action verify_command(CLI::App& app) {
  auto files = std::make_shared<std::vector<std::string>>();
  app.add_option("FILE", *files, "Reference cases, as tests/golden/README.md defines them")->required();
  return [files] { return verify_all(*files); };
}

}  // namespace lab
