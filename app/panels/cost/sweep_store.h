#pragma once
// Sweeps of the window on disk: one file each, with all results so far, so that closing the window loses none.
//
//   const std::string file = new_sweep_file(sweep_folder());   // 1. when a sweep begins
//   save_sweep_results(sweep, results, file);                  // 2. after each result (core/train/sweep_file.h)
//   load_saved_sweep(newest_sweep_file(sweep_folder()));       // 3. when the window opens again

#include <string>

namespace lab {

/// attention-lab/sweeps in the user's data folder; empty where the user has none.
std::string sweep_folder();
/// Named after this second. Makes the folder; throws Error where the file could not be written.
std::string new_sweep_file(const std::string& folder);
/// Empty where there is none.
std::string newest_sweep_file(const std::string& folder);

}  // namespace lab
