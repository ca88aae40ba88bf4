#pragma once
// How much memory there is to take, and how it is said.

#include <cstdint>
#include <string>

namespace lab {

/// Bytes that this process could take now without anything being swapped out: what the system calls available, or
/// what the process's control group leaves, whichever is less.
int64_t free_memory();

/// "84.2 MB": at most three figures before the unit, in powers of 1000.
std::string size_text(int64_t bytes);

}  // namespace lab
