#pragma once
// Whole files: read with a limit, written so that an old file is never half overwritten.

#include <cstddef>
#include <string>
#include <string_view>

namespace lab {

/// The bytes of a regular file. Throws Error when it cannot be opened, is a folder or another special
/// file, or is larger than `limit` bytes (checked before any memory is taken).
std::string read_file(const std::string& path, size_t limit);

/// Writes beside the target, syncs, renames, syncs the folder: whoever reads `path` sees the old
/// bytes or the new ones. A link stays and its target is written; a folder, device or pipe is refused.
/// Throws Error, leaving the old file as it was and nothing beside it.
void write_file_atomically(const std::string& path, std::string_view bytes);

/// Throws Error now rather than later when `path` could not be written: it is no file, or its folder is
/// missing or closed.
void check_writable(const std::string& path);

}  // namespace lab
