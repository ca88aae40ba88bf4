#pragma once
// A picture that the viewer draws, from frame to frame.

#include <cstdint>
#include <vector>

namespace lab {

struct DrawingState {
  bool open = false;
  int height = 0, width = 0;
  std::vector<uint8_t> pixels;  // [height, width] 0: black
  float column = 0, row = 0;    // where the stroke has come to, in pixels
  bool stroking = false;
};

}  // namespace lab
