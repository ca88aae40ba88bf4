// The way back of attention_tiles.comp to the keys and values, as attention_tiles_dq.comp, by tiles of keys:
// dv = Σ weight · d_out, dk = scale · Σ d_score · q.
//   q, k, v, d_out, dk, dv: views   kept [B·H, N, 3]: largest, 1 / sum, along
//   tiles: turned, key tile by key tile; an entry is a query tile, and for each of its queries the word of keys
// A workgroup takes TILE keys of a head; ROW_THREADS threads share a key. Width at most WIDEST.

layout(binding = 0) writeonly buffer Dk { float dk[]; };
layout(binding = 1) writeonly buffer Dv { float dv[]; };
layout(binding = 2) readonly buffer Q { float q[]; };
layout(binding = 3) readonly buffer K { float k[]; };
layout(binding = 4) readonly buffer V { float v[]; };
layout(binding = 5) readonly buffer DOut { float d_out[]; };
layout(binding = 6) readonly buffer Kept { float kept[]; };
layout(binding = 7) readonly buffer Tiles { uint tiles[]; };

layout(location = 0) uniform int heads;
layout(location = 1) uniform int queries;
layout(location = 2) uniform int keys;
layout(location = 3) uniform int width;
layout(location = 4) uniform float scale;
layout(location = 5) uniform int lengths_at;  // 0: no lengths
layout(location = 6) uniform int view_dk[4];
layout(location = 10) uniform int view_dv[4];
layout(location = 14) uniform int view_q[4];
layout(location = 18) uniform int view_k[4];
layout(location = 22) uniform int view_v[4];
layout(location = 26) uniform int view_d_out[4];

const int kColumns = WIDEST / ROW_THREADS;
const int kEntry = 1 + TILE;

shared float tile_q[TILE][WIDEST + 1];
shared float tile_d[TILE][WIDEST + 1];
shared float tile_w[TILE][TILE];   // by key, then query
shared float tile_ds[TILE][TILE];

int start(int view[4], int b, int h, int n) { return view[0] + b * view[1] + h * view[2] + n * view[3]; }

void main() {
  int key_tiles = (keys + TILE - 1) / TILE;
  int head = group() / key_tiles, key_tile = group() % key_tiles, b = head / heads, h = head % heads;
  int r = thread() / ROW_THREADS, lane = thread() % ROW_THREADS, key = key_tile * TILE + r;
  int length = lengths_at > 0 ? int(tiles[lengths_at + b]) : keys;
  int own = min(key, keys - 1);
  int at_k = start(view_k, b, h, own), at_v = start(view_v, b, h, own);
  float d_keys[kColumns], d_values[kColumns];
  for (int c = 0; c < kColumns; ++c) d_keys[c] = d_values[c] = 0.0;

  for (int entry = int(tiles[key_tile]); entry < int(tiles[key_tile + 1]); entry += kEntry) {
    int first_query = int(tiles[entry]) * TILE;
    meet();
    for (int n = thread(); n < TILE * width; n += THREADS) {
      int from = first_query + n / width;
      bool inside = from < queries;
      tile_q[n / width][n % width] = inside ? q[start(view_q, b, h, from) + n % width] : 0.0;
      tile_d[n / width][n % width] = inside ? d_out[start(view_d_out, b, h, from) + n % width] : 0.0;
    }
    meet();
    for (int i = lane; i < TILE; i += ROW_THREADS) {
      tile_w[r][i] = tile_ds[r][i] = 0.0;
      if ((tiles[entry + 1 + i] >> r & 1u) == 0u || key >= length) continue;
      float score = 0.0, d_weight = 0.0;
      for (int d = 0; d < width; ++d) {
        score += tile_q[i][d] * k[at_k + d];
        d_weight += tile_d[i][d] * v[at_v + d];
      }
      int at_kept = (head * queries + first_query + i) * 3;
      float weight = exponential(scale * score - kept[at_kept]) * kept[at_kept + 1];
      tile_w[r][i] = weight;
      tile_ds[r][i] = weight * (d_weight - kept[at_kept + 2]);
    }
    meet();
    for (int c = 0; c < kColumns; ++c) {
      int d = lane + c * ROW_THREADS;
      if (d >= width) break;
      for (int i = 0; i < TILE; ++i) {
        d_values[c] += tile_w[r][i] * tile_d[i][d];
        d_keys[c] += tile_ds[r][i] * tile_q[i][d];
      }
    }
  }

  if (key >= keys) return;
  int at_dk = start(view_dk, b, h, key), at_dv = start(view_dv, b, h, key);
  for (int c = 0; c < kColumns; ++c) {
    int d = lane + c * ROW_THREADS;
    if (d >= width) break;
    dk[at_dk + d] = scale * d_keys[c];
    dv[at_dv + d] = d_values[c];
  }
}
