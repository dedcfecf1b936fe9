// The job that reads a message, and its answer. Private to this room.
#pragma once

#include "intake/service.hpp"

namespace fvm::intake {

// The answer comes from a sandbox that has read a hostile message: every field is bounded, anything out of
// shape fails with "intake.unreadable".
Result<Content> read_answer(std::string_view json);

// Reads the message at `file`; its documents lie in `output` afterwards.
Result<Content> read_message(const Setting& setting, const Path& file, const Path& output);

// What the job says of one document that is no mail's.
struct Looked {
  std::string name, kind;
  bool test_virus = false;
};
Result<Looked> look_at_document(const Setting& setting, const Path& file, const std::string& name);

// The variables that a workbook orders, and what there is to say about it.
struct Ordered {
  std::vector<casework::OrderItem> items;
  std::vector<Note> notes;
};
// By catalogue's reader; the workbook itself is read in the sandbox.
Result<Ordered> read_order_sheet(const Setting& setting, const Path& file, const std::string& name);

}  // namespace fvm::intake
