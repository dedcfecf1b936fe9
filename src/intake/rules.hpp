// What is done with a message. Pure.
#pragma once

#include <string>
#include <vector>

#include "intake/types.hpp"

namespace fvm::intake {

// Written by a machine, or to many: never answered (RFC 3834, section 2), and no application.
bool is_automatic(const Content& content, std::string_view envelope);

// Our own mail server says that the domain of the one sender vouches for it (DMARC), and it is that very
// domain.
bool is_authenticated(const Content& content);

// An address for comparing with those on a case: nobody tells two persons apart by capitals.
std::string folded(std::string_view address);

// Case numbers that stand in a text, each once, in order: "Re: FVM-2026-0017 …".
std::vector<std::string> case_numbers_in(std::string_view text);

struct Facts {
  bool automatic = false, authenticated = false, authentication_required = true;
  bool one_sender = true;
  std::string known_case;  // of the case that it answers; empty: none
  bool sender_on_case = false;
};
struct Decision {
  Event event = Event::quarantine;
  std::string reason;       // key of messages/*.txt
  std::string case_number;  // it is attached to; empty with Event::file: a new case
  bool answered = false;    // a receipt is sent
};
Decision decide(const Facts& facts);

}  // namespace fvm::intake
