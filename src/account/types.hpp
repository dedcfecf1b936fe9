// Logging in: what MitID Erhverv has said of somebody, what he types, and the session that comes of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "identity/types.hpp"

namespace fvm::account {

// The first factor, checked (room oidc): who works where. Never a name or an address: users may be anonymous.
struct Proof {
  std::string professional;  // the persistent professional uuid
  std::string cvr;           // of the institution that he works for
  std::string assurance;     // "…/nsis/Substantial"
};

// The second factor, as typed.
struct Attempt {
  std::string user, password;
};

// A one-time code, with the password that shall hold from now on.
struct CodeAttempt {
  std::string user, code, password;
};

enum class Purpose { activation, reset };

struct IssuedCode {
  std::string code;  // shown once; only its hash is kept
  std::string user;
  Purpose purpose = Purpose::activation;
  Time expires;
};

struct Standing {
  identity::User user;
  bool bound = false;      // to somebody's MitID Erhverv
  bool activated = false;  // and has a password
  std::optional<Time> code_expires;
  std::optional<Time> locked_until;
};

struct Session {
  std::string id;  // what users and operators see; opens nothing
  identity::User user;
  std::string professional;
  std::string browser;       // "Firefox, Linux"
  std::string browser_hash;  // of the whole User-Agent: a session belongs to one browser
  std::string assurance;
  Time created, expires;
  std::optional<Time> stepped_up;  // when MitID Erhverv last said anew who this is
};

struct Opened {
  std::string token;  // for the cookie; only its hash is kept
  Session session;
};

std::string_view to_text(Purpose purpose);

}  // namespace fvm::account
