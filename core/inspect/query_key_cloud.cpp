#include "core/inspect/query_key_cloud.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/inspect/principal_components.h"

namespace lab {

namespace {

/// Of samples in order, the one whose queries, or keys, have that point among them.
const QueryKeyCloud::Sample& sample_with(const std::vector<QueryKeyCloud::Sample>& samples,
                                         QueryKeyCloud::Part QueryKeyCloud::Sample::*part, int point) {
  const auto later = [&](int at, const QueryKeyCloud::Sample& sample) { return at < (sample.*part).end(); };
  return *std::upper_bound(samples.begin(), samples.end(), point, later);
}

}  // namespace

void QueryKeyCloud::add(int index, int of_queries, int of_keys, const AttentionStages& stages, TileMapPtr map) {
  width = stages.score_width;
  scale = stages.scale;
  additive = stages.additive;
  samples.push_back({index, {query_count(), of_queries}, {key_count(), of_keys}, std::move(map)});
  const auto numbers = [&](int count) { return static_cast<std::ptrdiff_t>(count) * width; };
  queries.insert(queries.end(), stages.q.begin(), stages.q.begin() + numbers(of_queries));
  keys.insert(keys.end(), stages.k.begin(), stages.k.begin() + numbers(of_keys));
}

void QueryKeyCloud::lay_out() {
  std::vector<float> all = queries;
  all.insert(all.end(), keys.begin(), keys.end());
  const PrincipalComponents pca = principal_components(all, width);
  explained = pca.explained;
  const auto places = [&](const std::vector<float>& points) {
    std::vector<std::array<float, 2>> placed;
    for (size_t from = 0; from < points.size(); from += width)
      placed.push_back(pca.place(std::span(points).subspan(from, width)));
    return placed;
  };
  query_places = places(queries), key_places = places(keys);
}

const QueryKeyCloud::Sample& QueryKeyCloud::sample_of_query(int query) const {
  return sample_with(samples, &Sample::queries, query);
}
const QueryKeyCloud::Sample& QueryKeyCloud::sample_of_key(int key) const {
  return sample_with(samples, &Sample::keys, key);
}

bool QueryKeyCloud::exists(int query, int key) const {
  const Sample& sample = sample_of_query(query);
  return sample.keys.has(key) && sample.map->exists(query - sample.queries.first, key - sample.keys.first);
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
  const Part& keys_there = sample_of_query(query).keys;
  int best = -1;
  for (int key = keys_there.first; key < keys_there.end(); ++key)
    if (exists(query, key) && (best < 0 || score(query, key) > score(query, best))) best = key;
  return best;
}

int QueryKeyCloud::best_query(int key) const {
  const Part& queries_there = sample_of_key(key).queries;
  int best = -1;
  for (int query = queries_there.first; query < queries_there.end(); ++query)
    if (exists(query, key) && (best < 0 || score(query, key) > score(best, key))) best = query;
  return best;
}

}  // namespace lab
