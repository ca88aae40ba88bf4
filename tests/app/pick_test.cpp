// The list of a pick: what can be chosen in it.

#include <gtest/gtest.h>

#include "app/widgets/field.h"
#include "app/widgets/theme.h"
#include "tests/app/widget_driver.h"

namespace lab::testing {
namespace {

/// What clicks down the opened list choose, each once, in order.
std::vector<int> chosen_down(std::span<const PickHeading> headings) {
  const std::vector<std::string> options = {"one", "two", "three"};
  int chosen = -1;
  WidgetDriver driver([&] {
    if (const int now = pick("list", "one", options, 0, 200, {}, true, headings); now >= 0) chosen = now;
  });
  std::vector<int> all;
  for (float y = 30; y < 220; y += 6) {
    driver.mouse({20, 10});
    driver.click();  // opens
    driver.frames();
    chosen = -1;
    driver.mouse({30, y});
    driver.click();
    driver.frames();
    if (chosen >= 0 && (all.empty() || all.back() != chosen)) all.push_back(chosen);
    if (chosen < 0) driver.mouse({900, 700}), driver.click();  // closes
    driver.frames();
  }
  return all;
}

TEST(Pick, EveryOptionCanBeChosen) { EXPECT_EQ(chosen_down({}), (std::vector<int>{0, 1, 2})); }

TEST(Pick, HeadingsStandBetweenAndAreNotChosen) {
  const PickHeading headings[] = {{0, "first"}, {2, "second"}};
  EXPECT_EQ(chosen_down(headings), (std::vector<int>{0, 1, 2}));
}

}  // namespace
}  // namespace lab::testing
