#include "runner/office.hpp"

#include <libdeflate.h>
#include <zip.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

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

// Memory that is not touched before it is filled.
struct Bytes {
  explicit Bytes(uint64_t size) : memory(std::make_unique_for_overwrite<char[]>(size)), size(size) {}
  std::unique_ptr<char[]> memory;
  size_t size;
};

// A part as it lies in the archive, or unpacked by libzip; nothing when it has another size or checksum.
std::optional<Bytes> read_bytes(zip_t* archive, zip_uint64_t index, zip_flags_t flags, uint64_t size) {
  const std::unique_ptr<zip_file_t, Discard> file(zip_fopen_index(archive, index, flags));
  if (file == nullptr) return std::nullopt;
  Bytes bytes(size + 1);  // one more than there should be, to see the end
  size_t filled = 0;
  for (zip_int64_t got = 1; got > 0; filled += static_cast<size_t>(got)) {
    if (filled > size) return std::nullopt;
    got = zip_fread(file.get(), bytes.memory.get() + filled, bytes.size - filled);
    if (got < 0) return std::nullopt;
  }
  bytes.size = size;
  return filled == size ? std::optional(std::move(bytes)) : std::nullopt;
}

struct Free {
  void operator()(libdeflate_decompressor* one) const { libdeflate_free_decompressor(one); }
};

// What is in one part; nothing when it is not what the archive says.
std::optional<Bytes> read_part(zip_t* archive, const zip_stat_t& facts) {
  if (facts.comp_method != ZIP_CM_DEFLATE) return read_bytes(archive, facts.index, 0, facts.size);
  const auto packed = read_bytes(archive, facts.index, ZIP_FL_COMPRESSED, facts.comp_size);
  const std::unique_ptr<libdeflate_decompressor, Free> unpacker(libdeflate_alloc_decompressor());
  if (!packed || unpacker == nullptr) return std::nullopt;
  Bytes bytes(facts.size);
  size_t read = 0;
  const auto result = libdeflate_deflate_decompress_ex(unpacker.get(), packed->memory.get(), packed->size,
                                                       bytes.memory.get(), bytes.size, &read, nullptr);
  const bool whole = result == LIBDEFLATE_SUCCESS && read == packed->size &&
                     libdeflate_crc32(0, bytes.memory.get(), bytes.size) == facts.crc;
  return whole ? std::optional(std::move(bytes)) : std::nullopt;
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
  auto bytes = read_part(archive, facts);
  if (!bytes) return {Problem::broken, name};
  room -= bytes->size;
  const std::string_view all(bytes->memory.get(), bytes->size);
  parts.push_back({name, all, root_of(all), std::move(bytes->memory)});
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

void Package::forget(const Part& part) {
  Part& mine = parts_[static_cast<size_t>(&part - parts_.data())];
  mine.bytes = {};
  mine.memory.reset();
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
  bool in_text = false, above = false, aside = false;
  const XmlEvents events{[&](auto name, const Attributes& attributes) {
                           if (name == "si") strings.emplace_back();
                           if (name == "r" || name == "si") above = false;
                           if (name == "vertAlign")
                             above = raised == Raised::marked && attribute(attributes, "val") != "baseline";
                           if (name == "rPh") aside = true;  // how a word is read aloud: no part of it
                           in_text = name == "t" && !strings.empty() && !aside;
                         },
                         [&](auto name) {
                           if (name == "t") in_text = false;
                           if (name == "rPh") aside = false;
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
