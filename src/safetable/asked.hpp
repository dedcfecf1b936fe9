// A request for a safe table as JSON: what a session and the API send. Pure.
//
//   {"do": "release", "sql": "SELECT …", "rows": "kommune", "columns": ["koen", "alder"], "count": "persons",
//    "sum": "beloeb", "mean": …, "median": …, "percentile": "25:beloeb", "sd": …, "min": …, "max": …,
//    "ratio": "beloeb/dage", "gini": …, "mode": …, "hierarchy": "kommune=region",
//    "unit": …, "contributor": "ejer", "as_of": …, "title": …, "percent": "row", "round": 5, "coarsen": true,
//    "formats": ["xlsx"], "explain": "kommune=101", "language": "da"}
//   {"sql": …, "time": "dage", "event": "doed", "width": "30", "until": "365", "rows": "koen"}   a survival
//   curve
//   {"sql": …, "outcome": "syg", "terms": "alder, factor(kommune)", "family": "binomial"}   a model
//   {"do": "show", "table": 3, "formats": ["csv"], "explain": "kommune=101", "language": "da"}
//   {"do": "list", "after": 3, "most": 20}   those with a greater number, the first so many (-1: all)
//   {"do": "outbox", "files": ["t.csv"], "wait": true}   what lies in /outbox; in a session only
//
// Lists of names may be one text, "a,b". Who asks, and in which project, never stands in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "safetable/wanted.hpp"

namespace fvm::safetable {

inline constexpr size_t asked_formats_max = 5;
inline constexpr size_t asked_files_max = 50;

struct Asked {
  enum class What { release, show, list, outbox } what = What::release;
  Wanted wanted;                     // release
  int64_t table = 0;                 // show
  TablePart part;                    // list
  std::vector<std::string> formats;  // of the documents to come along
  std::string explain;               // a cell
  std::vector<std::string> files;    // outbox: those that are wanted
  bool wait = false;                 // outbox: for what is still looked at
  Language language = Language::english;
};

// "table.request_unreadable", "table.member_unknown", "table.member_wrong", "table.unknown_format" (usage).
Result<Asked> read_asked(std::string_view json);

}  // namespace fvm::safetable
