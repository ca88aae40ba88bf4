#include "app/panels/files/panel_csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/cost/budget_control.h"
#include "app/panels/cost/scaling_control.h"
#include "core/base/csv.h"
#include "core/base/json.h"
#include "core/live/curves_csv.h"

namespace lab {
namespace {

/// The pairs that exist in one map.
std::string map_rows(const LaneSnapshot& lane, int64_t step, const Selection& place) {
  const std::vector<float> weights = selected_weights(lane, place);
  const TileMap& map = selected_map(lane, place);
  std::string rows;
  for (int query = 0; query < map.queries(); ++query)
    for (const KeyRun& run : map.runs(query))
      for (int key = run.begin; key < run.end; ++key)
        rows += fmt::format("{},{},{},{},{},{},{}\n", csv_text(lane.title), step, place.layer, place.head, query, key,
                            weights[static_cast<size_t>(query) * map.keys() + key]);
  return rows;
}

std::string rows_of(const HeadsInside& inside, int heads) {
  std::string csv = "layer,head,entropy,distance,itself,neighbours,before,class_token,largest,onward,backward\n";
  for (int i = 0; i < static_cast<int>(inside.heads.size()); ++i) {
    const HeadStatistics& head = inside.heads[i];
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", i / heads, i % heads, head.entropy, head.distance,
                       head.itself, head.neighbours, head.before, head.class_token, head.largest, head.onward,
                       head.backward);
  }
  return csv;
}

std::string rows_of(const QueryKeyCloud& cloud) {
  std::string csv = "kind,point,x,y\n";
  for (const auto& [kind, places] : {std::pair("query", &cloud.query_places), {"key", &cloud.key_places}})
    for (size_t i = 0; i < places->size(); ++i)
      csv += fmt::format("{},{},{},{}\n", kind, i, (*places)[i][0], (*places)[i][1]);
  return csv;
}

std::string rows_of(const Mistakes& mistakes, const std::vector<std::string>& classes) {
  std::string csv = "truth,answer,samples\n";
  for (int truth = 0; truth < mistakes.classes; ++truth)
    for (int answer = 0; answer < mistakes.classes; ++answer)
      csv +=
          fmt::format("{},{},{}\n", csv_text(classes[truth]), csv_text(classes[answer]), mistakes.count(truth, answer));
  return csv;
}

std::string rows_of(const WeightsInside& inside) {
  std::string csv = "parameter,numbers,mean,deviation,largest\n";
  for (const ParameterInside& one : inside.parameters)
    csv += fmt::format("{},{},{},{},{}\n", csv_text(one.name), one.weights.count, one.weights.mean,
                       one.weights.deviation, one.weights.largest);
  return csv;
}

}  // namespace

std::string lanes_csv(const Snapshot& snapshot, const View& view) {
  std::string csv = "lane,step,layer,head,query,key,weight\n";
  if (snapshot.lanes.empty()) return csv;
  const Selection place = resolve(view.selection, snapshot);
  for (const auto& pin : snapshot.pins)
    for (const LaneSnapshot& lane : pin->lanes) csv += map_rows(lane, pin->step, place);
  for (const LaneSnapshot& lane : snapshot.lanes) csv += map_rows(lane, snapshot.step, place);
  return csv;
}

std::string step_csv(const Snapshot& snapshot, const View&) {
  std::string csv = "lane,step,tensor,row,column,value,gradient\n";
  for (size_t lane = 0; lane < snapshot.opened.size(); ++lane) {
    if (!snapshot.opened[lane]) continue;
    const StepRecord& record = *snapshot.opened[lane];
    const std::string title = csv_text(snapshot.lanes[lane].title);
    for (const StepTensor& tensor : record.tensors)
      for (size_t at = 0; at < tensor.value.size(); ++at)
        csv += fmt::format("{},{},{},{},{},{},{}\n", title, record.step, tensor.name, at / tensor.columns,
                           at % tensor.columns, tensor.value[at],
                           tensor.gradient.empty() ? "" : fmt::to_string(tensor.gradient[at]));
  }
  return csv;
}

std::string explain_csv(const Snapshot& snapshot, const View&) {
  const bool of_text = !snapshot.tokens.empty();
  std::string csv = of_text ? "way,token,text,removed,value\n" : "way,patch,removed,value\n";
  const Explanation& explanation = snapshot.explanation.explanation;
  if (snapshot.explanation.lane < 0 || explanation.answer < 0) return csv;
  const auto part = [&](size_t index) {
    const size_t token = explanation.first + index;
    return of_text ? fmt::format("{},{}", token, csv_text(snapshot.tokens[token])) : fmt::to_string(index);
  };
  const auto curve = [&](std::string_view title, const std::array<float, kDeletions>& remaining) {
    for (int tenths = 0; tenths < kDeletions; ++tenths)
      csv += fmt::format("{},{},{},{}\n", csv_text(title), of_text ? "," : "", tenths, remaining[tenths]);
  };
  for (int way = 0; way < kExplanationWays; ++way) {
    const std::vector<float>& relevance = explanation.ways[way].relevance;
    for (size_t i = 0; i < relevance.size(); ++i)
      csv += fmt::format("{},{},,{}\n", csv_text(explanation_kind(way).title), part(i), relevance[i]);
    if (way < explanation.tested) curve(explanation_kind(way).title, explanation.ways[way].remaining);
  }
  if (explanation.finished()) curve("at random", explanation.at_random);
  return csv;
}

std::string inside_csv(const Snapshot& snapshot, const View&) {
  const InsideSnapshot& inside = snapshot.inside;
  if (inside.heads) return rows_of(*inside.heads, snapshot.experiment.model.heads);
  if (inside.pairs) return rows_of(*inside.pairs);
  if (inside.mistakes) return rows_of(*inside.mistakes, snapshot.data->classes);
  if (inside.weights) return rows_of(*inside.weights);
  return "layer,head\n";
}

std::string scaling_csv(const Snapshot&, const View& view) {
  std::string csv = "attention,tokens,forward_ms,forward_backward_ms,bytes,multiply_adds,pairs\n";
  const ScalingResultPtr result = scaling_result(view.scaling);
  if (!result) return csv;
  const auto time = [&](double ms) { return result->settings.timed ? fmt::to_string(ms) : std::string(); };
  for (const ScalingCurve& curve : result->curves)
    for (const ScalingPoint& point : curve.points)
      csv += fmt::format("{},{},{},{},{},{},{}\n", csv_text(curve.subject.title), point.tokens,
                         time(point.cost.forward_ms), time(point.cost.forward_backward_ms), point.cost.bytes,
                         point.multiply_adds, point.pairs);
  return csv;
}

std::string budget_csv(const Snapshot& snapshot, const View& view) {
  std::string csv = "lane,step,accuracy,loss,multiply_adds,step_ms,bytes\n";
  std::vector<Standing> all = standings(snapshot);
  all.insert(all.end(), view.budget.pinned.begin(), view.budget.pinned.end());
  for (const Standing& one : all)
    csv += fmt::format("{},{},{},{},{},{},{}\n", csv_text(one.title), one.step, one.accuracy, one.loss,
                       one.multiply_adds, one.step_ms, one.bytes);
  return csv;
}

std::string curves_csv(const Snapshot& snapshot, const View&) { return curves_csv(snapshot.lanes); }

std::string setup_csv(const Snapshot& snapshot, const View&) {
  std::string csv = "setting,value\n";
  const auto settings = parse_json(to_json(snapshot.experiment), "the experiment").flatten();
  for (const auto& [setting, value] : settings.items())
    csv += fmt::format("{},{}\n", csv_text(setting.substr(1)),
                       value.is_string() ? csv_text(value.get<std::string>()) : value.dump());
  return csv;
}

std::string examples_csv(const Snapshot&, const View& view) {
  std::string csv = "step,table,row,column,number\n";
  for (const ExampleStep& step : view.examples.steps)
    for (const ExampleTable& table : step.tables)
      for (size_t at = 0; at < table.numbers.size(); ++at) {
        const size_t columns = std::max<size_t>(table.columns.size(), 1), row = at / columns, column = at % columns;
        const auto name = [](const std::vector<std::string>& names, size_t i) {
          return csv_text(i < names.size() ? names[i] : "");
        };
        csv += fmt::format("{},{},{},{},{}\n", csv_text(step.title), csv_text(table.title), name(table.rows, row),
                           name(table.columns, column), table.numbers[at]);
      }
  return csv;
}

}  // namespace lab
