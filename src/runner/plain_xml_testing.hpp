// For what holds both readers of XML against each other: the test and the fuzzer of plain_xml.hpp.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "runner/plain_xml.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {

// The events as one text; text in one piece, as it may come in several, and a cell's attributes in order.
struct ToldXml {
  std::string all;
  void start(std::string_view name, Attributes attributes) {
    if (name == "c") std::sort(attributes.begin(), attributes.end());
    all += "\x01<" + std::string(name);
    for (const auto& [key, value] : attributes)
      all += "\x02" + std::string(key) + "\x03" + std::string(value);
    all += "\x01";
  }
  void end(std::string_view name) { all += "\x01>" + std::string(name) + "\x01"; }
  void text(std::string_view said) { all += said; }
  void reference(std::string_view said) { all += said; }
};

// The same, told of whole cells: as their elements would be told one by one.
struct ToldCells : ToldXml {
  size_t cells = 0;
  bool cell(const plain_xml::Cell& one) {
    ++cells;
    Attributes given;
    for (const auto& [key, value] : {std::pair("r", one.place), {"s", one.style}, {"t", one.type}})
      if (value.data() != nullptr) given.emplace_back(key, value);
    start("c", given);
    if (one.within) start("is", {});
    start(one.within ? "t" : "v", {});
    text(one.text);
    end(one.within ? "t" : "v");
    if (one.within) end("is");
    end("c");
    return true;
  }
};

}  // namespace fvm::runner
