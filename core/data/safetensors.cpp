#include "core/data/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"

namespace lab {

namespace {

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

using Json = nlohmann::json;
using Entry = SafetensorsFile::Entry;

constexpr uint64_t kPrefixBytes = 8;  // the header's length
constexpr uint64_t kMostHeaderBytes = 100'000'000;
constexpr uint64_t kMostFileBytes = uint64_t{4} << 30;
constexpr int kDeepestHeader = 3;  // {"name": {"shape": [ … ]}}
constexpr const char* kMetadata = "__metadata__";

struct Dtype {
  std::string_view name;
  uint64_t bytes;
};
constexpr Dtype kDtypes[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1},
                             {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},    {"I32", 4},
                             {"U32", 4},  {"F32", 4}, {"F64", 8}, {"I64", 8},     {"U64", 8}};

template <class... Detail>
[[noreturn]] void refuse(const std::string& where, fmt::format_string<Detail...> why, Detail&&... detail) {
  throw Error("{} is not a good safetensors file: {}.", where, fmt::format(why, std::forward<Detail>(detail)...));
}

// The JSON header; names that occur twice in one object and anything nested too deep are refused as they are met.
Json parse_header(std::string_view text, const std::string& where) {
  std::vector<std::set<std::string>> open;  // the keys seen so far of each open object
  const auto check = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth >= kDeepestHeader &&
        (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start))
      refuse(where, "its header nests deeper than {} levels", kDeepestHeader);
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second)
      refuse(where, "its header names \"{}\" twice", value.get<std::string>());
    return true;
  };
  try {
    return Json::parse(text, check);
  } catch (const Json::parse_error& error) {
    refuse(where, "its header is not JSON (wrong near byte {})", error.byte);
  } catch (const Json::out_of_range&) {
    refuse(where, "its header holds a number beyond all range");
  }
}

// A member of a tensor's description that must be a list of whole numbers.
std::vector<uint64_t> whole_numbers(const Json& tensor, const char* key, const std::string& name,
                                    const std::string& where) {
  std::vector<uint64_t> numbers;
  const auto list = tensor.find(key);
  const bool whole = list != tensor.end() && list->is_array() &&
                     std::all_of(list->begin(), list->end(), [](const Json& n) { return n.is_number_unsigned(); });
  if (!whole) refuse(where, "the {} of \"{}\" is not a list of whole numbers", key, name);
  return list->get<std::vector<uint64_t>>();
}

uint64_t dtype_bytes(const std::string& dtype, const std::string& name, const std::string& where) {
  for (const Dtype& known : kDtypes)
    if (known.name == dtype) return known.bytes;
  refuse(where, "the type \"{}\" of \"{}\" is unknown", dtype, name);
}

uint64_t tensor_bytes(const Entry& entry, const std::string& name, const std::string& where) {
  uint64_t bytes = dtype_bytes(entry.dtype, name, where);
  for (int64_t size : entry.shape)
    if (__builtin_mul_overflow(bytes, static_cast<uint64_t>(size), &bytes) || bytes > INT64_MAX)
      refuse(where, "the shape of \"{}\" is larger than any file", name);
  return bytes;
}

Entry parse_entry(const Json& tensor, const std::string& name, const std::string& where) {
  if (!tensor.is_object() || !tensor.contains("dtype") || !tensor["dtype"].is_string() || tensor.size() != 3)
    refuse(where, "\"{}\" needs exactly a dtype, a shape and data_offsets", name);
  Entry entry;
  entry.dtype = tensor["dtype"].get<std::string>();
  for (uint64_t size : whole_numbers(tensor, "shape", name, where)) {
    if (size > INT64_MAX) refuse(where, "the shape of \"{}\" is larger than any file", name);
    entry.shape.push_back(static_cast<int64_t>(size));
  }
  const std::vector<uint64_t> offsets = whole_numbers(tensor, "data_offsets", name, where);
  if (offsets.size() != 2 || offsets[0] > offsets[1])
    refuse(where, "the data_offsets of \"{}\" are not a begin and an end", name);
  entry.begin = offsets[0];
  entry.end = offsets[1];
  if (entry.end - entry.begin != tensor_bytes(entry, name, where))
    refuse(where, "\"{}\" occupies {} bytes, which its shape and type do not make", name, entry.end - entry.begin);
  return entry;
}

SafetensorsFile::Metadata parse_metadata(const Json& object, const std::string& where) {
  if (!object.is_object()) refuse(where, "its {} is not an object", kMetadata);
  SafetensorsFile::Metadata metadata;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string()) refuse(where, "the value of \"{}\" in its {} is not a string", key, kMetadata);
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

// Each tensor begins where the last one ended, and the last ends where the file does.
void check_layout(const SafetensorsFile::Entries& entries, uint64_t data_bytes, const std::string& where) {
  std::vector<std::pair<const std::string*, const Entry*>> order;
  for (const auto& [name, entry] : entries) order.emplace_back(&name, &entry);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second->begin, a.second->end) < std::pair(b.second->begin, b.second->end);
  });
  uint64_t at = 0;
  for (const auto& [name, entry] : order) {
    if (entry->begin != at)
      refuse(where, "\"{}\" begins at byte {} of the data, not at {} where the tensor before it ends", *name,
             entry->begin, at);
    at = entry->end;
  }
  if (at != data_bytes) refuse(where, "its tensors make {} bytes and {} follow the header", at, data_bytes);
}

template <class From, class To>
std::vector<To> convert(std::string_view bytes) {
  std::vector<To> values(bytes.size() / sizeof(From));
  for (size_t i = 0; i < values.size(); ++i) {
    From value;
    std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
    values[i] = static_cast<To>(value);
  }
  return values;
}

}  // namespace

SafetensorsFile SafetensorsFile::load(const std::string& path) { return parse(read_file(path, kMostFileBytes), path); }

SafetensorsFile SafetensorsFile::parse(std::string bytes, const std::string& where) {
  uint64_t header = 0;
  if (bytes.size() < kPrefixBytes) refuse(where, "it is only {} bytes long", bytes.size());
  std::memcpy(&header, bytes.data(), kPrefixBytes);
  if (header > kMostHeaderBytes) refuse(where, "its header claims to be {} bytes long", header);
  if (header > bytes.size() - kPrefixBytes)
    refuse(where, "its header claims {} bytes, but only {} follow", header, bytes.size() - kPrefixBytes);
  const std::string_view text(bytes.data() + kPrefixBytes, header);
  if (text.empty() || text.front() != '{') refuse(where, "its header does not begin with {{");

  SafetensorsFile file;
  const Json tensors = parse_header(text, where);
  for (const auto& [name, value] : tensors.items())
    if (name == kMetadata)
      file.metadata_ = parse_metadata(value, where);
    else
      file.entries_[name] = parse_entry(value, name, where);
  file.data_ = kPrefixBytes + header;
  check_layout(file.entries_, bytes.size() - file.data_, where);
  file.where_ = where;
  file.bytes_ = std::move(bytes);
  return file;
}

const Entry& SafetensorsFile::entry(std::string_view name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) throw Error("{} has no tensor \"{}\".", where_, name);
  return found->second;
}

std::vector<float> SafetensorsFile::floats(std::string_view name) const {
  const Entry& e = entry(name);
  const std::string_view bytes(bytes_.data() + data_ + e.begin, e.end - e.begin);
  if (e.dtype == "F32") return convert<float, float>(bytes);
  if (e.dtype == "F64") return convert<double, float>(bytes);
  throw Error("{} holds the tensor \"{}\" as {}; it must be F32 or F64.", where_, name, e.dtype);
}

std::vector<int64_t> SafetensorsFile::integers(std::string_view name) const {
  const Entry& e = entry(name);
  const std::string_view bytes(bytes_.data() + data_ + e.begin, e.end - e.begin);
  if (e.dtype == "I64") return convert<int64_t, int64_t>(bytes);
  if (e.dtype == "I32") return convert<int32_t, int64_t>(bytes);
  if (e.dtype == "U8") return convert<uint8_t, int64_t>(bytes);
  throw Error("{} holds the tensor \"{}\" as {}; it must be I64, I32 or U8.", where_, name, e.dtype);
}

std::string safetensors_bytes(const std::vector<NamedTensor>& tensors, const SafetensorsFile::Metadata& metadata) {
  std::map<std::string, Tensor> by_name;
  for (const NamedTensor& named : tensors)
    if (named.name == kMetadata || !by_name.emplace(named.name, named.tensor).second)
      throw Error("Two tensors cannot both be saved as \"{}\".", named.name);
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[kMetadata] = metadata;
  size_t end = 0;
  for (const auto& [name, tensor] : by_name) {
    const size_t begin = end;
    end += static_cast<size_t>(tensor.count()) * sizeof(float);
    std::vector<int64_t> shape;
    for (int axis = 0; axis < tensor.shape.rank(); ++axis) shape.push_back(tensor.shape[axis]);
    header[name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, end}}};
  }
  std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const uint64_t length = text.size();
  std::string bytes;
  bytes.reserve(kPrefixBytes + text.size() + end);  // once: runs with their history are large
  bytes.append(reinterpret_cast<const char*>(&length), kPrefixBytes).append(text);
  for (const auto& [name, tensor] : by_name)
    bytes.append(reinterpret_cast<const char*>(tensor.data), static_cast<size_t>(tensor.count()) * sizeof(float));
  return bytes;
}

void save_safetensors(const std::string& path, const std::vector<NamedTensor>& tensors,
                      const SafetensorsFile::Metadata& metadata) {
  write_file_atomically(path, safetensors_bytes(tensors, metadata));
}

}  // namespace lab
