// Residual addition: y = a + b.
//   a, b, y [count]
// A thread a number.

layout(binding = 0) writeonly buffer Y { float y[]; };
layout(binding = 1) readonly buffer A { float a[]; };
layout(binding = 2) readonly buffer B { float b[]; };

layout(location = 0) uniform int count;

void main() {
  if (item() < count) y[item()] = a[item()] + b[item()];
}
