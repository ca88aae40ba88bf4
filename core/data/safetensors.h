#pragma once
// Safetensors, the file format of weights and reference cases (github.com/huggingface/safetensors):
// an 8-byte length, a JSON header of that length, and the tensors' bytes, little-endian and row-major.
//
//   const auto file = SafetensorsFile::load("case.safetensors");   // throws Error on any defect
//   std::vector<float> q = file.floats("q");                       // entry("q").shape says its shape
//   save_safetensors("weights.safetensors", {{"head.bias", tensor}}, {{"format", "pt"}});
//
// A file is checked whole before any of it is used: header length, JSON, duplicate names, data types,
// shapes, and that the tensors fill the file without a gap, an overlap or a byte left over.
// NaN and infinity are values like any other here.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/tensor.h"

namespace lab {

class SafetensorsFile {
 public:
  struct Entry {
    std::string dtype;            // "F32", "I64", …
    std::vector<int64_t> shape;   // empty: a scalar
    uint64_t begin = 0, end = 0;  // bytes, from the first tensor's first
  };
  using Entries = std::map<std::string, Entry, std::less<>>;
  using Metadata = std::map<std::string, std::string, std::less<>>;

  /// Throws Error when the file cannot be read or is no safetensors file.
  static SafetensorsFile load(const std::string& path);
  /// The same from memory; `where` names the bytes in the Error.
  static SafetensorsFile parse(std::string bytes, const std::string& where);

  const Entries& entries() const { return entries_; }
  const Metadata& metadata() const { return metadata_; }
  bool has(std::string_view name) const { return entries_.find(name) != entries_.end(); }

  /// These throw Error when there is no tensor of that name, or its type is not one of those named.
  const Entry& entry(std::string_view name) const;
  std::vector<float> floats(std::string_view name) const;      // F32, and F64 rounded
  std::vector<int64_t> integers(std::string_view name) const;  // I64, I32, U8

 private:
  std::string where_;
  std::string bytes_;
  size_t data_ = 0;  // where in `bytes_` the tensors begin
  Entries entries_;
  Metadata metadata_;
};

struct NamedTensor {
  std::string name;
  Tensor tensor;
};

/// Writes F32 tensors beside the target, syncs and renames, so that an old file is never half overwritten.
/// Throws Error when a name occurs twice or the file cannot be written.
void save_safetensors(const std::string& path, const std::vector<NamedTensor>& tensors,
                      const SafetensorsFile::Metadata& metadata = {});
/// The bytes that save_safetensors writes: tensors by name, the header padded to a multiple of 8.
std::string safetensors_bytes(const std::vector<NamedTensor>& tensors, const SafetensorsFile::Metadata& metadata = {});

}  // namespace lab
