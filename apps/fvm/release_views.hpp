// How release requests are shown: lines for people, one JSON document with --json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fvm/context.hpp"
#include "notify/outbox.hpp"
#include "release/progress.hpp"
#include "release/types.hpp"

namespace fvm::cli {

struct Staged {
  std::string name;
  uint64_t bytes = 0;
  std::optional<release::Report> report;
  std::optional<Error> refusal;                // no regular file
  std::optional<safetable::Recognised> table;  // a safe table's file: not scanned
  bool leaves = false;                         // without anybody looking
};

// Who retains its copies, since when and why; only of one that is retained.
std::string retained_text(Language language, const release::Request& request);

void show_staged(const Context& context, const std::vector<Staged>& files);
void show_list(const Context& context, const std::vector<release::Request>& requests);
void show_request(const Context& context, const release::Request& request,
                  const std::vector<notify::Notice>& notices);
void show_resumed(const Context& context, size_t moved, size_t waiting);

}  // namespace fvm::cli
