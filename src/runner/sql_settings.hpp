// PostgreSQL's settings that clients set and read. They are answered here and never reach DuckDB, whose own
// configuration is locked.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace fvm::runner {

class Settings {
 public:
  struct Setting {
    std::string name;       // as PostgreSQL writes it: "DateStyle"
    std::string value;      // now
    std::string fallback;   // at the start of the connection
    bool reported = false;  // the protocol tells clients when it changes
  };
  Settings();

  bool has(std::string_view name) const;                 // in any case of letters
  Result<std::string> get(std::string_view name) const;  // "pgwire.sql" 42704
  // 22023 for a value that cannot be met, 55P02 for what cannot be changed, 42704 for an unknown name.
  Result<void> set(std::string_view name, const std::string& value, bool local);
  Result<void> reset(std::string_view name);
  void reset_all();
  void transaction_ended();  // takes back what SET LOCAL set
  // What a client says when it connects becomes the value to fall back to; what cannot be met is left out.
  void start_with(std::string_view name, const std::string& value);

  std::vector<Setting> all() const;                                 // by name
  std::vector<std::pair<std::string, std::string>> take_changed();  // of the reported ones

 private:
  void assign(Setting& setting, std::string value);
  std::map<std::string, Setting> settings_;  // by name in lower case
  std::map<std::string, std::string> before_local_;
  std::map<std::string, bool> changed_;
};

}  // namespace fvm::runner
