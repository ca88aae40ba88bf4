#include "core/history/run_history.h"

#include "core/base/json.h"

namespace lab {

namespace {

using run_parts::Json;
using run_parts::refuse;

// Calls body(name, numbers) for each run of numbers that a lane has at a moment, or at a checkpoint.
template <class Learned, class Body>
void each_numbers(Learned& lane, bool checkpoint, const Body& body) {
  body("values", lane.values);
  if (!checkpoint) return;
  body("first", lane.first);
  body("second", lane.second);
  if (lane.stopping.best_step > 0) body("best", lane.stopping.best);
}

std::string prefix_of(int64_t step, size_t lane) { return fmt::format("history.{}.{}.", step, lane); }

Json write_lane(const LaneMoment& lane, const std::string& prefix, std::vector<NamedTensor>& tensors,
                std::vector<std::vector<float>>& kept) {
  each_numbers(lane.learned, lane.record.has_value(), [&](const char* name, const std::vector<float>& numbers) {
    tensors.push_back({prefix + name, run_parts::view(numbers, 0, {static_cast<int64_t>(numbers.size())})});
  });
  if (lane.record) run_parts::add_curves(tensors, kept, prefix, *lane.record);
  return run_parts::write(lane.learned, lane.test, lane.record ? &*lane.record : nullptr);
}

/// The experiments of the moments, each once where it does not change.
class Experiments {
 public:
  size_t number(const std::shared_ptr<const Experiment>& experiment) {
    if (!latest_ || *latest_ != *experiment) all_.push_back(to_json(*experiment));
    latest_ = experiment;
    return all_.size() - 1;
  }
  const Json& all() const { return all_; }

 private:
  std::shared_ptr<const Experiment> latest_;
  Json all_ = Json::array();
};

LaneMomentPtr read_lane(const SafetensorsFile& file, const std::string& path, const std::string& prefix,
                        const Json& json, size_t count) {
  auto lane = std::make_shared<LaneMoment>();
  lane->learned = run_parts::read_lane(json, path);
  lane->test = run_parts::read_test(json);
  if (json.contains("train_loss")) lane->record = run_parts::read_record(file, path, prefix, json);
  each_numbers(lane->learned, lane->record.has_value(), [&](const char* name, std::vector<float>& numbers) {
    if (file.entry(prefix + name).shape != std::vector<int64_t>{static_cast<int64_t>(count)})
      refuse(path, fmt::format("{}{} is not as large as its model", prefix, name));
    numbers = file.floats(prefix + name);
  });
  return lane;
}

Moment read_moment(const SafetensorsFile& file, const std::string& path, const Json& json,
                   const std::vector<std::shared_ptr<const Experiment>>& experiments, Trainer& trainer) {
  Moment moment = {json.at("step").get<int64_t>(), experiments.at(json.at("experiment").get<size_t>()), {}};
  const Json& lanes = json.at("lanes");
  if (lanes.empty() || lanes.size() > static_cast<size_t>(trainer.lanes()) ||
      lanes.size() != moment.experiment->lanes.size())
    refuse(path, fmt::format("its history has an impossible number of lanes at step {}", moment.step));
  for (size_t lane = 0; lane < lanes.size(); ++lane)
    moment.lanes.push_back(read_lane(file, path, prefix_of(moment.step, lane), lanes.at(lane),
                                     trainer.parameters(static_cast<int>(lane)).values().size()));
  return moment;
}

}  // namespace

std::string write_history(const History& history, std::vector<NamedTensor>& tensors,
                          std::vector<std::vector<float>>& kept) {
  Experiments experiments;
  Json moments = Json::array();
  for (const Moment& moment : history.moments()) {
    Json lanes = Json::array();
    for (size_t lane = 0; lane < moment.lanes.size(); ++lane)
      lanes.push_back(write_lane(*moment.lanes[lane], prefix_of(moment.step, lane), tensors, kept));
    moments.push_back({{"step", moment.step}, {"experiment", experiments.number(moment.experiment)}, {"lanes", lanes}});
  }
  return Json{{"experiments", experiments.all()}, {"moments", moments}}.dump();
}

std::vector<Moment> read_history(const SafetensorsFile& file, const std::string& path, Trainer& trainer) {
  std::vector<Moment> moments;
  const auto written = file.metadata().find("history");
  if (written == file.metadata().end()) return moments;
  try {
    const Json json = parse_json(written->second, path);
    std::vector<std::shared_ptr<const Experiment>> experiments;
    for (const Json& text : json.at("experiments"))
      experiments.push_back(std::make_shared<const Experiment>(from_json(text.get<std::string>(), path)));
    for (const Json& moment : json.at("moments")) {
      moments.push_back(read_moment(file, path, moment, experiments, trainer));
      if (moments.size() > 1 && moments.back().step <= moments[moments.size() - 2].step)
        refuse(path, "its history is out of order");
    }
  } catch (const Json::exception&) {
    refuse(path, "its \"history\" is not written as it should be");
  } catch (const std::out_of_range&) {
    refuse(path, "its \"history\" names an experiment that is not there");
  }
  return moments;
}

}  // namespace lab
