#include "core/history/run_parts.h"

#include "core/base/error.h"

namespace lab::run_parts {

namespace {

constexpr int64_t kMostSteps = int64_t{1} << 40;

Json write(const CurveRecorder::Waiting& waiting) {
  return {waiting.per_point, waiting.count, waiting.step_sum, waiting.value_sum};
}

Json write(const Stopping& s) {
  return {{"stopped", s.stopped},     {"waited", s.waited}, {"evaluated", s.evaluated},
          {"best_step", s.best_step}, {"loss", s.loss},     {"best_loss", s.best_loss}};
}

Stopping read_stopping(const Json& json) {
  Stopping s;
  s.stopped = json.at("stopped").get<bool>();
  s.waited = json.at("waited").get<int>();
  s.evaluated = json.at("evaluated").get<int64_t>();
  s.best_step = json.at("best_step").get<int64_t>();
  s.loss = json.at("loss").get<double>();
  s.best_loss = json.at("best_loss").get<double>();
  return s;
}

std::vector<float> two_rows(const Curve& curve) {
  std::vector<float> rows = curve.step;
  rows.insert(rows.end(), curve.value.begin(), curve.value.end());
  return rows;
}

CurveRecorder read_curve(const SafetensorsFile& file, const std::string& path, const std::string& name,
                         const Json& waits) {
  const SafetensorsFile::Entry& entry = file.entry(name);
  if (entry.shape.size() != 2 || entry.shape[0] != 2 || entry.shape[1] > int64_t{CurveRecorder::kMostPoints})
    refuse(path, fmt::format("the shape of {} is impossible", name));
  const std::vector<float> rows = file.floats(name);
  const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
  const CurveRecorder::Waiting waiting = {waits.at(0).get<int>(), waits.at(1).get<int>(), waits.at(2).get<double>(),
                                          waits.at(3).get<double>()};
  if (waiting.per_point < 1 || waiting.count < 0 || waiting.count >= waiting.per_point)
    refuse(path, fmt::format("{} is thinned in an impossible way", name));
  return {{{rows.begin(), middle}, {middle, rows.end()}}, waiting};
}

}  // namespace

void refuse(const std::string& path, const std::string& why) { throw Error("{} is damaged: {}.", path, why); }

std::string metadata(const SafetensorsFile& file, const std::string& path, const char* key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end()) refuse(path, fmt::format("its \"{}\" is missing", key));
  return found->second;
}

Tensor view(const std::vector<float>& numbers, size_t from, Shape shape) {
  return {const_cast<float*>(numbers.data()) + from, shape};  // only read
}

Json write(const LearnedLane& lane, const Evaluation& test, const LaneRecord* record) {
  Json json = {{"steps", lane.steps},
               {"loss", lane.loss},
               {"gradient_norm", lane.gradient_norm},
               {"test", {test.loss, test.accuracy, test.pictures}}};
  for (const CurveRow& row : kCurves)
    if (record) json[row.name] = write((record->*row.curve).waiting());
  if (lane.optimiser_began > 0) json["optimiser_began"] = lane.optimiser_began;
  if (lane.stopping.best_step > 0) json["stopping"] = write(lane.stopping);
  return json;
}

LearnedLane read_lane(const Json& json, const std::string& path) {
  LearnedLane lane;
  lane.steps = json.at("steps").get<int64_t>();
  lane.loss = json.at("loss").get<float>();
  lane.gradient_norm = json.at("gradient_norm").get<float>();
  if (lane.steps < 0 || lane.steps > kMostSteps) refuse(path, "its number of steps is out of range");
  if (json.contains("optimiser_began")) lane.optimiser_began = json.at("optimiser_began").get<int64_t>();
  if (lane.optimiser_began < 0 || lane.optimiser_began > lane.steps)
    refuse(path, "its optimiser begins at an impossible step");
  if (json.contains("stopping")) lane.stopping = read_stopping(json.at("stopping"));
  return lane;
}

Evaluation read_test(const Json& json) {
  const Json& test = json.at("test");
  return {test.at(0).get<double>(), test.at(1).get<double>(), test.at(2).get<int>()};
}

void add_curves(std::vector<NamedTensor>& tensors, std::vector<std::vector<float>>& kept, const std::string& prefix,
                const LaneRecord& record) {
  for (const CurveRow& row : kCurves) {
    const std::vector<float>& rows = kept.emplace_back(two_rows((record.*row.curve).curve()));
    tensors.push_back({prefix + row.name, view(rows, 0, {2, static_cast<int64_t>(rows.size() / 2)})});
  }
}

LaneRecord read_record(const SafetensorsFile& file, const std::string& path, const std::string& prefix,
                       const Json& json) {
  LaneRecord record;
  record.steps = read_lane(json, path).steps;
  record.test = read_test(json);
  for (const CurveRow& row : kCurves)
    if (json.contains(row.name)) record.*row.curve = read_curve(file, path, prefix + row.name, json.at(row.name));
  return record;
}

}  // namespace lab::run_parts
