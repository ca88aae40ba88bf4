// chrF against published scores and by hand.

#include "core/text/chrf.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/base/error.h"
#include "core/text/known_words.h"

namespace lab {
namespace {

using Texts = std::vector<std::string>;

// As Popović's own implementation and sacreBLEU give them, for runs of up to six characters and a recall that counts
// three times as much.
TEST(Chrf, IsWhatOthersMeasure) {
  EXPECT_NEAR(chrf(Texts{"risk assessment must be made of those who are qualified and expertise in the sector - these "
                         "are the scientists ."},
                   Texts{"risk assessment has to be undertaken by those who are qualified and expert in that area - "
                         "that is the scientists ."}),
              0.63361730303214769, 1e-9);
  EXPECT_NEAR(chrf(Texts{" Die    Beziehung zwischen  Obama und Netanjahu ist nicht gerade  freundlich. "},
                   Texts{"Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich."}),
              0.64130269831561459, 1e-9);
  EXPECT_NEAR(chrf(Texts{"aa"}, Texts{"ab"}), 0.25, 1e-12);
  EXPECT_NEAR(chrf(Texts{"a", "b"}, Texts{"a", "c"}), 0.5, 1e-12);
}

TEST(Chrf, SameIsOneAndOtherIsNothing) {
  EXPECT_EQ(chrf(Texts{"a b c"}, Texts{"abc"}), 1);
  EXPECT_EQ(chrf(Texts{"abcdefg"}, Texts{"hijklmnop"}), 0);
  EXPECT_EQ(chrf(Texts{""}, Texts{"reference"}), 0);
  EXPECT_EQ(chrf({}, {}), 0);
  EXPECT_THROW(chrf(Texts{"a"}, {}), Error);
}

TEST(KnownWords, CountWholeWordsWhateverTheirCase) {
  const WordShare share = known_words("ord The cat satt on a ma", "the cat sat on a mat");
  EXPECT_EQ(share.count, 5);
  EXPECT_EQ(share.known, 4);
  EXPECT_DOUBLE_EQ(share.share, 0.8);
  EXPECT_EQ(known_words("", "the").share, 0);
}

}  // namespace
}  // namespace lab
