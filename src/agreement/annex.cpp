#include "agreement/annex.hpp"

#include <algorithm>

#include "agreement/condition_words.hpp"
#include "crypto/sha256.hpp"
#include "extract/describe.hpp"

namespace fvm::agreement {
namespace {

using documents::Block;
using documents::Heading;
using documents::List;
using documents::Literal;
using documents::Paragraph;
using extract::Criterion;
using extract::Grant;
using extract::Specification;

const std::string& text_of(Language language, const std::string& danish, const std::string& english) {
  return language == Language::english && !english.empty() ? english : danish;
}

class Annex {
 public:
  Annex(Language language, const Compiled& compiled, const catalogue::Catalogue& catalogue)
      : language_(language),
        compiled_(compiled),
        specification_(compiled.specification),
        catalogue_(catalogue) {}

  std::vector<Block> make() {
    heading(2, say("annex.title"));
    paragraph(say("annex.what", {{"sha256", compiled_.sha256}}));
    project();
    population();
    tables();
    source();
    return std::move(out_);
  }

 private:
  std::string say(std::string_view key, const Arguments& arguments = {}) const {
    return message(language_, key, arguments);
  }
  void heading(unsigned level, std::string text) { out_.push_back(Heading{level, std::move(text)}); }
  void paragraph(std::string text) { out_.push_back(Paragraph{std::move(text)}); }

  // "LMDB.lmdb (Lægemidler)"
  std::string name_of(const std::string& table) const {
    const catalogue::Table* known = catalogue_.find(table);
    if (known == nullptr) return table;
    const std::string& text = text_of(language_, known->text_da, known->text_en);
    return text.empty() ? table : table + " (" + text + ")";
  }

  void project() {
    const Specification& s = specification_;
    documents::Table table{say("annex.project"),
                           {say("annex.field"), say("annex.content")},
                           {{say("annex.number"), s.number},
                            {say("annex.project_title"), s.title},
                            {say("annex.authority"), s.authority + ", CVR " + s.cvr},
                            {say("annex.valid"), say("annex.from_to", {{"from", to_text(s.valid_from)},
                                                                       {"to", to_text(s.valid_to)}})}},
                           {1, 3}};
    if (!s.purpose.empty()) table.rows.push_back({say("annex.purpose"), s.purpose});
    out_.push_back(std::move(table));
    if (!s.purpose.empty()) paragraph(say("annex.public"));
  }

  std::string criterion(const Criterion& each) const {
    const std::string rows =
        each.at_least == 1
            ? say("annex.one_row", {{"table", name_of(each.table)}})
            : say("annex.rows", {{"table", name_of(each.table)}, {"count", std::to_string(each.at_least)}});
    if (!each.where) return rows + ".";
    return rows + " " +
           say("annex.where",
               {{"condition", in_words(language_, *each.where, catalogue_.find(each.table))}}) +
           "\n" + extract::render(*each.where);
  }

  void criteria(const char* key, const std::vector<Criterion>& list) {
    if (list.empty()) return;
    paragraph(say(key));
    List items{List::Kind::numbers, {}};
    for (const Criterion& each : list) items.items.push_back(criterion(each));
    out_.push_back(std::move(items));
  }

  void list(std::vector<std::string> lines) {
    if (!lines.empty()) out_.push_back(List{List::Kind::dots, std::move(lines)});
  }

  void population() {
    heading(3, say("annex.population"));
    const Specification& s = specification_;
    for (const extract::Cohort& each : s.cohorts) paragraph(say("annex.supplied", {{"file", each.file}}));
    criteria("annex.all", s.all);
    criteria("annex.any", s.any);
    criteria("annex.none", s.none);
    list(extract::describe_events(language_, s));
    paragraph(say("annex.population_rule"));
  }

  std::vector<std::string> variable(const catalogue::Table* table, const std::string& name) const {
    const catalogue::Variable* known = table != nullptr ? table->find(name) : nullptr;
    if (known == nullptr) return {name, "", ""};
    return {name, text_of(language_, known->text_da, known->text_en), kind(known->what)};
  }

  // How an identifier appears to the analyst.
  std::string kind(catalogue::Class what) const {
    switch (what) {
      case catalogue::Class::person:
        return say("annex.class_person");
      case catalogue::Class::relative:
        return say("annex.class_relative");
      case catalogue::Class::provider:
        return say("annex.class_provider");
      case catalogue::Class::record_key:
        return say("annex.class_record_key");
      default:
        return {};
    }
  }

  std::string period(const Grant& grant) const {
    if (!grant.period) return say("annex.no_period");
    const Arguments days{{"variable", grant.period->variable},
                         {"from", to_text(grant.period->from)},
                         {"to", to_text(grant.period->to)}};
    return say(grant.period->in_parent ? "annex.period_of_parent" : "annex.period_of", days);
  }

  void grant(const Grant& grant) {
    const bool own = grant.table == extract::population_table().full_name();
    const catalogue::Table* table = own ? &extract::population_table() : catalogue_.find(grant.table);
    heading(4, name_of(grant.table));
    List terms{List::Kind::dots, {}};
    terms.items.push_back(say("annex.period") + " " + period(grant));
    for (std::string& line : extract::describe_days(language_, grant)) terms.items.push_back(std::move(line));
    terms.items.push_back(
        say("annex.condition") + " " +
        (grant.where ? in_words(language_, *grant.where, table) + "\n" + extract::render(*grant.where)
                     : say("annex.no_condition")));
    terms.items.push_back(say("annex.reason") + " " + grant.reason);
    terms.items.push_back(say("annex.mode") + " " +
                          say(grant.mode == extract::Mode::frozen ? "annex.frozen" : "annex.live"));
    out_.push_back(std::move(terms));
    documents::Table variables{say("annex.variables", {{"table", grant.table}}),
                               {say("annex.variable"), say("annex.description"), say("annex.shown_as")},
                               {},
                               {3, 5, 3}};
    for (const std::string& name : grant.variables) variables.rows.push_back(variable(table, name));
    out_.push_back(std::move(variables));
  }

  void tables() {
    heading(3, say("annex.tables"));
    size_t variables = 0;
    std::vector<Grant> grants = specification_.grants;
    if (specification_.population_grant) grants.push_back(*specification_.population_grant);
    for (const Grant& each : grants) variables += each.variables.size();
    paragraph(say("annex.tables_count",
                  {{"tables", std::to_string(grants.size())}, {"variables", std::to_string(variables)}}));
    for (const Grant& each : grants) grant(each);
  }

  // The text itself: whatever the words above may lack, here it stands.
  void source() {
    heading(3, say("annex.source"));
    paragraph(say("annex.source_what"));
    const std::string& text = compiled_.text;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find("\n\n", at), text.size());
      if (end > at) out_.push_back(Literal{text.substr(at, end - at)});
      at = end + 2;
    }
    paragraph("SHA-256:");
    out_.push_back(Literal{compiled_.sha256});
  }

  const Language language_;
  const Compiled& compiled_;
  const Specification& specification_;
  const catalogue::Catalogue& catalogue_;
  std::vector<Block> out_;
};

}  // namespace

Result<Compiled> compile(std::string text, const std::string& file, const catalogue::Catalogue& catalogue,
                         Date today, std::vector<extract::Finding>* findings) {
  extract::Reading reading = extract::read_specification(text, file, catalogue, today);
  const auto begins_later = [](const extract::Finding& finding) {
    return finding.error.code == "project.agreement_begins";
  };
  const auto later = std::find_if(reading.findings.begin(), reading.findings.end(), begins_later);
  if (later != reading.findings.end()) {
    // Read as on its first day.
    reading =
        extract::read_specification(text, file, catalogue, TRY(parse_date(later->error.argument("from"))));
  }
  if (findings != nullptr) *findings = reading.findings;
  if (!reading.specification) {
    const auto blocks = std::find_if(
        reading.findings.begin(), reading.findings.end(),
        [](const extract::Finding& each) { return each.weight == extract::Finding::Weight::blocks; });
    return blocks->error;
  }
  const std::string sha256 = crypto::sha256_hex(text);
  return Compiled{std::move(text), sha256, std::move(*reading.specification), std::move(reading.findings)};
}

std::vector<Block> annex(Language language, const Compiled& compiled, const catalogue::Catalogue& catalogue) {
  return Annex(language, compiled, catalogue).make();
}

}  // namespace fvm::agreement
