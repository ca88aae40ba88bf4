#include "core/data/tasks.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "core/base/named.h"
#include "core/base/user_folder.h"
#include "core/data/idx.h"
#include "core/data/shapes.h"

namespace lab {

namespace {

constexpr Task kTasks[] = {
    {"fashion-mnist", "Fashion-MNIST", "Tells ten kinds of clothing apart in pictures of 28 × 28.",
     "dataset-fashion-mnist", "MIT"},
    {"shapes", "Shapes", "Tells eight shapes apart in drawings made by the program itself.", "", ""},
};

// What the labels of well-known sets mean, by the name of their folder.
const std::map<std::string, std::vector<std::string>, std::less<>> kClassNames = {
    {"fashion-mnist", {"T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot"}},
    {"kmnist", {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"}},
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// The user's own places, first the one to write to.
std::vector<std::string> own_folders() {
  std::vector<std::string> folders;
  if (const std::string own = environment("ATTENTION_LAB_DATA"); !own.empty()) folders.push_back(own);
  if (const std::string user = user_data_folder(); !user.empty()) folders.push_back(user + "/datasets");
  return folders;
}

std::vector<std::string> data_folders() {
  std::vector<std::string> folders = own_folders();
  folders.push_back("/usr/local/share/datasets");
  folders.push_back("/usr/share/datasets");
  return folders;
}

std::vector<std::string> numbered_classes(const ImageSet& train, const ImageSet& test, const std::string& folder) {
  constexpr int kMostClasses = 64;
  int largest = 0;
  for (const ImageSet* set : {&train, &test})
    for (uint8_t label : set->labels) largest = std::max<int>(largest, label);
  if (largest >= kMostClasses)
    throw Error("{} has labels up to {}; at most {} classes, numbered from 0, can be shown.", folder, largest,
                kMostClasses);
  std::vector<std::string> names;
  for (int label = 0; label <= std::max(largest, 1); ++label) names.push_back(std::to_string(label));
  return names;
}

Dataset read_folder(const std::string& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    throw Error("There is no folder {}; name a folder of IDX files.", folder);
  Dataset data;
  data.source = folder;
  data.train = read_idx_set(folder, "train");
  data.test = read_idx_set(folder, "t10k");
  if (data.train.height != data.test.height || data.train.width != data.test.width)
    throw Error("{} has training pictures of {} × {} but test pictures of {} × {}.", folder, data.train.width,
                data.train.height, data.test.width, data.test.height);
  data.classes = numbered_classes(data.train, data.test, folder);
  return data;
}

// A folder that the user names may hold any set of this format: its own name is its title, unless that is the
// task's, and says what the labels mean; labels of an unknown set keep their numbers.
Dataset named(Dataset data, const Task& task, const std::string& folder) {
  const std::string name = std::filesystem::absolute(folder + "/").lexically_normal().parent_path().filename();
  data.task = task.name;
  data.title = name == task.name ? std::string(task.title) : name;
  const auto known = kClassNames.find(name);
  if (known != kClassNames.end() && known->second.size() == data.classes.size()) data.classes = known->second;
  return data;
}

}  // namespace

std::span<const Task> tasks() { return kTasks; }

const Task& find_task(std::string_view name) { return find_named(kTasks, name, "task", &Task::name); }

std::string own_data_folder() {
  const std::vector<std::string> own = own_folders();
  if (own.empty()) throw Error("There is no folder for data of your own; set ATTENTION_LAB_DATA to one.");
  return own.front();
}

std::string find_data(const Task& task) {
  if (task.package.empty()) return "";
  for (const std::string& folder : data_folders())
    if (const std::string place = folder + "/" + std::string(task.name); has_idx_sets(place)) return place;
  return "";
}

DatasetPtr load_task(std::string_view name, const std::string& data_dir) {
  const Task& task = find_task(name);
  if (!data_dir.empty()) return std::make_shared<Dataset>(named(read_folder(data_dir), task, data_dir));
  if (task.package.empty()) return std::make_shared<Dataset>(make_shapes());
  const std::string folder = find_data(task);
  if (!folder.empty()) return std::make_shared<Dataset>(named(read_folder(folder), task, folder));
  Dataset shapes = make_shapes();
  shapes.notice =
      fmt::format("{} is not here, so generated shapes are learned instead; attention-lab data get {} fetches it.",
                  task.title, task.name);
  return std::make_shared<Dataset>(std::move(shapes));
}

}  // namespace lab
