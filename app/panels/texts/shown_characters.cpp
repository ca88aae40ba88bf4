#include "app/panels/texts/shown_characters.h"

namespace lab {
namespace {

bool add_tokens(const Tokenizer& tokenizer, Characters& characters) {
  bool fresh = false;
  for (int token = Tokenizer::kFirstOwn; token < tokenizer.size(); ++token)
    fresh |= characters.add(tokenizer.token(token));
  return fresh;
}

}  // namespace

bool ShownCharacters::add_new(std::string& last, const std::string& text) {
  if (text == last) return false;
  last = text;
  return all_.add(text);
}

bool ShownCharacters::update(const Snapshot& snapshot, const View& view) {
  bool fresh = false;
  if (snapshot.data && snapshot.data != data_.lock()) {
    data_ = snapshot.data;
    fresh |= add_tokens(snapshot.data->tokenizer, all_);
    fresh |= add_tokens(snapshot.data->answer_tokenizer, all_);
    for (const std::string& name : snapshot.data->classes) fresh |= all_.add(name);
    for (const std::string& text : snapshot.data->unseen) fresh |= all_.add(text);
  }
  fresh |= add_new(looked_at_, snapshot.probe.text);
  fresh |= add_new(answer_, snapshot.probe.answer_text);
  fresh |= add_new(typed_, view.lanes.field.text);
  return fresh;
}

}  // namespace lab
