#pragma once
// Sweeps and their results as JSON files. A sweep:
//
//   {"experiment": {"task": "fashion-mnist", "model": {"width": 64}},
//    "settings": ["dense", "local:window=1", "block:block=3,global=1"],
//    "seeds": [7, 8, 9], "epochs": 1}
//
// `experiment` is written as `attention-lab train --save-experiment` writes it, without lanes and seed; what is left
// out is as usual. `steps` may stand for `epochs`. Results: {"sweep": …, "results": [{"setting": "dense", "seed": 7,
// …}]}.

#include "core/train/sweep.h"

namespace lab {

std::string to_json(const Sweep& sweep);
/// Throws Error on text that is not JSON, has unknown keys or wrong types, or is no possible sweep. `where` names it.
Sweep sweep_from_json(const std::string& text, const std::string& where);
Sweep load_sweep(const std::string& path);

/// Written beside, synced and renamed: whoever is interrupted keeps the results that were there.
void save_sweep_results(const Sweep& sweep, std::span<const SweepResult> results, const std::string& path);
struct SavedSweep {
  Sweep sweep;
  std::vector<SweepResult> results;
};
/// Throws Error when the file cannot be read or is not as save_sweep_results writes it.
SavedSweep load_saved_sweep(const std::string& path);
/// The same, and when it holds the results of another sweep.
std::vector<SweepResult> load_sweep_results(const Sweep& sweep, const std::string& path);

}  // namespace lab
