#pragma once
// What trained lanes have learned, printed: what they can find at all, their answers to test texts and to texts of the
// user's own, what they write, and what counting alone reaches. A sentence or one JSON object a line.
//
//   const LearnedReport report{false, "I went to the", kUsualSampling};
//   report.print(trainer, {"a text of mine"});

#include <string>
#include <vector>

#include "app/commands/sampling_options.h"
#include "core/train/trainer.h"

namespace lab {

struct LearnedReport {
  bool json = false;
  std::string beginning = "I went to the";  // that a writer goes on from
  Sampling sampling = kUsualSampling;

  void print(Trainer& trainer, const std::vector<std::string>& asked) const;
};

}  // namespace lab
