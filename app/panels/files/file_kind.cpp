#include "app/panels/files/file_kind.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "core/base/error.h"

namespace lab {
namespace {

using namespace std::string_view_literals;

constexpr size_t kRead = 64 << 10;  // of a file: as much as a first line may have

constexpr std::string_view kPictures[] = {"\x89PNG"sv, "\xff\xd8\xff"sv, "GIF8"sv, "II*\0"sv, "MM\0*"sv};

std::string beginning(const std::string& path) {
  std::string bytes(kRead, '\0');
  std::ifstream in(path, std::ios::binary);
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(in.gcount()));
  return bytes;
}

/// A safetensors file begins with the length of its header in eight bytes, the last of which are 0, and {.
bool is_run(std::string_view bytes) { return bytes.size() > 8 && bytes.substr(5, 4) == "\0\0\0{"sv; }

bool is_picture(std::string_view bytes) {
  const bool webp = bytes.starts_with("RIFF") && bytes.substr(std::min<size_t>(8, bytes.size()), 4) == "WEBP";
  return webp || std::ranges::any_of(kPictures, [&](std::string_view first) { return bytes.starts_with(first); });
}

}  // namespace

FileKind kind_of_file(const std::string& path) {
  if (path.empty()) throw Error("Name a file to open.");
  std::error_code trouble;
  if (!std::filesystem::is_regular_file(path, trouble)) throw Error("{} is no file; name one that is there.", path);
  const std::string bytes = beginning(path);
  if (is_run(bytes)) return FileKind::kRun;
  if (is_picture(bytes)) return FileKind::kPicture;
  const std::string_view line = std::string_view(bytes).substr(0, bytes.find('\n'));
  return line.find('\t') != line.npos ? FileKind::kLines : FileKind::kText;
}

}  // namespace lab
