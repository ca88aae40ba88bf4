#include "core/examples/example.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "app/commands/commands.h"
#include "core/examples/formula.h"

namespace lab {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const ExampleTable& table) {
  Json rows = Json::array();
  for (size_t row = 0; row < table.rows.size(); ++row) {
    Json numbers = Json::array();
    for (size_t column = 0; column < table.columns.size(); ++column) numbers.push_back(table.at(row, column));
    rows.push_back(numbers);
  }
  return {{"title", table.title}, {"rows", table.rows}, {"columns", table.columns}, {"numbers", rows}};
}

Json to_json(const Example& example, const std::vector<ExampleInput>& inputs, const std::vector<ExampleStep>& steps) {
  Json report = {{"example", example.name}, {"about", example.about}, {"assumptions", Json::array()}};
  for (const std::string_view sentence : example.assumptions) report["assumptions"].push_back(sentence);
  for (const ExampleInput& input : inputs) report["inputs"][input.name] = input.values;
  for (const ExampleStep& step : steps) {
    Json tables = Json::array();
    for (const ExampleTable& table : step.tables) tables.push_back(to_json(table));
    report["steps"].push_back(
        {{"title", step.title}, {"sentence", step.sentence}, {"formulas", step.formulas}, {"tables", tables}});
  }
  return report;
}

void print(const ExampleTable& table) {
  size_t widest = 0;
  for (const std::string& row : table.rows) widest = std::max(widest, row.size());
  if (!table.title.empty()) fmt::print("\n    {}", table.title);
  fmt::print("\n    {:<{}}", "", widest);
  for (const std::string& column : table.columns) fmt::print("  {:>12}", column);
  for (size_t row = 0; row < table.rows.size(); ++row) {
    fmt::print("\n    {:<{}}", table.rows[row], widest);
    for (size_t column = 0; column < table.columns.size(); ++column)
      fmt::print("  {:>12}", fixed(table.at(row, column), table.decimals));
  }
  fmt::print("\n");
}

void print(const Example& example, const std::vector<ExampleStep>& steps) {
  fmt::print("{}\n", example.about);
  for (const std::string_view sentence : example.assumptions) fmt::print("- {}\n", sentence);
  int number = 0;
  for (const ExampleStep& step : steps) {
    fmt::print("\n{}. {}\n   {}\n", ++number, step.title, step.sentence);
    for (const std::string& formula : step.formulas) fmt::print("     {}\n", formula);
    for (const ExampleTable& table : step.tables) print(table);
  }
}

// "query=0.1,0.2,0.3" takes the place of the article's numbers.
void set_input(std::string_view setting, std::vector<ExampleInput>& inputs) {
  const size_t equals = std::min(setting.find('='), setting.size());
  const std::string_view name = setting.substr(0, equals);
  const auto input = std::find_if(inputs.begin(), inputs.end(), [&](const ExampleInput& i) { return i.name == name; });
  std::string known;
  for (const ExampleInput& i : inputs) known += (known.empty() ? "" : ", ") + i.name;
  if (input == inputs.end() || equals == setting.size())
    throw UsageError("--set {} is not an input; write NAME=NUMBERS with one of: {}.", setting, known);
  input->values.clear();
  for (std::string_view rest = setting.substr(equals + 1); !rest.empty();) {
    const std::string number(rest.substr(0, rest.find(',')));
    float value = 0;
    const char* const end = number.data() + number.size();
    if (std::from_chars(number.data(), end, value).ptr != end || number.empty())
      throw UsageError("--set {}: \"{}\" is not a number; numbers are separated by commas.", setting, number);
    input->values.push_back(value);
    rest.remove_prefix(std::min(number.size() + 1, rest.size()));
  }
}

struct ExampleOptions {
  std::string name;
  std::vector<std::string> settings;
  bool json = false;
};

int show_example(const ExampleOptions& options) {
  const Example& example = find_example(options.name);
  std::vector<ExampleInput> inputs = example.inputs();
  for (const std::string& setting : options.settings) set_input(setting, inputs);
  const std::vector<ExampleStep> steps = work_out(example, inputs);
  if (options.json)
    fmt::print("{}\n", to_json(example, inputs, steps).dump());
  else
    print(example, steps);
  return 0;
}

}  // namespace

Action example_command(CLI::App& app) {
  auto options = std::make_shared<ExampleOptions>();
  std::vector<std::string> names;
  std::string list = "Examples:";
  for (const Example& example : examples()) {
    names.emplace_back(example.name);
    list += fmt::format("\n  {:<16} {}", example.name, example.about);
  }
  app.add_option("NAME", options->name, "Which one")->required()->check(CLI::IsMember(names));
  app.add_option("--set", options->settings, "Numbers of your own: query=0.1,0.2,0.3")
      ->type_name("NAME=NUMBERS")
      ->allow_extra_args(false);
  app.add_flag("--json", options->json, "One JSON object");
  app.footer(list);
  return [options] { return show_example(*options); };
}

}  // namespace lab
