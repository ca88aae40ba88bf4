#include "core/data/pictures.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/base/error.h"
#include "core/data/idx.h"

namespace lab {

namespace {

// What the labels of well-known sets mean, by the name of their folder.
const std::map<std::string, std::vector<std::string>, std::less<>> kClassNames = {
    {"fashion-mnist", {"T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot"}},
    {"kmnist", {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"}},
};

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

}  // namespace

Dataset read_picture_folder(const std::string& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    throw Error("There is no folder {}; name a folder of IDX files.", folder);
  Dataset data;
  data.title = std::filesystem::absolute(folder + "/").lexically_normal().parent_path().filename();
  data.train = read_idx_set(folder, "train");
  data.test = read_idx_set(folder, "t10k");
  if (data.train.height != data.test.height || data.train.width != data.test.width)
    throw Error("{} has training pictures of {} × {} but test pictures of {} × {}.", folder, data.train.width,
                data.train.height, data.test.width, data.test.height);
  data.classes = numbered_classes(data.train, data.test, folder);
  const auto known = kClassNames.find(data.title);
  if (known != kClassNames.end() && known->second.size() == data.classes.size()) data.classes = known->second;
  return data;
}

}  // namespace lab
