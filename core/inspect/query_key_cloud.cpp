#include "core/inspect/query_key_cloud.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/inspect/principal_components.h"

namespace lab {

void QueryKeyCloud::add(int index, int tokens, const AttentionStages& stages, TileMapPtr map) {
  width = stages.score_width;
  scale = stages.scale;
  additive = stages.additive;
  samples.push_back({index, points(), tokens, std::move(map)});
  const auto numbers = static_cast<std::ptrdiff_t>(tokens) * width;
  queries.insert(queries.end(), stages.q.begin(), stages.q.begin() + numbers);
  keys.insert(keys.end(), stages.k.begin(), stages.k.begin() + numbers);
}

void QueryKeyCloud::lay_out() {
  std::vector<float> all = queries;
  all.insert(all.end(), keys.begin(), keys.end());
  const PrincipalComponents pca = principal_components(all, width);
  explained = pca.explained;
  query_places.clear(), key_places.clear();
  for (int point = 0; point < points(); ++point) {
    const size_t from = static_cast<size_t>(point) * width;
    query_places.push_back(pca.place(std::span(queries).subspan(from, width)));
    key_places.push_back(pca.place(std::span(keys).subspan(from, width)));
  }
}

const QueryKeyCloud::Sample& QueryKeyCloud::sample_of(int point) const {
  const auto later = [](int at, const Sample& sample) { return at < sample.first; };
  return *std::prev(std::upper_bound(samples.begin(), samples.end(), point, later));
}

bool QueryKeyCloud::exists(int query, int key) const {
  const Sample& sample = sample_of(query);
  return &sample == &sample_of(key) && sample.map->exists(query - sample.first, key - sample.first);
}

std::vector<float> QueryKeyCloud::contributions(int query, int key) const {
  const float* q = queries.data() + static_cast<size_t>(query) * width;
  const float* k = keys.data() + static_cast<size_t>(key) * width;
  std::vector<float> parts(width);
  for (int d = 0; d < width; ++d) parts[d] = additive.empty() ? q[d] * k[d] : additive[d] * std::tanh(q[d] + k[d]);
  return parts;
}

float QueryKeyCloud::score(int query, int key) const {
  const std::vector<float> parts = contributions(query, key);
  return std::accumulate(parts.begin(), parts.end(), 0.0f) * (additive.empty() ? scale : 1);
}

int QueryKeyCloud::best_key(int query) const {
  const Sample& sample = sample_of(query);
  int best = -1;
  for (int key = sample.first; key < sample.first + sample.tokens; ++key)
    if (exists(query, key) && (best < 0 || score(query, key) > score(query, best))) best = key;
  return best;
}

int QueryKeyCloud::best_query(int key) const {
  const Sample& sample = sample_of(key);
  int best = -1;
  for (int query = sample.first; query < sample.first + sample.tokens; ++query)
    if (exists(query, key) && (best < 0 || score(query, key) > score(best, key))) best = query;
  return best;
}

}  // namespace lab
