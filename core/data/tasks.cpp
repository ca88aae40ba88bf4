#include "core/data/tasks.h"

#include <algorithm>
#include <filesystem>

#include "core/base/named.h"
#include "core/data/cmudict.h"
#include "core/data/fortunes.h"
#include "core/data/generated_text.h"
#include "core/data/pictures.h"
#include "core/data/shapes.h"
#include "core/data/sword.h"
#include "core/data/text_files.h"
#include "core/data/wordnet.h"
#include "core/text/naive_bayes.h"
#include "core/text/utf8.h"
#include "core/text/witten_bell.h"

namespace lab {

namespace {

using Tokens = Tokenizer::Kind;

constexpr int kAll = 1 << 20;

// ---- how each is loaded

Dataset load_pictures(const Task& task, const std::string& place, const TokenWish&) {
  const std::string folder = place.empty() ? find_data(task) : place;
  if (!folder.empty()) {
    Dataset data = read_picture_folder(folder);
    data.source = folder;
    return data;
  }
  Dataset shapes = make_shapes();
  shapes.notice =
      fmt::format("{} is not here, so generated shapes are learned instead; attention-lab data get {} fetches it.",
                  task.title, task.name);
  return shapes;
}

Dataset load_shapes(const Task& task, const std::string& place, const TokenWish& wish) {
  return place.empty() ? make_shapes() : load_pictures(task, place, wish);
}

// The task's own settings, or those usual for the tokens that are wished.
TextSettings settings_for(const TextSettings& own, const TokenWish& wish) {
  struct Row {
    std::string_view kind;
    Tokens tokens;
    int most, fewest;
  };
  constexpr Row kUsual[] = {{"characters", Tokens::kCharacters, kAll, 1},
                            {"words", Tokens::kWords, 8000, 2},
                            {"pairs", Tokens::kPairs, 500, 1}};
  TextSettings settings = own;
  if (!wish.kind.empty()) {
    const Row& usual = find_named(kUsual, wish.kind, "kind of tokens", &Row::kind);
    settings.tokens = usual.tokens, settings.vocabulary = usual.most, settings.fewest = usual.fewest;
  }
  settings.learning = wish.learning;
  return settings;
}

template <LabelledTexts (*read)(const std::string& folder)>
LabelledTexts from_source(const Task& task) {
  return read(require_data(task.sources));
}
template <LabelledTexts (*make)()>
LabelledTexts from_generator(const Task&) {
  return make();
}

// A classifier of `most` of the most frequent words or characters, each seen `fewest` times, in texts of up to
// `context` tokens.
template <LabelledTexts (*read)(const Task&), Tokens tokens, int most, int fewest, int context, bool sees_all = true>
Dataset load_labelled(const Task& task, const std::string& place, const TokenWish& wish) {
  Dataset data = classified(place.empty() ? read(task) : read_labelled_file(place),
                            settings_for({tokens, most, fewest, context}, wish));
  data.class_token_sees_all = sees_all;
  return data;
}

TextPairs read_pronunciations(const Task& task) { return read_cmudict(require_data(task.sources)); }
TextPairs read_verses(const Task&) {
  constexpr size_t kMostWords = 12;
  return verse_pairs(read_sword(require_data("king-james")), read_sword(require_data("reina-valera")), kMostWords);
}
template <Rewriting how>
TextPairs read_rewriting(const Task&) {
  return make_rewriting(how);
}
TextPairs read_dates(const Task&) { return make_dates(); }

template <TextPairs (*read)(const Task&), Tokens tokens, Tokens answers, int most, int context>
Dataset load_pairs(const Task& task, const std::string& place, const TokenWish& wish) {
  return translated(place.empty() ? read(task) : read_paired_file(place),
                    settings_for({tokens, most, 1, context}, wish), settings_for({answers, most, 1, context}, wish));
}

std::string read_king_james(const Task& task) { return verses_as_text(read_sword(require_data(task.sources))); }
std::string read_poems(const Task& task) { return read_tang_poems(require_data(task.sources)); }

template <std::string (*read)(const Task&), Tokens tokens, int most, int context>
Dataset load_text(const Task& task, const std::string& place, const TokenWish& wish) {
  return written(place.empty() ? read(task) : read_text(place), settings_for({tokens, most, 1, context}, wish));
}

// ---- what each is held against

template <FeaturesOf features>
Baseline naive_bayes(const Dataset& data) {
  const NaiveBayes model(data.train.texts, data.train.labels, static_cast<int>(data.classes.size()), features);
  return {features == word_features ? "naive Bayes of words" : "naive Bayes of three characters in a row",
          model.accuracy(data.test.texts, data.test.labels)};
}

// In nats a character whatever the model's own tokens are.
Baseline witten_bell(const Dataset& data) {
  constexpr int kOrder = 5;
  const Tokenizer characters = learn_characters(data.train.texts, 1 << 20);
  const WittenBell model(characters.encode(data.train.texts[0]), kOrder, characters.size());
  return {"Witten–Bell of order 5", model.loss(characters.encode(data.test.texts[0]))};
}

// ---- the table

const Task kTasks[] = {
    {"fashion-mnist", "Fashion-MNIST", "Tells ten kinds of clothing apart in pictures of 28 × 28.", "fashion-mnist",
     ModelKind::kPictureClassifier, "accuracy", load_pictures},
    {"shapes", "Shapes", "Tells eight shapes apart in drawings made by the program itself.", "",
     ModelKind::kPictureClassifier, "accuracy", load_shapes},
    {"definitions", "What kind of thing is defined?",
     "Tells from a definition whether it is of an animal, an act, a food …", "wordnet", ModelKind::kTextClassifier,
     "accuracy", load_labelled<from_source<read_wordnet>, Tokens::kWords, 8000, 2, 40>, naive_bayes<word_features>},
    {"languages", "Which language is this?", "Tells twelve languages apart by the characters of a saying.", "fortunes",
     ModelKind::kTextClassifier, "accuracy",
     load_labelled<from_source<read_languages>, Tokens::kCharacters, 1000, 2, 81>, naive_bayes<trigram_features>},
    {"sentences", "Four Chinese sentences", "Tells four sentences apart: work, books, films, travel.", "",
     ModelKind::kTextClassifier, "accuracy",
     load_labelled<from_generator<make_sentences>, Tokens::kCharacters, kAll, 1, 16>},
    {"needle",
     "Find the needle",
     "Finds the one digit among forty letters; the first token must see that far.",
     "",
     ModelKind::kTextClassifier,
     "accuracy",
     load_labelled<from_generator<make_needles>, Tokens::kCharacters, kAll, 1, 48, false>,
     nullptr,
     {"the digit", kNearestNeedle + 1, kNeedleLetters}},
    {"induction", "What followed it before?", "Finds the letter that followed the last one when it came before.", "",
     ModelKind::kTextClassifier, "accuracy",
     load_labelled<from_generator<make_inductions>, Tokens::kCharacters, kAll, 1, 16>},
    {"write-king-james", "Write like the King James Bible", "Goes on from a beginning, a character at a time.",
     "king-james", ModelKind::kWriter, "next characters right",
     load_text<read_king_james, Tokens::kCharacters, kAll, 128>, witten_bell},
    {"write-pairs", "Write like the King James Bible, in pairs",
     "Goes on from a beginning, in pieces of words that are learnt first.", "king-james", ModelKind::kWriter,
     "next tokens right", load_text<read_king_james, Tokens::kPairs, 500, 128>, witten_bell},
    {"write-tang", "Write like the Tang poets", "Goes on from a beginning, a character at a time.", "tang-poems",
     ModelKind::kWriter, "next characters right", load_text<read_poems, Tokens::kCharacters, kAll, 64>, witten_bell},
    {"pronounce", "How is it pronounced?", "Writes the sounds of an English word from its letters.", "cmudict",
     ModelKind::kTranslator, "next sounds right",
     load_pairs<read_pronunciations, Tokens::kCharacters, Tokens::kWords, kAll, 24>},
    {"dates", "Write dates alike", "Writes 21 November 2026 as 2026-11-21.", "", ModelKind::kTranslator,
     "next characters right", load_pairs<read_dates, Tokens::kCharacters, Tokens::kCharacters, kAll, 24>},
    {"verses", "Translate verses into Spanish",
     "Translates verses of up to twelve words; a hard task for a small model.", "king-james reina-valera",
     ModelKind::kTranslator, "next words right", load_pairs<read_verses, Tokens::kWords, Tokens::kWords, 4000, 16>},
    {"copy", "Copy letters", "Writes the letters as they stand.", "", ModelKind::kTranslator, "next letters right",
     load_pairs<read_rewriting<Rewriting::kCopy>, Tokens::kCharacters, Tokens::kCharacters, kAll, 12>},
    {"reverse", "Reverse letters", "Writes the letters from the last to the first.", "", ModelKind::kTranslator,
     "next letters right",
     load_pairs<read_rewriting<Rewriting::kReverse>, Tokens::kCharacters, Tokens::kCharacters, kAll, 12>},
    {"sort", "Sort letters", "Writes the letters in the order of the alphabet.", "", ModelKind::kTranslator,
     "next letters right",
     load_pairs<read_rewriting<Rewriting::kSort>, Tokens::kCharacters, Tokens::kCharacters, kAll, 12>},
};

}  // namespace

std::span<const Task> tasks() { return kTasks; }

const Task& find_task(std::string_view name) { return find_named(kTasks, name, "task", &Task::name); }

std::string find_data(const Task& task) {
  std::string found;
  for (std::string_view rest = task.sources; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    const std::string place = find_data(find_source(name));
    if (place.empty()) return "";
    if (found.empty()) found = place;
  }
  return found;
}

bool can_be_loaded(const Task& task) {
  return task.generated() || task.kind == ModelKind::kPictureClassifier || !find_data(task).empty();
}

DatasetPtr load_task(std::string_view name, const std::string& place, const TokenWish& wish) {
  const Task& task = find_task(name);
  auto data = std::make_shared<Dataset>(task.load(task, place, wish));
  const bool replaced = data->task == "shapes" && task.name != "shapes";
  if (replaced) return data;
  data->task = task.name;
  if (place.empty() || data->title == task.name) data->title = task.title;
  if (data->title.empty()) data->title = std::filesystem::path(place).filename();
  if (data->source.empty()) data->source = !place.empty() ? place : task.generated() ? "generated" : find_data(task);
  return data;
}

std::optional<Baseline> baseline_of(const Dataset& data) {
  const Task& task = find_task(data.task);
  if (task.baseline == nullptr || data.kind != task.kind) return std::nullopt;
  return task.baseline(data);
}

}  // namespace lab
