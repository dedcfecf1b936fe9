// Settings of desktops in the browser ([desk] in config.toml) and of what stands before the portal ([front]),
// beside all others: for the programs that have to do with them.
#pragma once

#include "config/instance.hpp"

namespace fvm::config {

struct DeskConfig : Config {
  struct Desk {
    uint16_t port = 0;  // 0: no desktops
    std::string address = "127.0.0.1";
    std::string public_url;  // empty: http://127.0.0.1:PORT
    std::string client_id, client_secret_file;
    std::string admission = "confirmed";
    uint32_t idle_minutes = 30;
    uint32_t away_minutes = 240;
    uint32_t desktops_max = 100;
  } desk;
  struct Front {
    std::vector<std::string> trusted_proxies = {"127.0.0.1", "::1"};
  } front;
};

// As read_config, with [desk] and [front].
Result<DeskConfig> read_desk_config(World& world, const Path& file);

// Who may see which desktop: fvm-desk's own, and out of the portal's reach.
inline Path desk_folder(const Instance& instance) {
  return instance.root() / "desk";
}

}  // namespace fvm::config
