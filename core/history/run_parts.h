#pragma once
// The parts that run files are made of: a lane's latest figures and its curves, as JSON and tensors. A tensor that is
// written is a view: what it is of must live until the file is.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/data/safetensors.h"
#include "core/history/lane_record.h"

namespace lab::run_parts {

using Json = nlohmann::ordered_json;

/// Throws the Error of a file that is not as it was written.
[[noreturn]] void refuse(const std::string& path, const std::string& why);
/// Throws Error when it is missing.
std::string metadata(const SafetensorsFile& file, const std::string& path, const char* key);

/// Numbers from `from` on.
Tensor view(const std::vector<float>& numbers, size_t from, Shape shape);

/// What is not kept as tensors: steps, loss, norm, test, early stopping, and where there is a record what waits of its
/// curves.
Json write(const LearnedLane& lane, const Evaluation& test, const LaneRecord* record);
/// A lane without its numbers. Throws Error, or what the JSON library throws.
LearnedLane read_lane(const Json& json, const std::string& path);
Evaluation read_test(const Json& json);

/// The curves [2, points] as tensors `prefix`train_loss and so on; their numbers lie in `kept`, which must not move
/// what it holds.
void add_curves(std::vector<NamedTensor>& tensors, std::vector<std::vector<float>>& kept, const std::string& prefix,
                const LaneRecord& record);
LaneRecord read_record(const SafetensorsFile& file, const std::string& path, const std::string& prefix,
                       const Json& json);
}  // namespace lab::run_parts
