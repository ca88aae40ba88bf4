#include "core/train/export.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/attention/layer_maps.h"
#include "core/base/error.h"

namespace lab {

namespace {

using Json = nlohmann::ordered_json;

void check_stock(const Lane& lane, const ModelSettings& model) {
  for (int layer = 0; layer < model.layers; ++layer)
    for (const HeadGroup& group : head_groups(lane, layer, model.heads)) {
      const Spending usual, &has = group.spending;
      if (has.score != usual.score)
        throw Error("{} compares queries and keys by {}, which PyTorch's stock modules cannot; export a lane with {}.",
                    lane_title(lane), has.score, usual.score);
      if (has.strategy != usual.strategy)
        throw Error("{} takes attention weights from \"{}\", which PyTorch's stock modules cannot; export a lane that "
                    "takes them from the data.",
                    lane_title(lane), has.strategy.kind);
    }
}

/// Of each query its keys as [begin, end).
Json runs_of(const TileMap& map, const Lane& lane) {
  Json all = Json::array();
  for (int query = 0; query < map.queries(); ++query) {
    Json runs = Json::array();
    for (const KeyRun& run : map.runs(query)) runs.push_back({run.begin, run.end});
    if (runs.empty())
      throw Error("{} leaves token {} nothing to look at, of which PyTorch's stock modules make no number; paint it a "
                  "pair.",
                  lane_title(lane), query + 1);
    all.push_back(runs);
  }
  return all;
}

/// The maps, each once, and which of them each head of each layer has.
void describe_patterns(const std::vector<LayerMaps>& layers, const Lane& lane, Json& model) {
  std::map<std::string, int> numbers;
  Json patterns = Json::array(), of_layers = Json::array();
  for (const LayerMaps& layer : layers) {
    Json of_heads = Json::array();
    for (const TileMapPtr& map : layer.heads) {
      const Json runs = runs_of(*map, lane);
      const auto [at, fresh] = numbers.emplace(runs.dump(), static_cast<int>(numbers.size()));
      if (fresh) patterns.push_back(runs);
      of_heads.push_back(at->second);
    }
    of_layers.push_back(of_heads);
  }
  model["patterns"] = patterns;
  model["layer_patterns"] = of_layers;
}

}  // namespace

std::string pytorch_model(const RunFile& run, int lane) {
  const ModelSettings& m = run.experiment().model;
  const int lanes = static_cast<int>(run.experiment().lanes.size());
  if (lane < 0 || lane >= lanes) throw Error("The run has {} lanes; there is no lane {}.", lanes, lane + 1);
  const Lane& chosen = run.experiment().lanes[lane];
  check_stock(chosen, m);
  const PictureKind& pictures = run.pictures();
  Json model = {{"height", pictures.height}, {"width", pictures.width}, {"patch", m.patch},
                {"channels", m.width},       {"heads", m.heads},        {"layers", m.layers},
                {"mlp", m.mlp},              {"classes", pictures.classes}};
  const Geometry geometry = Geometry::grid(pictures.height / m.patch, pictures.width / m.patch, 1);
  describe_patterns(make_layer_maps(chosen, geometry, m.layers, m.heads), chosen, model);

  Arena arena;
  std::vector<NamedTensor> tensors;
  for (const auto& [name, tensor] : run.weights(lane, arena)) tensors.push_back({name, tensor});
  return safetensors_bytes(tensors, {{"format", "pt"},
                                     {"title", lane_title(chosen)},
                                     {"steps", std::to_string(run.records()[lane].steps)},
                                     {"vision_transformer", model.dump()}});
}

}  // namespace lab
