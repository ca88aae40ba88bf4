// The way back of class_token.comp: dx [B, N, C] is dy [B, C] at the class token and 0 at every other.
// A thread a number of dx.

layout(binding = 0) writeonly buffer Dx { float dx[]; };
layout(binding = 1) readonly buffer Dy { float dy[]; };

layout(location = 0) uniform int count;
layout(location = 1) uniform int tokens;
layout(location = 2) uniform int width;

void main() {
  if (item() >= count) return;
  int b = item() / (tokens * width), at = item() % (tokens * width);
  dx[item()] = at < width ? dy[b * width + at] : 0.0;
}
