#pragma once
// Fetching a data set with the system's package tools, when the user asks for it; never by itself.

#include <string>

#include "core/data/sources.h"

namespace lab {

/// Installs its Debian packages; or, without `install`, downloads them and unpacks the data set into the user's own
/// data folder, its licences beside it, which needs no rights. Returns the folder the data is in. Throws Error
/// when the tools fail; nothing half unpacked is left in place.
std::string fetch_data(const DataSource& source, bool install);

}  // namespace lab
