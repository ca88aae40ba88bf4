// The way back of attention_tiles.comp to the queries. With weight = e^(score − largest) / sum, computed again:
// d_score = weight · (d_out · v − along), dq = scale · Σ d_score · k.
//   q, k, v, d_out, dq: views as there   kept [B·H, N, 3]: largest, 1 / sum, along   tiles: as there
// A workgroup takes TILE queries of a head; ROW_THREADS threads share a query. Width at most WIDEST.

layout(binding = 0) writeonly buffer Dq { float dq[]; };
layout(binding = 1) readonly buffer Q { float q[]; };
layout(binding = 2) readonly buffer K { float k[]; };
layout(binding = 3) readonly buffer V { float v[]; };
layout(binding = 4) readonly buffer DOut { float d_out[]; };
layout(binding = 5) readonly buffer Kept { float kept[]; };
layout(binding = 6) readonly buffer Tiles { uint tiles[]; };

layout(location = 0) uniform int heads;
layout(location = 1) uniform int queries;
layout(location = 2) uniform int keys;
layout(location = 3) uniform int width;
layout(location = 4) uniform float scale;
layout(location = 5) uniform int lengths_at;  // 0: no lengths
layout(location = 6) uniform int view_dq[4];
layout(location = 10) uniform int view_q[4];
layout(location = 14) uniform int view_k[4];
layout(location = 18) uniform int view_v[4];
layout(location = 22) uniform int view_d_out[4];

const int kColumns = WIDEST / ROW_THREADS;
const int kEntry = 1 + TILE;

shared float tile_k[TILE][WIDEST + 1];
shared float tile_v[TILE][WIDEST + 1];
shared float tile_ds[TILE][TILE];

int start(int view[4], int b, int h, int n) { return view[0] + b * view[1] + h * view[2] + n * view[3]; }

void main() {
  int query_tiles = (queries + TILE - 1) / TILE;
  int head = group() / query_tiles, query_tile = group() % query_tiles, b = head / heads, h = head % heads;
  int r = thread() / ROW_THREADS, lane = thread() % ROW_THREADS, query = query_tile * TILE + r;
  int length = lengths_at > 0 ? int(tiles[lengths_at + b]) : keys;
  int own = min(query, queries - 1);  // beyond the last query nothing is kept
  int at_q = start(view_q, b, h, own), at_d = start(view_d_out, b, h, own), at_kept = (head * queries + own) * 3;
  float largest = kept[at_kept], inverse = kept[at_kept + 1], along = kept[at_kept + 2], sums[kColumns];
  for (int c = 0; c < kColumns; ++c) sums[c] = 0.0;

  for (int entry = int(tiles[query_tile]); entry < int(tiles[query_tile + 1]); entry += kEntry) {
    int first_key = int(tiles[entry]) * TILE;
    uint exists = tiles[entry + 1 + r];
    meet();
    for (int n = thread(); n < TILE * width; n += THREADS) {
      int from = first_key + n / width;
      bool inside = from < length;
      tile_k[n / width][n % width] = inside ? k[start(view_k, b, h, from) + n % width] : 0.0;
      tile_v[n / width][n % width] = inside ? v[start(view_v, b, h, from) + n % width] : 0.0;
    }
    meet();
    for (int j = lane; j < TILE; j += ROW_THREADS) {
      tile_ds[r][j] = 0.0;
      if ((exists >> j & 1u) == 0u || first_key + j >= length) continue;
      float score = 0.0, d_weight = 0.0;
      for (int d = 0; d < width; ++d) {
        score += q[at_q + d] * tile_k[j][d];
        d_weight += d_out[at_d + d] * tile_v[j][d];
      }
      tile_ds[r][j] = exponential(scale * score - largest) * inverse * (d_weight - along);
    }
    meet();
    for (int c = 0; c < kColumns; ++c) {
      int d = lane + c * ROW_THREADS;
      if (d >= width) break;
      for (int j = 0; j < TILE; ++j) sums[c] += tile_ds[r][j] * tile_k[j][d];
    }
  }

  if (query >= queries) return;
  int at = start(view_dq, b, h, query);
  for (int c = 0; c < kColumns; ++c) {
    int d = lane + c * ROW_THREADS;
    if (d < width) dq[at + d] = scale * sums[c];
  }
}
