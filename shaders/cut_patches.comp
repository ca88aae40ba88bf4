// Pictures into patches: patches row by row, the pixels of each row by row (core/ops/patches.h).
//   pixels [B, height, width]   patches [B, rows · columns, side²]
// A thread a pixel of a patch.

layout(binding = 0) writeonly buffer Patches { float patches[]; };
layout(binding = 1) readonly buffer Pixels { float pixels[]; };

layout(location = 0) uniform int count;  // of all pixels
layout(location = 1) uniform int height;
layout(location = 2) uniform int width;
layout(location = 3) uniform int side;

void main() {
  if (item() >= count) return;
  int b = item() / (height * width), at = item() % (height * width);
  int pixel = at % (side * side), patch_ = at / (side * side), columns = width / side;
  int y = patch_ / columns * side + pixel / side, x = patch_ % columns * side + pixel % side;
  patches[item()] = pixels[(b * height + y) * width + x];
}
