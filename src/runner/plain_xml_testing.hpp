// For what holds both readers of XML against each other: the test and the fuzzer of plain_xml.hpp.
#pragma once

#include <string>
#include <string_view>

#include "runner/xml.hpp"

namespace fvm::runner {

// The events as one text; text in one piece, as it may come in several.
struct ToldXml {
  std::string all;
  void start(std::string_view name, const Attributes& attributes) {
    all += "\x01<" + std::string(name);
    for (const auto& [key, value] : attributes)
      all += "\x02" + std::string(key) + "\x03" + std::string(value);
    all += "\x01";
  }
  void end(std::string_view name) { all += "\x01>" + std::string(name) + "\x01"; }
  void text(std::string_view said) { all += said; }
  void reference(std::string_view said) { all += said; }
};

}  // namespace fvm::runner
