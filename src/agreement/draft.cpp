#include "agreement/draft.hpp"

#include "agreement/texts.hpp"
#include "crypto/sha256.hpp"
#include "documents/flat_xml.hpp"
#include "documents/template.hpp"

namespace fvm::agreement {
namespace {

using casework::Application;
using documents::Block;
using documents::Document;
using documents::Values;

struct Material {
  World& world;
  const config::Instance& instance;
  const config::Config& config;
  const Application& application;
  const Compiled& compiled;
  Language language;
  std::vector<Block> annex;
};

std::string say(const Material& m, std::string_view key, const Arguments& arguments = {}) {
  return message(m.language, key, arguments);
}

// Empty when nothing is charged: the text then leaves the sentence out.
std::string kroner(uint64_t amount) {
  return amount == 0 ? std::string() : std::to_string(amount);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

std::map<std::string, std::string> common_texts(const Material& m) {
  const Application& a = m.application;
  const auto& terms = m.config.agreement;
  const auto& specification = m.compiled.specification;
  const bool free = terms.establishment_kroner + terms.yearly_kroner + terms.hourly_kroner == 0;
  return {{"title", a.title},
          {"authority", a.authority},
          {"cvr", a.cvr},
          {"task", a.task},
          {"purpose", a.purpose},
          {"legal_basis", a.legal_basis},
          {"necessity", a.necessity},
          {"place", a.place},
          {"from", to_text(specification.valid_from)},
          {"to", to_text(specification.valid_to)},
          {"signatory_name", a.signatory.name},
          {"payer_name", a.payer.name},
          {"payer_ean", a.payer.ean},
          {"payer_reference", a.payer.reference},
          {"service", m.config.service.name},
          {"service_authority", m.config.service.authority},
          {"specification_sha256", m.compiled.sha256},
          {"cell_count_min", std::to_string(m.config.release.cell_count_min)},
          {"breach_hours", std::to_string(terms.breach_hours)},
          {"notice_months", std::to_string(terms.notice_months)},
          {"establishment_kroner", kroner(terms.establishment_kroner)},
          {"yearly_kroner", kroner(terms.yearly_kroner)},
          {"hourly_kroner", kroner(terms.hourly_kroner)},
          {"free", free ? "1" : ""},
          {"subprocessors", joined(terms.subprocessors)},
          {"no_subprocessors", terms.subprocessors.empty() ? "1" : ""}};
}

std::vector<Block> users(const Material& m) {
  documents::Table table{
      say(m, "agreement.users"), {say(m, "agreement.user"), say(m, "agreement.email")}, {}, {1, 1}};
  for (const casework::Person& user : m.application.users) table.rows.push_back({user.name, user.email});
  return {std::move(table)};
}

std::vector<Block> own_data(const Material& m) {
  if (m.application.own_data.empty()) return {documents::Paragraph{say(m, "agreement.no_own_data")}};
  documents::Table table{say(m, "agreement.own_data"),
                         {say(m, "agreement.own_table"), say(m, "annex.content"),
                          say(m, "agreement.own_source"), say(m, "annex.variables", {{"table", ""}})},
                         {},
                         {2, 4, 3, 4}};
  for (const casework::OwnData& own : m.application.own_data) {
    table.rows.push_back({own.table, own.description, own.source, joined(own.variables)});
  }
  return {std::move(table)};
}

// The box at the top. Without an occasion: what stays the same from version to version.
std::vector<Block> facts(const Material& m, Kind kind, const Party& party, const Occasion* occasion) {
  documents::Table table{
      say(m, "agreement.facts"), {say(m, "annex.field"), say(m, "annex.content")}, {}, {1, 3}};
  if (occasion != nullptr) {
    table.rows = {{say(m, "agreement.case"), occasion->case_number},
                  {say(m, "agreement.version"), std::to_string(occasion->version)},
                  {say(m, "agreement.date"), to_text(occasion->date)}};
  }
  table.rows.push_back({say(m, "annex.number"), m.compiled.specification.number});
  table.rows.push_back({say(m, "agreement.signer"), party.name + " (" + party.email + ")"});
  if (kind != Kind::user_declaration)
    table.rows.push_back({say(m, "agreement.specification"), m.compiled.sha256});
  return {std::move(table)};
}

Result<Document> write(const Material& m, Kind kind, const Party& party, const Occasion* occasion) {
  const auto source = TRY(source_text(m.world, m.instance, m.language, name_of(kind)));
  Values values{common_texts(m), {{"annex", m.annex}, {"users", users(m)}, {"own_data", own_data(m)}}};
  values.texts["number"] = m.compiled.specification.number;
  values.texts["user_name"] = party.name;
  values.texts["user_email"] = party.email;
  values.blocks["facts"] = facts(m, kind, party, occasion);
  // A key by its parts, so that every text is known to the check of messages.
  const std::string title = say(m, kind == Kind::data_processing ? "agreement.kind_data_processing"
                                   : kind == Kind::disclosure    ? "agreement.kind_disclosure"
                                                                 : "agreement.kind_user_declaration");
  Document out{.language = m.language,
               .title = title + " " + m.compiled.specification.number,
               .author = m.config.service.authority,
               .blocks = TRY(documents::fill(source.text, source.file, values))};
  if (occasion != nullptr) {
    out.date = occasion->date;
    const bool declaration = kind == Kind::user_declaration;
    out.footer = say(m, declaration ? "agreement.footer_declaration" : "agreement.footer",
                     {{"title", title},
                      {"case", occasion->case_number},
                      {"version", std::to_string(occasion->version)},
                      {"sha256", m.compiled.sha256.substr(0, 16)}});
  }
  return out;
}

Result<Draft> draft_one(const Material& m, Kind kind, const casework::Person& person,
                        const Occasion& occasion) {
  const Party party{person.name, person.email, person.account};
  const Document unchanging = TRY(write(m, kind, party, nullptr));
  return Draft{kind, party, TRY(write(m, kind, party, &occasion)),
               crypto::sha256_hex(documents::to_flat_xml(unchanging))};
}

}  // namespace

Result<std::vector<Draft>> draft(World& world, const config::Instance& instance, const config::Config& config,
                                 const Application& application, const Compiled& compiled,
                                 const catalogue::Catalogue& catalogue, const Occasion& occasion) {
  const Language language = config.agreement.language == "en" ? Language::english : Language::danish;
  std::vector<Block> annexed = {documents::PageBreak{}};
  for (Block& block : annex(language, compiled, catalogue)) annexed.push_back(std::move(block));
  const Material m{world, instance, config, application, compiled, language, std::move(annexed)};
  std::vector<Draft> out;
  out.push_back(TRY(draft_one(m, Kind::data_processing, application.signatory, occasion)));
  out.push_back(TRY(draft_one(m, Kind::disclosure, application.signatory, occasion)));
  for (const casework::Person& user : application.users) {
    out.push_back(TRY(draft_one(m, Kind::user_declaration, user, occasion)));
  }
  return out;
}

}  // namespace fvm::agreement
