// The way back of embed.comp to the table: each token's row gets the sum of dx over the places where it stands,
// in their order; rows of tokens that do not occur get nothing.
//   dx [B·N, C]   d_table [V, C]
//   places [V + 1 + B·N]: where each token's places begin in the list that follows, then the places by token
// A thread a number of d_table.

layout(binding = 0) buffer DTable { float d_table[]; };
layout(binding = 1) readonly buffer Dx { float dx[]; };
layout(binding = 2) readonly buffer Places { int places[]; };

layout(location = 0) uniform int vocabulary;
layout(location = 1) uniform int width;
layout(location = 2) uniform int add;

void main() {
  if (item() >= vocabulary * width) return;
  int token = item() / width, c = item() % width;
  float total = add == 1 ? d_table[item()] : 0.0;
  for (int n = places[token]; n < places[token + 1]; ++n) total += dx[places[vocabulary + 1 + n] * width + c];
  d_table[item()] = total;
}
