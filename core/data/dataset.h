#pragma once
// Dataset: labelled pictures held in memory, as bytes, immutable once loaded.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lab {

/// `count` grey pictures of height × width bytes (0 black … 255 white), one label each.
struct ImageSet {
  int height = 0;
  int width = 0;
  std::vector<uint8_t> pixels;  // [count, height, width]
  std::vector<uint8_t> labels;  // [count]

  std::vector<uint8_t> objects;  // [count, height, width] 1 where the object is; empty where that is not known

  bool knows_objects() const { return !objects.empty(); }
  int count() const { return static_cast<int>(labels.size()); }
  std::span<const uint8_t> picture(int index) const {
    const size_t size = static_cast<size_t>(height) * width;
    return {pixels.data() + index * size, size};
  }
  std::span<const uint8_t> object(int index) const {
    const size_t size = static_cast<size_t>(height) * width;
    return {objects.data() + index * size, size};
  }
};

struct Dataset {
  std::string task;                  // "fashion-mnist", as the command line names it
  std::string title;                 // "Fashion-MNIST"
  std::string source;                // where it was read from, or "generated"
  std::string notice;                // for the viewer, when something was replaced; else empty
  std::vector<std::string> classes;  // [K] names
  ImageSet train;
  ImageSet test;
};

using DatasetPtr = std::shared_ptr<const Dataset>;

}  // namespace lab
