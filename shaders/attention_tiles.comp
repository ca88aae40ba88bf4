// Attention tile by tile (Dao, "FlashAttention-2", 2023): out = softmax(scale · q·kᵀ) · v with a running maximum and
// sum instead of stored weights, which are kept for the way back. Only the tiles of the map are visited, and in
// them only the pairs that exist are multiplied.
//   q, out [B, H, N, width], k, v [B, H, M, width]: views as in attention_scores.comp
//   kept [B·H, N, 3]: each query's largest score, 1 / its sum of e^(score − largest) (0 for a query with no key);
//     the third is the way back's
//   tiles: where each query tile's list begins, and where the last ends; then the lists of entries: a key tile, and
//     for each of the TILE queries a word of TILE bits: which keys exist; from lengths_at on the lengths [B]
// A workgroup takes TILE queries of a head; ROW_THREADS threads share a query. Width at most WIDEST.

layout(binding = 0) writeonly buffer Out { float mixed_values[]; };
layout(binding = 1) writeonly buffer Kept { float kept[]; };
layout(binding = 2) readonly buffer Q { float q[]; };
layout(binding = 3) readonly buffer K { float k[]; };
layout(binding = 4) readonly buffer V { float v[]; };
layout(binding = 5) readonly buffer Tiles { uint tiles[]; };

layout(location = 0) uniform int heads;
layout(location = 1) uniform int queries;
layout(location = 2) uniform int keys;
layout(location = 3) uniform int width;
layout(location = 4) uniform float scale;
layout(location = 5) uniform int lengths_at;  // 0: no lengths
layout(location = 6) uniform int view_out[4];
layout(location = 10) uniform int view_q[4];
layout(location = 14) uniform int view_k[4];
layout(location = 18) uniform int view_v[4];

const int kScores = TILE / ROW_THREADS;    // keys of a tile that a thread scores
const int kColumns = WIDEST / ROW_THREADS;  // numbers of a row that a thread adds up
const int kEntry = 1 + TILE;

shared float tile_q[TILE][WIDEST + 1];  // + 1: rows begin in different banks of shared memory
shared float tile_k[TILE][WIDEST + 1];
shared float tile_v[TILE][WIDEST + 1];
shared float tile_w[TILE][TILE];
shared float parts[TILE][ROW_THREADS];

int start(int view[4], int b, int h, int n) { return view[0] + b * view[1] + h * view[2] + n * view[3]; }

void main() {
  int query_tiles = (queries + TILE - 1) / TILE;
  int head = group() / query_tiles, query_tile = group() % query_tiles, b = head / heads, h = head % heads;
  int r = thread() / ROW_THREADS, lane = thread() % ROW_THREADS, query = query_tile * TILE + r;
  int length = lengths_at > 0 ? int(tiles[lengths_at + b]) : keys;

  for (int n = thread(); n < TILE * width; n += THREADS) {
    int from = query_tile * TILE + n / width;
    tile_q[n / width][n % width] = from < queries ? q[start(view_q, b, h, from) + n % width] : 0.0;
  }
  float largest = kLowest, total = 0.0, mixed[kColumns];
  for (int c = 0; c < kColumns; ++c) mixed[c] = 0.0;

  for (int entry = int(tiles[query_tile]); entry < int(tiles[query_tile + 1]); entry += kEntry) {
    int first_key = int(tiles[entry]) * TILE;
    uint exists = tiles[entry + 1 + r];
    meet();  // the queries are there, and no one reads the tile before any more
    for (int n = thread(); n < TILE * width; n += THREADS) {
      int from = first_key + n / width;
      bool inside = from < length;
      tile_k[n / width][n % width] = inside ? k[start(view_k, b, h, from) + n % width] : 0.0;
      tile_v[n / width][n % width] = inside ? v[start(view_v, b, h, from) + n % width] : 0.0;
    }
    meet();
    float scores[kScores], share = kLowest;
    for (int i = 0; i < kScores; ++i) {
      int j = lane + i * ROW_THREADS;
      scores[i] = kLowest;
      if ((exists >> j & 1u) == 0u || first_key + j >= length) continue;
      float total_score = 0.0;
      for (int d = 0; d < width; ++d) total_score += tile_q[r][d] * tile_k[j][d];
      scores[i] = scale * total_score;
      if (scores[i] > share) share = scores[i];
    }
    parts[r][lane] = share;
    meet();
    float before = largest;
    for (int i = 0; i < ROW_THREADS; ++i)
      if (parts[r][i] > largest) largest = parts[r][i];
    float base = largest == kLowest ? 0.0 : largest;  // no key so far: every weight is e^(−∞) = 0
    share = 0.0;
    for (int i = 0; i < kScores; ++i) {
      float e = exponential(scores[i] - base);
      tile_w[r][lane + i * ROW_THREADS] = e;
      share += e;
    }
    meet();  // everyone has read the parts of the maximum
    parts[r][lane] = share;
    meet();
    float shrink = exponential(before - base);  // brings what was summed so far to the new maximum
    total *= shrink;
    for (int i = 0; i < ROW_THREADS; ++i) total += parts[r][i];
    for (int c = 0; c < kColumns; ++c) {
      int d = lane + c * ROW_THREADS;
      if (d >= width) break;
      float sum = mixed[c] * shrink;
      for (int j = 0; j < TILE; ++j) sum += tile_w[r][j] * tile_v[j][d];
      mixed[c] = sum;
    }
  }

  if (query >= queries) return;
  float inverse = total == 0.0 ? 0.0 : 1.0 / total;
  int at = start(view_out, b, h, query);
  for (int c = 0; c < kColumns; ++c) {
    int d = lane + c * ROW_THREADS;
    if (d < width) mixed_values[at + d] = mixed[c] * inverse;
  }
  if (lane == 0) {
    kept[(head * queries + query) * 3] = largest == kLowest ? 0.0 : largest;
    kept[(head * queries + query) * 3 + 1] = inverse;
  }
}
