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
  Part part{name, {}, {}};
  if (!read_part(archive, index, room, part.bytes)) return {Problem::broken, name};
  room -= part.bytes.size();
  part.root = root_of(part.bytes);
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

namespace {

// "xl/workbook.xml" and "../media/a.png" give "media/a.png"; a part's name is written from the root.
std::string resolved(std::string_view of, std::string_view target) {
  std::string path(target.starts_with('/') ? "" : of.substr(0, of.rfind('/') + 1));
  path += target;
  std::vector<std::string_view> steps;
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view step = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(step.size() + 1, rest.size()));
    if (step == ".." && !steps.empty()) steps.pop_back();
    if (step != ".." && step != "." && !step.empty()) steps.push_back(step);
  }
  std::string out;
  for (const std::string_view step : steps) out += (out.empty() ? "" : "/") + std::string(step);
  return out;
}

std::string relations_name(std::string_view part) {
  const size_t name = part.rfind('/') + 1;
  return std::string(part.substr(0, name)) + "_rels/" + std::string(part.substr(name)) + ".rels";
}

}  // namespace

Package::Package(std::vector<Part> parts) : parts_(std::move(parts)) {
  for (const Part& part : parts_)
    if (!by_name_.try_emplace(disclosure::lower(part.name), &part).second) twice_ = &part;
  main_ = find_main();
  if (main_ != nullptr) relations_ = relations_of(main_->name);
}

const Part* Package::named(std::string_view name) const {
  const auto found = by_name_.find(disclosure::lower(name));
  return found == by_name_.end() ? nullptr : found->second;
}

std::vector<Package::Relation> Package::relations_of(std::string_view part) const {
  std::vector<Relation> relations;
  const Part* list = named(relations_name(part));
  if (list == nullptr) return relations;
  const auto take = [&](std::string_view name, const Attributes& a) {
    if (name != "Relationship" || attribute(a, "TargetMode") == "External") return;
    const std::string_view type = attribute(a, "Type");
    relations.push_back({std::string(attribute(a, "Id")), std::string(type.substr(type.rfind('/') + 1)),
                         resolved(part, attribute(a, "Target"))});
  };
  (void)read_xml(list->bytes, {take, {}, {}});  // a broken list is found when all parts are read
  return relations;
}

const Part* Package::find_main() const {
  if (named(relations_name("")) == nullptr) {
    const Part* book = named("xl/workbook.xml");
    const Part* text = named("word/document.xml");
    return book == nullptr ? text : text == nullptr ? book : nullptr;
  }
  const Part* found = nullptr;
  size_t count = 0;
  for (const Relation& one : relations_of("")) {
    if (one.type == "officeDocument") found = named(one.part), ++count;
  }
  return count == 1 ? found : nullptr;
}

bool Package::is_mains(const Part& part, std::string_view type) const {
  if (main_ == nullptr) return false;
  if (named(relations_name(main_->name)) == nullptr) return true;
  return std::any_of(relations_.begin(), relations_.end(),
                     [&](const Relation& one) { return one.type == type && named(one.part) == &part; });
}

std::vector<std::string> shared_strings(const Package& package, std::string& broken, Raised raised) {
  std::vector<std::string> strings;
  // By what it is: relations may give it any name.
  const auto is_list = [](const Part& one) { return one.root == "sst"; };
  const auto& parts = package.parts();
  const auto part = std::find_if(parts.begin(), parts.end(), is_list);
  if (part == parts.end()) return strings;
  // No program writes two, or one that the workbook does not know.
  if (std::any_of(part + 1, parts.end(), is_list) || !package.is_mains(*part, "sharedStrings"))
    return broken = "sst", strings;
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

std::vector<SheetPart> sheet_parts(const Package& package) {
  std::vector<SheetPart> sheets;
  const Part* book = package.main();
  if (book == nullptr) return sheets;
  std::map<std::string, std::string> targets;  // relation -> part
  for (const Package::Relation& one : package.relations()) targets[one.id] = one.part;
  using spreadsheet::Visibility;
  (void)read_xml(book->bytes, {[&](auto name, const Attributes& a) {
                                 if (name != "sheet") return;
                                 const std::string_view state = attribute(a, "state");
                                 const std::string& target = targets[std::string(attribute(a, "id"))];
                                 sheets.push_back({std::string(attribute(a, "name")),
                                                   state == "veryHidden"         ? Visibility::very_hidden
                                                   : state.starts_with("hidden") ? Visibility::hidden
                                                                                 : Visibility::shown,
                                                   target, package.named(target)});
                               },
                               {},
                               {}});
  return sheets;
}

}  // namespace fvm::runner
