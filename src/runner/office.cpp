#include "runner/office.hpp"

#include <zip.h>

#include <algorithm>
#include <map>
#include <memory>

#include "disclosure/text.hpp"
#include "runner/scan.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace {

using Problem = Unpacked::Problem;

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Discard>;

bool is_safe_part_name(std::string_view name) {
  return !name.empty() && name[0] != '/' && name.find('\\') == std::string_view::npos &&
         name.find("..") == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

Archive open_archive(std::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  Archive archive(source == nullptr ? nullptr
                                    : zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (archive == nullptr && source != nullptr) zip_source_free(source);
  zip_error_fini(&error);
  return archive;
}

// What is in one part, up to `room` bytes; false: more than that, or broken.
bool read_part(zip_t* archive, zip_uint64_t index, uint64_t room, std::string& out) {
  const std::unique_ptr<zip_file_t, Discard> file(zip_fopen_index(archive, index, 0));
  if (file == nullptr) return false;
  std::string buffer(1 << 16, 0);
  for (;;) {
    const zip_int64_t got = zip_fread(file.get(), buffer.data(), buffer.size());
    if (got < 0) return false;
    if (got == 0) return true;
    out.append(buffer, 0, static_cast<size_t>(got));
    if (out.size() > room) return false;
  }
}

bool is_bomb(const zip_stat_t& facts, uint64_t room) {
  return facts.size > room || (facts.size > ratio_floor_bytes && facts.comp_size > 0 &&
                               facts.size / facts.comp_size > unpacked_ratio_max);
}

// One entry of the archive into `parts`; folders are passed over.
Unpacked unpack_entry(zip_t* archive, zip_uint64_t index, uint64_t& room, std::vector<Part>& parts) {
  zip_stat_t facts;
  if (zip_stat_index(archive, index, 0, &facts) != 0 || facts.name == nullptr) return {Problem::broken, ""};
  const std::string name(facts.name);
  if (!is_safe_part_name(name)) return {Problem::path, name};
  if (is_bomb(facts, room)) return {Problem::bomb, name};
  if (facts.encryption_method != ZIP_EM_NONE) return {Problem::encrypted, name};
  if (name.ends_with('/')) return {};
  Part part{name, {}};
  if (!read_part(archive, index, room, part.bytes)) return {Problem::broken, name};
  room -= part.bytes.size();
  parts.push_back(std::move(part));
  return {};
}

}  // namespace

Unpacked unpack_office(std::string_view bytes, std::vector<Part>& parts) {
  const Archive archive = open_archive(bytes);
  if (archive == nullptr) return {Problem::not_zip, ""};
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  if (count < 0 || static_cast<size_t>(count) > parts_max) return {Problem::bomb, ""};
  uint64_t room = unpacked_bytes_max;
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    const Unpacked done = unpack_entry(archive.get(), i, room, parts);
    if (done.problem != Problem::none) return done;
  }
  return {};
}

const Part* part_named(const std::vector<Part>& parts, std::string_view name) {
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

std::vector<std::string> shared_strings(const std::vector<Part>& parts, std::string& broken, Raised raised) {
  std::vector<std::string> strings;
  // By what it is: relations may give it any name.
  const auto part =
      std::find_if(parts.begin(), parts.end(), [](const Part& one) { return root_of(one.bytes) == "sst"; });
  if (part == parts.end()) return strings;
  bool in_text = false, above = false;
  const XmlEvents events{[&](auto name, const Attributes& attributes) {
                           if (name == "si") strings.emplace_back();
                           if (name == "r" || name == "si") above = false;
                           if (name == "vertAlign")
                             above = raised == Raised::marked && attribute(attributes, "val") != "baseline";
                           in_text = name == "t" && !strings.empty();
                         },
                         [&](auto name) {
                           if (name == "t") in_text = false;
                         },
                         [&](auto text) {
                           if (in_text)
                             strings.back() += above ? disclosure::raised(text) : std::string(text);
                         }};
  if (const auto done = read_xml(part->bytes, events); !done.ok()) broken = done.error().code;
  return strings;
}

std::vector<SheetPart> sheet_parts(const std::vector<Part>& parts) {
  std::map<std::string, std::string> targets;  // relation -> part
  if (const Part* relations = part_named(parts, "xl/_rels/workbook.xml.rels")) {
    (void)read_xml(relations->bytes, {[&](auto, const Attributes& a) {
                                        std::string target(attribute(a, "Target"));
                                        if (target.starts_with("/"))
                                          target.erase(0, 1);
                                        else
                                          target = "xl/" + target;
                                        targets[std::string(attribute(a, "Id"))] = target;
                                      },
                                      {},
                                      {}});
  }
  std::vector<SheetPart> sheets;
  const Part* book = part_named(parts, "xl/workbook.xml");
  if (book == nullptr) return sheets;
  using spreadsheet::Visibility;
  (void)read_xml(book->bytes, {[&](auto name, const Attributes& a) {
                                 if (name != "sheet") return;
                                 const std::string_view state = attribute(a, "state");
                                 sheets.push_back({std::string(attribute(a, "name")),
                                                   state == "veryHidden"         ? Visibility::very_hidden
                                                   : state.starts_with("hidden") ? Visibility::hidden
                                                                                 : Visibility::shown,
                                                   targets[std::string(attribute(a, "id"))]});
                               },
                               {},
                               {}});
  return sheets;
}

}  // namespace fvm::runner
