#pragma once
// Holds the core against reference cases that another framework wrote (tests/golden/README.md).

#include <string>
#include <vector>

#include "core/verify/reference_case.h"

namespace lab {

struct Verdict {
  std::string file;
  std::string op;                       // empty when the file does not say
  bool on_device = true;                // false: the op is no device's; the processor computed it
  std::vector<Comparison> comparisons;  // empty when there is an error
  std::string error;                    // one sentence, without the file's name: why nothing was compared

  /// Something was compared, and all of it is within its tolerance.
  bool passed() const;
};

/// Runs the case in a file. Never throws for what the file holds: a case that is unknown, incomplete or makes
/// no sense comes back with its error.
Verdict verify_file(const std::string& path, Device& device = cpu_device());

}  // namespace lab
