#pragma once
// Tables whose rows have names: patterns, scores, optimisers, tasks.

#include <functional>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace lab {

/// The row whose `name_of(row)` is `name`. Throws Error, saying what is missing and listing what there is:
/// find_named(kTasks, "chess", "task", &Task::name).
template <class Rows, class NameOf>
const auto& find_named(const Rows& rows, std::string_view name, std::string_view what, const NameOf& name_of) {
  std::string known;
  for (const auto& row : rows) {
    if (std::invoke(name_of, row) == name) return row;
    known += (known.empty() ? "" : ", ") + std::string(std::invoke(name_of, row));
  }
  throw Error("There is no {} \"{}\"; use one of: {}.", what, name, known);
}

}  // namespace lab
