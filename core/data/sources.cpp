#include "core/data/sources.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "core/base/named.h"
#include "core/base/user_folder.h"
#include "core/base/user_folder.h"
#include "core/data/idx.h"

namespace lab {

namespace {

constexpr DataSource kSources[] = {
    {"fashion-mnist", "Fashion-MNIST", "dataset-fashion-mnist", "usr/share/datasets/fashion-mnist", "", "MIT"},
    {"wordnet", "WordNet's nouns", "wordnet-base", "usr/share/wordnet", "data.noun", "WordNet 3.0"},
    {"fortunes", "Sayings in twelve languages",
     "fortunes-bg fortunes-br fortunes-cs fortunes-de fortunes-eo fortunes-es fortunes-ga fortunes-it fortunes-min "
     "fortunes-pl fortunes-ru fortunes-zh",
     "usr/share/games/fortunes", "bg brasil cz de eo es fortunes ga it pl ru tang300",
     "GPL and public domain, each package's own"},
    {"king-james", "The King James Bible", "sword-text-kjv", "usr/share/sword/modules/texts/ztext/engKJV2006eb",
     "ot.bzs nt.bzs", "public domain"},
    {"reina-valera", "The Reina-Valera Bible", "sword-text-sparv", "usr/share/sword/modules/texts/ztext/spaRV1909eb",
     "ot.bzs nt.bzs", "public domain"},
    {"cmudict", "CMU pronouncing dictionary", "pocketsphinx-en-us", "usr/share/pocketsphinx/model/en-us",
     "cmudict-en-us.dict", "BSD-2-Clause"},
    {"tang-poems", "Tang poems", "fortunes-zh", "usr/share/games/fortunes", "tang300",
     "GPL-3+; the poems public domain"},
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::vector<std::string> split(std::string_view words) {
  std::istringstream stream{std::string(words)};
  std::vector<std::string> all;
  for (std::string word; stream >> word;) all.push_back(word);
  return all;
}

// The user's own places, first the one to write to.
std::vector<std::string> own_folders() {
  std::vector<std::string> folders;
  if (const std::string own = environment("ATTENTION_LAB_DATA"); !own.empty()) folders.push_back(own);
  if (const std::string user = user_data_folder(); !user.empty()) folders.push_back(user + "/datasets");
  return folders;
}

bool has_files(const std::string& folder, const DataSource& source) {
  if (source.files.empty()) return has_idx_sets(folder);
  const std::vector<std::string> files = split(source.files);
  return std::all_of(files.begin(), files.end(), [&](const std::string& file) {
    std::error_code ignored;
    return std::filesystem::exists(folder + "/" + file, ignored);
  });
}

}  // namespace

std::vector<std::string> DataSource::package_names() const { return split(packages); }

std::span<const DataSource> data_sources() { return kSources; }

const DataSource& find_source(std::string_view name) {
  return find_named(kSources, name, "data set", &DataSource::name);
}

std::string own_data_folder() {
  const std::vector<std::string> own = own_folders();
  if (own.empty()) throw Error("There is no folder for data of your own; set ATTENTION_LAB_DATA to one.");
  return own.front();
}

std::string find_data(const DataSource& source) {
  std::vector<std::string> places;
  for (const std::string& folder : own_folders()) places.push_back(folder + "/" + std::string(source.name));
  places.push_back("/usr/local/share/datasets/" + std::string(source.name));
  places.push_back("/" + std::string(source.folder));
  for (const std::string& place : places)
    if (has_files(place, source)) return place;
  return "";
}

std::string require_data(std::string_view name) {
  const DataSource& source = find_source(name);
  const std::string folder = find_data(source);
  if (folder.empty())
    throw Error("{} is not here; attention-lab data get {} fetches it (Debian: {}).", source.title, source.name,
                source.packages);
  return folder;
}

}  // namespace lab
