// Decisions on agreements. Pure: no clock, no store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreement/types.hpp"
#include "base/messages.hpp"
#include "base/result.hpp"

namespace fvm::agreement {

// "K7QF2M9R": eight of Crockford's 32 letters (no I, L, O, U) from 40 random bits.
std::string code_of_bits(uint64_t bits);

// What an answer by e-mail must begin with, in either language:
//   Jeg accepterer FVM-2026-0017 version 1 med koden K7QF2M9R
std::string sentence(Language language, std::string_view case_number, int64_t version, std::string_view code);

struct Answer {
  std::string case_number;
  int64_t version = 0;
  std::string code;
};
// The answer in a message's text, if its first line that is not empty is the sentence: alone, not quoted (a
// quoted letter of ours holds the sentence too and is no answer). Blanks, case and a full stop do not matter.
std::optional<Answer> read_answer(std::string_view text);

// Addresses are the same without case in the domain, and in the mailbox as written.
bool same_address(std::string_view a, std::string_view b);

// Refused: "agreement.lapsed", "agreement.accepted_already", "agreement.not_made" (no files: nobody can have
// read it).
Result<void> may_be_accepted(const Agreement& agreement);

bool all_accepted(const Version& version);
// Titles and parties of those that are not, for people.
std::string waiting_for(const Version& version);

// A user name from an address: "Åse.Hansen-Ø@x.dk" -> "aase.hansen-oe". At least one letter first; at most 28
// bytes, so that a number fits behind.
std::string account_name_of(std::string_view address);

}  // namespace fvm::agreement
