#include "core/history/export.h"

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
        throw Error(
            "{} takes attention weights from \"{}\", which PyTorch's stock modules cannot; export a lane that "
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
      throw Error(
          "{} leaves token {} nothing to look at, of which PyTorch's stock modules make no number; paint it a "
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

// A module of assets/model.py and what it is made with.
struct Described {
  const char* module;
  Json model;
};

Json sizes_of(const ModelSettings& m) {
  return {{"channels", m.width}, {"heads", m.heads}, {"layers", m.layers}, {"mlp", m.mlp}};
}

Described describe_pictures(const RunFile& run, const Lane& lane) {
  const ModelSettings& m = run.experiment().model;
  const PictureKind& pictures = run.pictures();
  Json model = {{"height", pictures.height}, {"width", pictures.width}, {"patch", m.patch}};
  model.update(sizes_of(m));
  model["classes"] = pictures.classes;
  const Geometry geometry = Geometry::grid(pictures.height / m.patch, pictures.width / m.patch, 1);
  describe_patterns(make_layer_maps(lane, geometry, m.layers, m.heads), lane, model);
  return {"vision_transformer", model};
}

Json vocabulary(const Tokenizer& tokenizer) { return Json::parse(tokenizer.to_json()); }

/// One mask serves texts of every length, as its upper left corner: throws Error where a pattern draws its pairs anew
/// for each length.
void check_corners(const std::vector<LayerMaps>& longest, const LearnerShape& shape, int context) {
  for (int tokens = 1; tokens < context; ++tokens) {
    const auto maps =
        make_layer_maps(shape.attention, geometry_of(shape, {tokens, 0}), shape.model.layers, shape.model.heads);
    for (size_t layer = 0; layer < maps.size(); ++layer)
      for (size_t head = 0; head < maps[layer].heads.size(); ++head)
        for (int i = 0; i < tokens; ++i)
          for (int j = 0; j < tokens; ++j)
            if (maps[layer].heads[head]->exists(i, j) != longest[layer].heads[head]->exists(i, j))
              throw Error(
                  "{} has other pairs in texts of {} tokens than in longer ones, which one mask of PyTorch's "
                  "cannot; export a lane with another pattern.",
                  title(shape.attention, false), tokens);
  }
}

Described describe_texts(const RunFile& run, const Lane& lane) {
  const Dataset& data = run.data();
  const LearnerShape shape = {data, run.experiment().model, lane};
  Json model = {{"context", data.context}};
  model.update(sizes_of(shape.model));
  const Allocation& usual = lane;
  const Allocation looking_back = causal({.attention = lane}).attention;
  const auto maps = make_layer_maps(data.kind == ModelKind::kWriter ? looking_back : usual,
                                    geometry_of(shape, {data.context, 0}), shape.model.layers, shape.model.heads);
  describe_patterns(maps, lane, model);
  model["tokenizer"] = vocabulary(data.tokenizer);
  if (data.kind == ModelKind::kWriter) return {"language_model", model};
  check_corners(maps, shape, data.context);
  if (data.kind == ModelKind::kTextClassifier) {
    model["classes"] = data.classes;
    return {"text_classifier", model};
  }
  Json answer;
  describe_patterns(
      make_layer_maps(looking_back, Geometry::sequence(data.context), shape.model.layers, shape.model.heads), lane,
      answer);
  model["answer_patterns"] = answer["patterns"];
  model["answer_layer_patterns"] = answer["layer_patterns"];
  model["answer_tokenizer"] = vocabulary(data.answer_tokenizer);
  return {"translator", model};
}

}  // namespace

std::string pytorch_model(const RunFile& run, int lane) {
  const int lanes = static_cast<int>(run.experiment().lanes.size());
  if (lane < 0 || lane >= lanes) throw Error("The run has {} lanes; there is no lane {}.", lanes, lane + 1);
  const Lane& chosen = run.experiment().lanes[lane];
  check_stock(chosen, run.experiment().model);
  const bool pictures = run.data().kind == ModelKind::kPictureClassifier;
  const Described described = pictures ? describe_pictures(run, chosen) : describe_texts(run, chosen);

  Arena arena;
  std::vector<NamedTensor> tensors;
  for (const auto& [name, tensor] : run.weights(lane, arena)) tensors.push_back({name, tensor});
  return safetensors_bytes(tensors, {{"format", "pt"},
                                     {"title", lane_title(chosen, pictures)},
                                     {"steps", std::to_string(run.records()[lane].steps)},
                                     {described.module, described.model.dump()}});
}

}  // namespace lab
