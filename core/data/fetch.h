#pragma once
// Fetching a task's data set with the system's package tools, when the user asks for it; never by itself.

#include <string>

#include "core/data/tasks.h"

namespace lab {

/// Installs the task's Debian package; or, without `install`, downloads it and unpacks the data set into the user's
/// own data folder, its licence beside it, which needs no rights. Returns the folder the data is in. Throws Error
/// when the task needs no data or the tools fail; nothing half unpacked is left in place.
std::string fetch_data(const Task& task, bool install);

}  // namespace lab
