#include "core/history/run_file.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/data/fingerprint.h"
#include "core/history/run_history.h"

namespace lab {

namespace {

using run_parts::Json;
using run_parts::metadata;
using run_parts::refuse;

constexpr const char* kKind = "attention_lab";
constexpr const char* kRun = "run 1";

struct NumbersRow {
  const char* prefix;
  std::vector<float>& (*numbers)(LearnedLane&);
  bool (*there)(const LearnedLane&);
};
bool always(const LearnedLane&) { return true; }
constexpr NumbersRow kNumbers[] = {
    {"", [](LearnedLane& lane) -> std::vector<float>& { return lane.values; }, always},
    {"optimiser.first.", [](LearnedLane& lane) -> std::vector<float>& { return lane.first; }, always},
    {"optimiser.second.", [](LearnedLane& lane) -> std::vector<float>& { return lane.second; }, always},
    {"best.", [](LearnedLane& lane) -> std::vector<float>& { return lane.stopping.best; },
     [](const LearnedLane& lane) { return lane.stopping.best_step > 0; }}};

std::string curve_prefix(int lane) { return fmt::format("curves.{}.", lane); }

/// Where a parameter's numbers begin among all of its set.
size_t place_of(const Parameter& parameter, const ParameterSet& set) {
  return static_cast<size_t>(parameter.value.data - set.values().data());
}

// ---- writing

Json write(const Dataset& data) {
  return {{"height", data.train.height}, {"width", data.train.width}, {"classes", data.classes}};
}

struct KindRow {
  ModelKind kind;
  const char* name;
};
constexpr KindRow kTextKinds[] = {
    {ModelKind::kTextClassifier, "classifier"}, {ModelKind::kWriter, "writer"}, {ModelKind::kTranslator, "translator"}};

std::string write_texts(const Dataset& data) {
  const auto* const kind = std::ranges::find(kTextKinds, data.kind, &KindRow::kind);
  return Json{{"kind", kind->name},
              {"title", data.title},
              {"context", data.context},
              {"first_sees_all", data.class_token_sees_all},
              {"tokenizer", data.tokenizer.to_json()},
              {"answer_tokenizer", data.answer_tokenizer.to_json()}}
      .dump();
}

void read_texts(const std::string& text, const std::string& path, Dataset& data) {
  constexpr int kLongestContext = 1 << 16;
  const Json json = parse_json(text, path);
  const auto* const kind = std::ranges::find(kTextKinds, json.at("kind").get<std::string>(),
                                             [](const KindRow& row) { return std::string(row.name); });
  data.context = json.at("context").get<int>();
  if (kind == std::end(kTextKinds) || data.context < 1 || data.context > kLongestContext)
    run_parts::refuse(path, "its \"texts\" are of no kind that is known here");
  data.kind = kind->kind;
  data.title = json.at("title").get<std::string>();
  data.class_token_sees_all = json.at("first_sees_all").get<bool>();
  data.tokenizer = Tokenizer::from_json(json.at("tokenizer").get<std::string>(), path);
  data.answer_tokenizer = Tokenizer::from_json(json.at("answer_tokenizer").get<std::string>(), path);
}

/// All numbers of a lane.
void add_tensors(std::vector<NamedTensor>& tensors, const std::string& prefix, LearnedLane& lane,
                 const ParameterSet& set) {
  for (const NumbersRow& row : kNumbers) {
    if (!row.there(lane)) continue;
    for (const Parameter& parameter : set.all())
      tensors.push_back({row.prefix + prefix + parameter.name,
                         run_parts::view(row.numbers(lane), place_of(parameter, set), parameter.value.shape)});
  }
}

// ---- reading

/// Before anything as large as the experiment says is made: the file itself is as large.
void check_model(const SafetensorsFile& file, const std::string& path, const Experiment& experiment) {
  const ModelSettings& model = experiment.model;
  const int lanes = static_cast<int>(experiment.lanes.size());
  for (int lane = 0; lane < lanes; ++lane)
    for (int layer = 0; layer < model.layers; ++layer) {
      const std::string name = fmt::format("{}encoder.layers.{}.linear1.weight", lane_prefix(lane, lanes), layer);
      if (file.entry(name).shape != std::vector<int64_t>{model.mlp, model.width})
        refuse(path, fmt::format("{} is not as large as its experiment says", name));
    }
}

/// Copies a tensor of the file to its parameter's place.
void read_numbers(const SafetensorsFile& file, const std::string& path, const std::string& name,
                  const Parameter& parameter, const ParameterSet& set, std::vector<float>& to) {
  const SafetensorsFile::Entry& entry = file.entry(name);
  std::vector<int64_t> shape;
  for (int axis = 0; axis < parameter.value.shape.rank(); ++axis) shape.push_back(parameter.value.shape[axis]);
  if (entry.shape != shape)
    throw Error("{} holds {} as [{}]; this model needs [{}].", path, name, fmt::join(entry.shape, ", "),
                fmt::join(shape, ", "));
  const std::vector<float> numbers = file.floats(name);
  std::copy(numbers.begin(), numbers.end(), to.begin() + static_cast<std::ptrdiff_t>(place_of(parameter, set)));
}

bool beyond_pytorch(const std::string& name) {
  for (const char* part : {".score_", ".strategy_", ".heads_"})
    if (name.find(part) != std::string::npos) return true;
  return false;
}

/// The tensors of a run file that are no weights.
bool beside_weights(const std::string& name) {
  for (const char* prefix : {"optimiser.", "curves.", "best.", "history."})
    if (name.rfind(prefix, 0) == 0) return true;
  return false;
}

void refuse_unknown(const SafetensorsFile& file, const std::string& path, const std::set<std::string>& known) {
  for (const auto& [name, entry] : file.entries())
    if (known.count(name) == 0 && !beside_weights(name))
      throw Error("{} holds {}, which this model does not have; choose the settings it was trained with.", path, name);
}

}  // namespace

std::string lane_prefix(int lane, int lanes) { return lanes == 1 ? "" : fmt::format("lanes.{}.", lane); }

void save_run(const std::string& path, Trainer& trainer, const std::vector<LaneRecord>& records, const History& history,
              const std::string& view, const MadeChanges& changes) {
  TrainingState state = trainer.state();
  std::vector<NamedTensor> tensors;
  std::vector<std::vector<float>> curves;
  Json lanes = Json::array();
  for (int lane = 0; lane < trainer.lanes(); ++lane) {
    const LaneRecord& record = records[lane];
    add_tensors(tensors, lane_prefix(lane, trainer.lanes()), state.lanes[lane], trainer.parameters(lane));
    run_parts::add_curves(tensors, curves, curve_prefix(lane), record);
    lanes.push_back(run_parts::write(state.lanes[lane], record.test, &record));
  }
  SafetensorsFile::Metadata metadata = {{kKind, kRun},
                                        {"experiment", to_json(state.experiment)},
                                        {"data", fingerprint(trainer.data())},
                                        {"pictures", write(trainer.data()).dump()},
                                        {"steps", std::to_string(trainer.steps())},
                                        {"lanes", lanes.dump()}};
  if (trainer.data().kind != ModelKind::kPictureClassifier) metadata["texts"] = write_texts(trainer.data());
  if (!history.moments().empty()) metadata["history"] = write_history(history, tensors, curves);
  if (!view.empty()) metadata["view"] = view;
  if (!changes.all.empty()) metadata["changes"] = to_json(changes);
  save_safetensors(path, tensors, metadata);
}

RunFile RunFile::load(const std::string& path) { return {path, SafetensorsFile::load(path)}; }

RunFile::RunFile(std::string path, SafetensorsFile file) : path_(std::move(path)), file_(std::move(file)) {
  if (file_.metadata().count(kKind) == 0)
    throw Error("{} holds no run that could be gone on with; weights alone are loaded with --weights.", path_);
  if (metadata(file_, path_, kKind) != kRun)
    throw Error("{} was written as \"{}\", which this version does not know.", path_, metadata(file_, path_, kKind));
  experiment_ = from_json(metadata(file_, path_, "experiment"), path_);
  validate(experiment_);
  check_model(file_, path_, experiment_);
  try {
    const Json pictures = parse_json(metadata(file_, path_, "pictures"), path_);
    pictures_ = {pictures.at("height").get<int>(), pictures.at("width").get<int>(),
                 pictures.at("classes").get<std::vector<std::string>>()};
    data_.task = experiment_.task;
    data_.classes = pictures_.classes;
    data_.train.height = data_.test.height = pictures_.height;
    data_.train.width = data_.test.width = pictures_.width;
    if (file_.metadata().contains("texts")) read_texts(metadata(file_, path_, "texts"), path_, data_);
    const Json lanes = parse_json(metadata(file_, path_, "lanes"), path_);
    for (size_t lane = 0; lane < experiment_.lanes.size(); ++lane) read_lane(static_cast<int>(lane), lanes.at(lane));
  } catch (const Json::exception&) {
    refuse(path_, "its \"pictures\", \"texts\" or \"lanes\" are not written as they should be");
  }
  validate(experiment_, pictures_.height, pictures_.width);
  if (file_.metadata().contains("changes")) changes_ = changes_from_json(metadata(file_, path_, "changes"), path_);
}

void RunFile::read_lane(int lane, const Json& json) {
  latest_.push_back(run_parts::read_lane(json, path_));
  records_.push_back(run_parts::read_record(file_, path_, curve_prefix(lane), json));
}

std::vector<NamedTensor> RunFile::weights(int lane, Arena& arena) const {
  const std::string prefix = lane_prefix(lane, static_cast<int>(latest_.size()));
  std::vector<NamedTensor> weights;
  for (const auto& [name, entry] : file_.entries()) {
    if (name.rfind(prefix, 0) != 0 || beside_weights(name)) continue;
    const std::vector<float> numbers = file_.floats(name);
    weights.push_back({name.substr(prefix.size()), arena.allocate(Shape(std::span(entry.shape)))});
    std::copy(numbers.begin(), numbers.end(), weights.back().tensor.begin());
  }
  return weights;
}

void RunFile::resume(Trainer& trainer) const {
  if (fingerprint(trainer.data()) != metadata(file_, path_, "data"))
    throw Error("{} was trained on other data than {}; name the data it was trained on.", path_, trainer.data().title);
  Experiment same = experiment_;
  same.data_dir = trainer.experiment().data_dir;  // the same data may lie elsewhere
  if (static_cast<size_t>(trainer.lanes()) != latest_.size() || needs_restart(trainer.experiment(), same))
    throw Error("{} was trained with other settings; only those that may change during training can change now.",
                path_);
  TrainingState state{trainer.experiment(), latest_};
  for (int lane = 0; lane < trainer.lanes(); ++lane) {
    const ParameterSet& set = trainer.parameters(lane);
    for (const NumbersRow& row : kNumbers) {
      if (!row.there(state.lanes[lane])) continue;
      std::vector<float>& numbers = row.numbers(state.lanes[lane]);
      numbers.assign(set.values().size(), 0.0f);
      for (const Parameter& parameter : set.all())
        read_numbers(file_, path_, row.prefix + lane_prefix(lane, trainer.lanes()) + parameter.name, parameter, set,
                     numbers);
    }
  }
  trainer.restore(state);
}

std::string RunFile::view() const {
  const auto written = file_.metadata().find("view");
  return written == file_.metadata().end() ? "" : written->second;
}

std::vector<Moment> RunFile::moments(Trainer& trainer) const { return read_history(file_, path_, trainer); }

void load_weights(const std::string& path, Trainer& trainer) {
  const SafetensorsFile file = SafetensorsFile::load(path);
  const auto first = file.entries().lower_bound("lanes.");
  const bool by_lane = first != file.entries().end() && first->first.rfind("lanes.", 0) == 0;
  TrainingState state = trainer.state();
  std::set<std::string> known;
  for (int lane = 0; lane < trainer.lanes(); ++lane) {
    const ParameterSet& set = trainer.parameters(lane);
    for (const Parameter& parameter : set.all()) {
      const std::string name = (by_lane ? fmt::format("lanes.{}.", lane) : "") + parameter.name;
      known.insert(name);
      if (file.has(name) || !beyond_pytorch(name))
        read_numbers(file, path, name, parameter, set, state.lanes[lane].values);
    }
  }
  refuse_unknown(file, path, known);
  trainer.restore(state);
}

}  // namespace lab
