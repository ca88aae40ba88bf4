#pragma once
// InsideStudy: one look inside a lane, of the weights of one step, in portions so small that training goes on between
// them.
//
//   auto study = begin_study(place, reader, gradients);   // 1. reader has taken the weights
//   while (study->go_on()) …                              // 2. a portion each
//   study->show(snapshot.inside);                         // 3. what was found
//
// Add a view: 1. a row in InsideView and its result in InsideSnapshot (core/inspect/inside.h); 2. a study of it and a
// row in kStudies in inside_study.cpp; 3. a row in kViews in app/panels/inside/inside.cpp.

#include <memory>

#include "core/inspect/inside.h"
#include "core/train/lane_reader.h"

namespace lab {

class InsideStudy {
 public:
  virtual ~InsideStudy() = default;
  /// One portion; false: it was the last.
  virtual bool go_on() = 0;
  /// What is known, once there is something to show.
  virtual void show(InsideSnapshot& to) const = 0;
  virtual float progress() const = 0;  // 0 … 1
  /// Whether what is known so far can be shown before all is.
  virtual bool shows_parts() const { return false; }
};

/// `gradients`: those that the reader has taken are the latest step's. The reader must outlive the study and keep its
/// weights.
std::unique_ptr<InsideStudy> begin_study(const InsidePlace& place, LaneReader& reader, bool gradients);
/// Whether that view's reader has to keep stages.
bool studies_stages(InsideView view);

}  // namespace lab
