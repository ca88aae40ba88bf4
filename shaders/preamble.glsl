// What all shaders share; it stands before each. Before it stand the #defines of core/gpu/sizes.h.
//
// THREADS: threads of a workgroup. Workgroups lie in one row; a long row of them is run in pieces, so a
// workgroup's number is group(), a thread's number within it thread(), and among all threads item().
// Every buffer is tightly packed floats (or ints); sizes and offsets count numbers.

layout(local_size_x = THREADS) in;
layout(std430) buffer;  // tightly packed: without this a driver may put 16 bytes between two floats
layout(location = 31) uniform int first_group;

int group() { return int(gl_WorkGroupID.x) + first_group; }
int thread() { return int(gl_LocalInvocationID.x); }
int item() { return group() * THREADS + thread(); }

const float kLowest = uintBitsToFloat(0xFF800000u);  // −∞

// All threads of the workgroup have come here, and see what the others wrote to shared memory.
void meet() {
  memoryBarrierShared();
  barrier();
}

// e to the x as the CPU's lanes compute it (Cephes expf): some drivers' own is coarser, and some lose NaN and −∞.
float exponential(float x) {
  if (x < -87.3365447504) return 0.0;
  float y = x > 88.3762626647949 ? 88.3762626647949 : x;  // NaN stays
  float n = roundEven(y * 1.44269504088896341);
  y -= n * 0.693359375;
  y += n * 2.12194440e-4;
  float p = 1.9875691500e-4;
  p = p * y + 1.3981999507e-3;
  p = p * y + 8.3334519073e-3;
  p = p * y + 4.1665795894e-2;
  p = p * y + 1.6666665459e-1;
  p = p * y + 5.0000001201e-1;
  p = p * y * y + y + 1.0;
  return p * intBitsToFloat((int(n) + 127) << 23);
}

float tangent(float x) { return 1.0 - 2.0 / (exponential(x + x) + 1.0); }

// The natural logarithm of a positive normal number (Cephes logf), for the same reason.
float logarithm(float x) {
  int bits = floatBitsToInt(x);
  int power = (bits >> 23) - 126;
  float m = intBitsToFloat((bits & 0x007FFFFF) | 0x3F000000);  // in ½ … 1
  if (m < 0.70710678) {
    m += m;
    power -= 1;
  }
  m -= 1.0;
  float p = 7.0376836292e-2;
  p = p * m - 1.1514610310e-1;
  p = p * m + 1.1676998740e-1;
  p = p * m - 1.2420140846e-1;
  p = p * m + 1.4249322787e-1;
  p = p * m - 1.6668057665e-1;
  p = p * m + 2.0000714765e-1;
  p = p * m - 2.4999993993e-1;
  p = p * m + 3.3333331174e-1;
  float square = m * m, e = float(power);
  float y = p * m * square - 2.12194440e-4 * e - 0.5 * square;
  return x != x ? x : m + y + 0.693359375 * e;
}

#ifdef THREADS_PER_ROW
// Rows that several threads share: this thread's row, and its place among the row's threads.
int row() { return group() * (THREADS / THREADS_PER_ROW) + thread() / THREADS_PER_ROW; }
int lane() { return thread() % THREADS_PER_ROW; }

shared float shares[THREADS];

// The sum, and the largest, of what the row's threads bring. All threads of the workgroup call it together.
float row_sum(float share) {
  shares[thread()] = share;
  for (int half_ = THREADS_PER_ROW / 2; half_ > 0; half_ /= 2) {
    meet();
    if (lane() < half_) shares[thread()] += shares[thread() + half_];
  }
  meet();
  float total = shares[thread() - lane()];
  meet();
  return total;
}

float row_largest(float share) {
  shares[thread()] = share;
  for (int half_ = THREADS_PER_ROW / 2; half_ > 0; half_ /= 2) {
    meet();
    if (lane() < half_) {
      float other = shares[thread() + half_];
      if (other > shares[thread()]) shares[thread()] = other;
    }
  }
  meet();
  float largest = shares[thread() - lane()];
  meet();
  return largest;
}
#endif
