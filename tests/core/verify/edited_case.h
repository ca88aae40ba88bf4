#pragma once
// A reference case with something changed: what a reader must notice.

#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/file.h"
#include "tests/core/data/safetensors_bytes.h"
#include "tests/core/verify/golden_cases.h"

namespace lab {

class EditedCase {
 public:
  explicit EditedCase(const std::string& name) {
    const std::string bytes = read_file(golden(name), size_t{1} << 30);
    uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    const auto header = nlohmann::json::parse(bytes.substr(8, length));
    for (const auto& [tensor, entry] : header.items())
      if (tensor == "__metadata__")
        settings_ = entry;
      else
        tensors_[tensor] = {
            entry["dtype"], entry["shape"],
            bytes.substr(8 + length + entry["data_offsets"][0].get<size_t>(),
                         entry["data_offsets"][1].get<size_t>() - entry["data_offsets"][0].get<size_t>())};
  }

  struct Contents {
    std::string dtype;
    std::vector<int64_t> shape;
    std::string bytes;

    float* floats() { return reinterpret_cast<float*>(bytes.data()); }
    int64_t* integers() { return reinterpret_cast<int64_t*>(bytes.data()); }
    size_t count() const { return bytes.size() / 4; }
  };

  EditedCase& set(const std::string& key, const std::string& value) {
    settings_[key] = value;
    return *this;
  }
  EditedCase& drop_setting(const std::string& key) {
    settings_.erase(key);
    return *this;
  }
  EditedCase& drop(const std::string& tensor) {
    tensors_.erase(tensor);
    return *this;
  }
  template <class... Sizes>
  EditedCase& reshape(const std::string& tensor, Sizes... sizes) {
    tensors_[tensor].shape = {sizes...};
    return *this;
  }
  /// A tensor of zero bytes in the other's place.
  template <class... Sizes>
  EditedCase& replace(const std::string& tensor, const std::string& dtype, size_t bytes, Sizes... sizes) {
    tensors_[tensor] = {dtype, {sizes...}, std::string(bytes, 0)};
    return *this;
  }
  Contents& operator[](const std::string& tensor) { return tensors_[tensor]; }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& [name, contents] : tensors_) all.push_back(name);
    return all;
  }

  std::string bytes() const {
    nlohmann::json header;
    header["__metadata__"] = settings_;
    std::string data;
    for (const auto& [name, contents] : tensors_) {
      const size_t begin = data.size();
      data += contents.bytes;
      header[name] = {{"dtype", contents.dtype}, {"shape", contents.shape}, {"data_offsets", {begin, data.size()}}};
    }
    return raw_file(header.dump(), data);
  }

 private:
  nlohmann::json settings_;
  std::map<std::string, Contents> tensors_;
};

}  // namespace lab
