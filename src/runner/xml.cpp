#include "runner/xml.hpp"

#include <expat.h>

#include <algorithm>
#include <memory>

namespace fvm::runner {
namespace {

std::string_view bare(std::string_view name) {
  return name.substr(name.rfind(':') + 1);  // npos + 1: all of it
}

struct State {
  const XmlEvents& events;
  XML_Parser parser = nullptr;
  size_t depth = 0;
  const char* stopped = nullptr;
  Attributes attributes;  // of the element that is told of
  std::string_view told(std::string_view name) const { return events.prefixes ? name : bare(name); }
};

void stop(State& state, const char* why) {
  state.stopped = why;
  XML_StopParser(state.parser, XML_FALSE);
}

void on_start(void* context, const char* name, const char** pairs) {
  auto& state = *static_cast<State*>(context);
  if (++state.depth > xml_depth_max) return stop(state, "xml.too_deep");
  Attributes& attributes = state.attributes;
  attributes.clear();
  for (const char** pair = pairs; *pair != nullptr; pair += 2)
    attributes.emplace_back(state.told(pair[0]), pair[1]);
  if (state.events.start) state.events.start(state.told(name), attributes);
}

void on_end(void* context, const char* name) {
  auto& state = *static_cast<State*>(context);
  --state.depth;
  if (state.events.end) state.events.end(state.told(name));
}

void on_text(void* context, const char* text, int size) {
  auto& state = *static_cast<State*>(context);
  if (state.events.text) state.events.text({text, static_cast<size_t>(size)});
}

void on_comment(void* context, const char* text) {
  auto& state = *static_cast<State*>(context);
  if (state.events.aside) state.events.aside(text);
}

void on_instruction(void* context, const char*, const char* text) {
  on_comment(context, text);
}

void on_document_type(void* context, const char*, const char*, const char*, int) {
  stop(*static_cast<State*>(context), "xml.document_type");
}

struct Free {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

}  // namespace

std::string root_of(std::string_view xml) {
  constexpr size_t first_bytes = 2 << 10, more_bytes = 64 << 10;
  std::string root;
  // What comes after is not looked at, so a cut there does not matter; a long comment may come before.
  for (const size_t bytes : {first_bytes, more_bytes, xml.size()}) {
    (void)read_xml(xml.substr(0, bytes), {[&](auto name, const Attributes&) {
                                            if (root.empty()) root = name;
                                          },
                                          {},
                                          {}});
    if (!root.empty() || xml.size() <= bytes) break;
  }
  return root;
}

Result<void> read_xml(std::string_view xml, const XmlEvents& events) {
  return read_xml(std::span(&xml, 1), events);
}

Result<void> read_xml(std::span<const std::string_view> pieces, const XmlEvents& events) {
  const std::unique_ptr<XML_ParserStruct, Free> parser(XML_ParserCreate(nullptr));
  State state{events, parser.get()};
  XML_SetUserData(parser.get(), &state);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_document_type);
  XML_SetCommentHandler(parser.get(), on_comment);
  XML_SetProcessingInstructionHandler(parser.get(), on_instruction);
  const auto parse = [&](std::string_view bytes, bool last) -> Result<void> {
    const auto status = XML_Parse(parser.get(), bytes.data(), static_cast<int>(bytes.size()), last ? 1 : 0);
    if (state.stopped != nullptr) return usage(state.stopped);
    if (status == XML_STATUS_OK) return {};
    return usage("xml.broken", {{"line", std::to_string(XML_GetCurrentLineNumber(parser.get()))}});
  };
  constexpr size_t bytes_at_once = 1 << 20;
  for (std::string_view piece : pieces) {
    for (; !piece.empty(); piece.remove_prefix(std::min(bytes_at_once, piece.size())))
      TRY(parse(piece.substr(0, bytes_at_once), false));
  }
  return parse({}, true);
}

}  // namespace fvm::runner
