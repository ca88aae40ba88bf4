#pragma once
// The numbers of a panel as CSV: one function a page, its row in kPages names it. Queries, keys, layers and heads count
// from 0, as in the files of a run; the class token, where there is one, is token 0.

#include <string>

#include "app/panels/view.h"

namespace lab {

/// lane, step, layer, head, query, key, weight: the maps that are shown, and those of pinned moments; head -1: the
/// mean.
std::string lanes_csv(const Snapshot& snapshot, const View& view);
/// lane, layer, head, query, key, score, weight.
std::string step_csv(const Snapshot& snapshot, const View& view);
/// way, patch, removed, value: a patch's relevance, or the answer's probability with so many tenths of them removed; of
/// a text way, token, text, removed, value.
std::string explain_csv(const Snapshot& snapshot, const View& view);
/// Of the view that is open: layer, head, and a head's figures; kind, point, x, y of queries and keys; truth, answer,
/// samples; parameter, numbers, mean, deviation, largest.
std::string inside_csv(const Snapshot& snapshot, const View& view);
/// attention, tokens, forward_ms, forward_backward_ms (empty until they are measured), bytes, multiply_adds, pairs.
std::string scaling_csv(const Snapshot& snapshot, const View& view);
/// lane, step, accuracy, loss, multiply_adds, step_ms, bytes: the lanes, and those that were pinned.
std::string budget_csv(const Snapshot& snapshot, const View& view);
/// lane, curve, step, value (core/live/curves_csv.h).
std::string curves_csv(const Snapshot& snapshot, const View& view);
/// setting, value: the experiment, as in its JSON.
std::string setup_csv(const Snapshot& snapshot, const View& view);
/// step, table, row, column, number.
std::string examples_csv(const Snapshot& snapshot, const View& view);

}  // namespace lab
