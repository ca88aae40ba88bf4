// A copy and nothing else, for `bench`: to [count] = from [count], in fours.
// A thread four numbers.

layout(binding = 0) writeonly buffer To { vec4 to[]; };
layout(binding = 1) readonly buffer From { vec4 from[]; };

layout(location = 0) uniform int count;

void main() {
  if (item() < count) to[item()] = from[item()];
}
