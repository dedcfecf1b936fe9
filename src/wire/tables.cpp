#include "wire/tables.hpp"

#include <algorithm>
#include <limits>

namespace fvm::wire {

Result<void> send_table(Connection& to, const TableAnswer& answer) {
  size_t bytes = answer.json.size();
  for (const std::string& document : answer.documents) bytes += document.size();
  if (bytes > table_answer_bytes_max || answer.documents.size() >= std::numeric_limits<uint16_t>::max())
    return surroundings("wire.answer_too_large", {{"bytes", std::to_string(bytes)}});
  const size_t parts = 1 + answer.documents.size();
  for (size_t part = 0; part < parts; ++part) {
    const std::string& whole = part == 0 ? answer.json : answer.documents[part - 1];
    size_t at = 0;
    do {
      TablePiece piece{static_cast<uint16_t>(part), 1, whole.substr(at, text_bytes_max)};
      at += piece.bytes.size();
      piece.more = part + 1 < parts || at < whole.size() ? 1 : 0;
      TRY(to.send(piece));
    } while (at < whole.size());
  }
  return {};
}

Result<void> answer_table(Connection& to, const Result<TableAnswer>& answer) {
  if (!answer.ok()) return to.send(to_failure(answer.error()));
  auto sent = send_table(to, *answer);
  if (!sent.ok() && sent.error().code == "wire.answer_too_large") return to.send(to_failure(sent.error()));
  return sent;
}

Result<bool> TableAssembly::add(const Frame& frame) {
  const auto piece = TRY(Connection::read<TablePiece>(frame));
  const size_t part = piece.part, begun = answer_.documents.size();
  bytes_ += piece.bytes.size();
  if (part < begun || part > begun + 1 || bytes_ > table_answer_bytes_max)
    return surroundings("wire.broken_message");
  if (part == begun + 1) answer_.documents.emplace_back();
  (part == 0 ? answer_.json : answer_.documents.back()) += piece.bytes;
  return piece.more == 0;
}

Result<TableAnswer> receive_table(Connection& from) {
  TableAssembly assembly;
  while (!TRY(assembly.add(TRY(from.receive())))) {
  }
  return assembly.take();
}

}  // namespace fvm::wire
