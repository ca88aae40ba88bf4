// Changes in a run's attention as text: what is written is read, and anything else is refused with a sentence.

#include "core/history/made_changes.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

using What = Intervention::What;

TEST(MadeChanges, SurviveAsText) {
  MadeChanges changes;
  changes.all = {{{What::kOff, 1, 0, 1}, 120, true, 0.875, 0.5},
                 {{What::kTemperature, 0, 1, -1, 0.3f}, 121},
                 {{What::kMask, 0, -1, -1, 1, -1, 5}, 121},
                 {{What::kWeight, 0, 1, 0, 0.7f, 2, 3}, 130},
                 {{What::kUniform, 0, 1, 1, 0}, 131}};
  changes.undone = 2;
  EXPECT_EQ(changes_from_json(to_json(changes), "a.run"), changes);
  EXPECT_EQ(changes_from_json(to_json(MadeChanges{}), "a.run"), MadeChanges{});
}

TEST(MadeChanges, AnythingElseIsRefusedWithASentence) {
  MadeChanges one;
  one.all = {{{What::kOff, 1, 0, 1}, 120, true, 0.875, 0.5}};
  const std::string good = to_json(one);
  const struct {
    const char *from, *to;
  } edits[] = {{"\"off\"", "\"loud\""},
               {"\"lane\":1", "\"lane\":-1"},
               {"\"lane\":1", "\"lane\":1e300"},
               {"\"head\":1", "\"head\":1.5"},
               {"\"head\":1", "\"head\":\"1\""},
               {"\"step\":120", "\"step\":-1"},
               {"\"step\":120", "\"step\":9e99"},
               {"\"amount\":1.0", "\"amount\":-3"},
               {"\"amount\":1.0", "\"amount\":null"},
               {"\"accuracy\":0.5", "\"accuracy\":7"},
               {"\"measured\":true", "\"measured\":1"},
               {"\"key\"", "\"kee\""},
               {"\"undone\":0", "\"undone\":2"},
               {"\"undone\":0", "\"undone\":-1"},
               {"\"undone\":0", "\"undone\":\"\""},
               {"\"made\":[", "\"made\":[[],"},
               {"{\"made\"", "{\"mode\""},
               {"]", ""}};
  for (const auto& edit : edits) {
    std::string bad = good;
    const size_t at = bad.find(edit.from);
    ASSERT_NE(at, std::string::npos) << edit.from;
    bad.replace(at, std::string(edit.from).size(), edit.to);
    const std::string said = message_of<Error>([&] { changes_from_json(bad, "a.run"); });
    EXPECT_NE(said.find("a.run"), std::string::npos) << bad << ": " << said;
  }
  MadeChanges many;
  many.all.assign(MadeChanges::kMost + 1, one.all[0]);
  EXPECT_NE(message_of<Error>([&] { changes_from_json(to_json(many), "a.run"); }).find("1000"), std::string::npos);
}

}  // namespace
}  // namespace lab
