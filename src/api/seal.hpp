// What a browser carries while somebody logs in: sealed, so that the portal need not remember anybody who has
// not logged in yet, and nobody can change it, read it or use another's.
#pragma once

#include <string>
#include <string_view>

#include "account/types.hpp"
#include "base/messages.hpp"
#include "base/world.hpp"
#include "oidc/types.hpp"

namespace fvm::api {

inline constexpr int64_t on_the_way_seconds = 600;
inline constexpr size_t next_bytes_max = 1024;

enum class Stage {
  away,    // at the broker
  proved,  // MitID Erhverv is settled; the password is not
};
enum class Aim { login, activate, step_up };

struct OnTheWay {
  Stage stage = Stage::away;
  Aim aim = Aim::login;
  Language language = Language::danish;
  std::string next;      // a path of ours, where it began
  oidc::Flow flow;       // away
  account::Proof proof;  // proved
  std::string session;   // step_up: the token of the session that it is for
  Time until;
};

class Seal {
 public:
  explicit Seal(World& world);  // a key of its own: what was sealed before a restart is void
  std::string seal(const OnTheWay& way) const;
  // Nothing when it was made elsewhere, changed, or is past its time.
  std::optional<OnTheWay> open(std::string_view text) const;

 private:
  World& world_;
  std::string key_;
};

// Whether browsers may be sent there after logging in: a path on this very site and nothing else.
bool is_own_path(std::string_view path);

}  // namespace fvm::api
