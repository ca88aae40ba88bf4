// Multiply-adds and nothing else, for `bench`: CHAINS independent chains of four numbers, ROUNDS long, in each thread.
//   result [threads], so that nothing is left out

layout(binding = 0) writeonly buffer Result { float result[]; };

layout(location = 0) uniform float factor;
layout(location = 1) uniform float term;

void main() {
  vec4 chains[CHAINS];
  for (int c = 0; c < CHAINS; ++c) chains[c] = vec4(item() + c);
  for (int r = 0; r < ROUNDS; ++r)
    for (int c = 0; c < CHAINS; ++c) chains[c] = chains[c] * factor + term;
  vec4 total = vec4(0.0);
  for (int c = 0; c < CHAINS; ++c) total += chains[c];
  result[item()] = total.x + total.y + total.z + total.w;
}
