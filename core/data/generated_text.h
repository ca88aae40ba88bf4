#pragma once
// Text that the program makes up, where it is known what attention has to look at.

#include "core/data/text_samples.h"

namespace lab {

// Of what is rewritten it is known which letters an answer's letters come from (TextPairs::alignments).

/// Four to eight letters, to be copied, reversed or put in the order of the alphabet.
enum class Rewriting { kCopy, kReverse, kSort };
TextPairs make_rewriting(Rewriting how);

/// "21 November 2026", "Nov 21, 2026", "21/11/2026" and the like → "2026-11-21". A
/// digit of the year comes from that digit, both of the month from its name or number, both of the day from its number.
TextPairs make_dates();

constexpr int kNeedleLetters = 40, kNearestNeedle = 8;
/// Forty letters of which one, at a random place, is followed by a digit: which digit? What reads the answer is the
/// first token; where it does not see all, the digit is out of its reach.
LabelledTexts make_needles();

/// Letters in random order, each once, then one of them again: which letter followed it the first time? Two layers do
/// it: one to note what stands before each letter, one to find it (Olsson et al., "In-context learning and induction
/// heads", 2022).
LabelledTexts make_inductions();

/// Four sentences in Chinese, of work, books, films and travel, each trained and tested as it stands. Three more stay
/// unseen: their words are of two of the four, or new.
LabelledTexts make_sentences();

}  // namespace lab
