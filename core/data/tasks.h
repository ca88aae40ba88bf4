#pragma once
// The registry of tasks: what can be learned here, and where its data is found.
//
// Add a task: 1. give it a row in kTasks in tasks.cpp, which the window and the command line list, and its
// classes their names in kClassNames: a data set of IDX files needs no more. 2. For another format, write a
// loader that returns a Dataset (see data/shapes.h) and call it in load_task.

#include <span>
#include <string>
#include <string_view>

#include "core/data/dataset.h"

namespace lab {

struct Task {
  std::string_view name;     // "fashion-mnist"
  std::string_view title;    // "Fashion-MNIST"
  std::string_view about;    // one sentence
  std::string_view package;  // the Debian package that holds its data, or empty when generated
  std::string_view licence;  // of the data
};
std::span<const Task> tasks();
/// Throws Error listing the known names when `name` is not one.
const Task& find_task(std::string_view name);

/// Where the user's own data sets lie: $ATTENTION_LAB_DATA, or attention-lab/datasets in the user's data folder.
/// Throws Error when neither it nor HOME is set.
std::string own_data_folder();

/// The folder the task's data would be read from now, or empty when there is none.
std::string find_data(const Task& task);

/// Loads a task. `data_dir`, when not empty, is a folder of IDX files to read instead of the
/// usual places (so MNIST or KMNIST works); trouble there is an Error. With no folder given and
/// no data installed, the generated shapes come back with a `notice` that says so.
DatasetPtr load_task(std::string_view name, const std::string& data_dir = "");

}  // namespace lab
