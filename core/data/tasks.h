#pragma once
// The registry of tasks: what can be learned here, from which data, by which kind of model, and what it is held
// against.
//
// Add a task: 1. give it a row in kTasks in tasks.cpp, which the window and the command line list; its data a row in
// data/sources.cpp where a Debian package holds it. A data set of IDX files needs no more than that and the names of
// its classes in pictures.cpp. 2. For another format, write a reader that returns LabelledTexts, TextPairs or a text
// (data/text_samples.h) and name it in the row.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/data/dataset.h"
#include "core/data/sources.h"

namespace lab {

/// What a network is held against: what counting alone reaches on the same split.
struct Baseline {
  std::string name;  // "naive Bayes of words"
  double value = 0;  // an accuracy; of a writer a loss, in nats a character
};

/// Where in a text the answer stands, where that is known: tokens from the first one.
struct Places {
  std::string_view what;  // "the digit"
  int first = 0, last = 0;
  bool known() const { return last > 0; }
};

/// What texts are cut into, where it is not what the task does by itself.
struct TokenWish {
  std::string kind;                            // "characters", "words", "pairs"; empty: the task's own
  std::function<bool(double share)> learning;  // as learn_pairs has it
};

struct Task {
  std::string_view name;     // "fashion-mnist"
  std::string_view title;    // "Fashion-MNIST"
  std::string_view about;    // one sentence
  std::string_view sources;  // the data sets it needs, with spaces between them; empty when generated
  ModelKind kind;
  std::string_view metric;  // what is judged beside the loss: "accuracy"
  // From a file or folder of the user's, or its own.
  Dataset (*load)(const Task& task, const std::string& place, const TokenWish& wish);
  Baseline (*baseline)(const Dataset& data) = nullptr;  // may take seconds
  Places places = {};

  bool generated() const { return sources.empty(); }
};
std::span<const Task> tasks();
/// Throws Error listing the known names when `name` is not one.
const Task& find_task(std::string_view name);

/// The folder the task's data would be read from now, or empty when some is missing or none is needed.
std::string find_data(const Task& task);

/// Whether load_task(task.name) has what it needs, or something to stand in for it.
bool can_be_loaded(const Task& task);

/// Loads a task. `place`, when not empty, is what to read instead of the usual places: for pictures a folder of IDX
/// files (so MNIST or KMNIST works), for texts a UTF-8 file (to be told apart or translated, a line each: the class or
/// the answer after a tab); trouble there is an Error. With none given and no pictures installed, the generated shapes
/// come back with a `notice` that says so; texts that are not installed are an Error that says how to get them.
DatasetPtr load_task(std::string_view name, const std::string& place = "", const TokenWish& wish = {});

/// What counting alone reaches, where the task has something to be held against. May take seconds.
std::optional<Baseline> baseline_of(const Dataset& data);

}  // namespace lab
