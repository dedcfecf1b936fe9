#include "api/catalogue_pages.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "api/page.hpp"

namespace fvm::api {
namespace {

using catalogue::Catalogue;
using catalogue::Class;
using catalogue::Table;
using catalogue::Variable;
using http::escape_html;
using http::Request;
using http::Response;

std::string_view class_key(Class what) {
  constexpr std::pair<Class, std::string_view> keys[] = {
      {Class::ordinary, "web.class.ordinary"},         {Class::code, "web.class.code"},
      {Class::measure, "web.class.measure"},           {Class::date, "web.class.date"},
      {Class::birth_date, "web.class.birth_date"},     {Class::residence, "web.class.residence"},
      {Class::organisation, "web.class.organisation"}, {Class::person, "web.class.person"},
      {Class::relative, "web.class.relative"},         {Class::provider, "web.class.provider"},
      {Class::record_key, "web.class.record_key"},     {Class::name_address, "web.class.name_address"},
      {Class::free_text, "web.class.free_text"},       {Class::dropped, "web.class.dropped"}};
  for (const auto& [each, key] : keys)
    if (each == what) return key;
  return "web.class.ordinary";
}

// What the pages of one request share.
struct View {
  const ServiceFacts& facts;
  const Assets& assets;
  Language language;
  std::shared_ptr<const catalogue::Search> search;
  const Catalogue* catalogue;
  std::vector<mirror::TableFreshness> tables;
  std::string q;  // what is searched for

  std::string words(std::string_view key) const { return text(language, key); }
  std::string root(Language which) const { return address_of(Place::registers, which); }
  std::string register_address(const std::string& code, Language which) const {
    return root(which) + "/" + escape_url(code);
  }
  std::string table_address(const Table& table, Language which) const {
    return register_address(table.register_name, which) + "/" + escape_url(table.name);
  }
  Language other() const { return language == Language::danish ? Language::english : Language::danish; }
  const std::string& described(const std::string& danish, const std::string& english) const {
    return language == Language::danish || english.empty() ? danish : english;
  }
  std::string name_of(const std::string& code) const {
    const catalogue::Register* found = catalogue->find_register(code);
    return found == nullptr ? std::string() : described(found->name_da, found->name_en);
  }
};

std::string link_head(const std::string& address, std::string_view name) {
  return row_head(fmt::format("<a href=\"{}\">{}</a>", escape_html(address), escape_html(name)));
}

std::string search_html(const View& view) {
  return fmt::format(
      R"(<form method="get" action="{}" role="search"><label class="form-label" for="q">{}</label>
<div class="search search-row"><input class="form-input" id="q" name="q" type="search" maxlength="100" value="{}">
<button class="button button-search">{}</button></div></form>
)",
      view.root(view.language), view.words("web.search_label"), escape_html(view.q),
      view.words("web.search"));
}

std::string delivered_text(const View& view, const std::optional<Time>& delivered) {
  return delivered ? day_text(view.language, *delivered) : view.words("web.never");
}

// ---- /registre

struct Sums {
  size_t tables = 0, variables = 0;
  uint64_t rows = 0;
  std::optional<Time> newest;
};

Sums sums_of(const View& view, const std::string& code) {
  Sums sums;
  for (size_t i = 0; i < view.catalogue->tables.size(); ++i) {
    const Table& table = view.catalogue->tables[i];
    if (table.register_name != code) continue;
    ++sums.tables, sums.variables += table.variables.size();
    sums.rows += view.tables[i].rows, sums.newest = std::max(sums.newest, view.tables[i].delivered);
  }
  return sums;
}

std::string registers_html(const View& view) {
  std::string out = table_open(view.language, message(view.language, "web.menu_registers"),
                               {{"web.register"},
                                {"web.name"},
                                {"web.tables", true},
                                {"web.variables", true},
                                {"web.rows", true},
                                {"web.newest"}});
  for (const std::string& code : view.catalogue->register_codes()) {
    const Sums sums = sums_of(view, code);
    const auto number = [&](uint64_t value) {
      return cell(number_text(view.language, static_cast<int64_t>(value)), true);
    };
    out += "<tr>" + link_head(view.register_address(code, view.language), code) +
           cell(escape_html(view.name_of(code))) + number(sums.tables) + number(sums.variables) +
           number(sums.rows) + cell(delivered_text(view, sums.newest)) + "</tr>\n";
  }
  return out.append(table_close);
}

// ---- search

std::string variable_row(const View& view, const Table& table, const Variable& variable, bool with_table) {
  std::string out = "<tr>";
  out += row_head(fmt::format("<code>{}</code>", escape_html(variable.name)));
  if (with_table)
    out += cell(fmt::format("<a href=\"{}\">{}</a>", escape_html(view.table_address(table, view.language)),
                            escape_html(table.full_name())));
  out += cell(escape_html(view.described(variable.text_da, variable.text_en)));
  if (!with_table) {
    out += cell(view.words(class_key(variable.what)));
    out += cell(escape_html(variable.code_list));
    out += fmt::format("<td class=\"years\">{}</td>", escape_html(variable.validity.text));
  }
  const bool may = may_be_granted(variable) && variable.orderable;
  return out + cell(view.words(may ? "web.orderable_yes" : "web.orderable_no")) + "</tr>\n";
}

std::string found_html(const View& view) {
  const auto hits = view.search->find(view.q);
  const size_t found = hits.size();
  std::string rows;
  for (size_t i = 0; i < std::min<size_t>(found, variables_shown_max); ++i)
    rows += variable_row(view, *hits[i].table, *hits[i].variable, true);
  const Arguments figures = {{"q", view.q},
                             {"found", number_text(view.language, static_cast<int64_t>(found))},
                             {"shown", number_text(view.language, variables_shown_max)}};
  const char* key = found == 0                    ? "web.search_none"
                    : found > variables_shown_max ? "web.search_many"
                                                  : "web.search_found";
  std::string out = fmt::format("<p role=\"status\">{}</p>\n", text(view.language, key, figures));
  if (found == 0) return out;
  return out +
         table_open(view.language, message(view.language, key, figures),
                    {{"web.variable"}, {"web.table"}, {"web.description"}, {"web.orderable"}}) +
         rows + std::string(table_close);
}

Page registers_page(const View& view) {
  Page page{.title = message(view.language, "web.registers_title"),
            .lead = message(view.language, "web.registers_lead"),
            .place = Place::registers};
  page.other = view.root(view.other()) + (view.q.empty() ? "" : "?q=" + escape_url(view.q));
  page.body = search_html(view) + (view.q.empty() ? registers_html(view) : found_html(view));
  return page;
}

// ---- one register, one table

std::string tables_html(const View& view, const std::string& code) {
  std::string out = table_open(view.language, code,
                               {{"web.table"},
                                {"web.description"},
                                {"web.variables", true},
                                {"web.rows", true},
                                {"web.frequency"},
                                {"web.newest"}});
  for (size_t i = 0; i < view.catalogue->tables.size(); ++i) {
    const Table& table = view.catalogue->tables[i];
    if (table.register_name != code) continue;
    const mirror::TableFreshness& fresh = view.tables[i];
    out += "<tr>" + link_head(view.table_address(table, view.language), table.name) +
           cell(escape_html(view.described(table.text_da, table.text_en))) +
           cell(number_text(view.language, static_cast<int64_t>(table.variables.size())), true) +
           cell(number_text(view.language, static_cast<int64_t>(fresh.rows)), true) +
           cell(escape_html(table.update_frequency)) + cell(delivered_text(view, fresh.delivered)) +
           "</tr>\n";
  }
  return out.append(table_close);
}

Page not_found(const View& view, const std::string& what) {
  Page page{.title = message(view.language, "web.register_unknown", {{"name", what}}),
            .place = Place::registers,
            .other = view.root(view.other())};
  page.body = search_html(view) + registers_html(view);
  page.status = 404;
  return page;
}

std::vector<std::pair<std::string, std::string>> steps_to(const View& view) {
  return {{view.root(view.language), message(view.language, "web.menu_registers")}};
}

Page register_page(const View& view, const std::string& name) {
  const auto codes = view.catalogue->register_codes();
  const auto code = std::find_if(codes.begin(), codes.end(),
                                 [&](const std::string& each) { return catalogue::same_name(each, name); });
  if (code == codes.end()) return not_found(view, name);
  const std::string called = view.name_of(*code);
  Page page{.title = called.empty() ? *code : *code + " – " + called, .place = Place::registers};
  page.other = view.register_address(*code, view.other());
  auto steps = steps_to(view);
  steps.emplace_back("", *code);
  page.trail = trail_html(view.language, steps);
  page.body = tables_html(view, *code);
  return page;
}

Page table_page(const View& view, const std::string& code, const std::string& name) {
  const Table* table = view.catalogue->find(code + "." + name);
  if (table == nullptr) return not_found(view, code + "." + name);
  const auto& fresh = view.tables[static_cast<size_t>(table - view.catalogue->tables.data())];
  Page page{.title = table->full_name(),
            .lead = view.described(table->text_da, table->text_en),
            .place = Place::registers};
  page.other = view.table_address(*table, view.other());
  auto steps = steps_to(view);
  steps.emplace_back(view.register_address(table->register_name, view.language), table->register_name);
  steps.emplace_back("", table->name);
  page.trail = trail_html(view.language, steps);
  page.body =
      fmt::format("<p>{}</p>\n", text(view.language, fresh.delivered ? "web.table_fresh" : "web.table_never",
                                      {{"rows", number_text(view.language, static_cast<int64_t>(fresh.rows))},
                                       {"day", delivered_text(view, fresh.delivered)},
                                       {"deliveries", std::to_string(fresh.deliveries)}}));
  page.body += table_open(view.language, table->full_name(),
                          {{"web.variable"},
                           {"web.description"},
                           {"web.kind"},
                           {"web.code_list"},
                           {"web.years"},
                           {"web.orderable"}});
  for (const Variable& variable : table->variables) page.body += variable_row(view, *table, variable, false);
  page.body.append(table_close);
  return page;
}

Response answer(const ServiceFacts& facts, const Assets& assets, Language language, const Request& request) {
  View view{facts, assets, language, {}, nullptr, {}, {}};
  auto known = facts.catalogue();
  if (!known.ok()) {
    Page page{.title = message(language, "web.registers_title"), .place = Place::registers};
    page.other = view.root(view.other());
    const bool none = known.error().code == "catalogue.none";
    page.body = fmt::format("<p role=\"alert\">{}</p>",
                            text(language, none ? "web.no_catalogue" : "web.status_unreachable"));
    page.status = none ? 200 : 503;
    return render(facts, assets, language, page);
  }
  view.search = std::move(known->search), view.catalogue = view.search->catalogue().get();
  view.tables = std::move(known->tables);
  view.q = request.value("q").substr(0, 100);
  const auto named = [&](const char* part) {
    const auto found = request.parameters.find(part);
    return found == request.parameters.end() ? std::string() : found->second;
  };
  const std::string code = named("register"), table = named("table");
  return render(facts, assets, language,
                code.empty()    ? registers_page(view)
                : table.empty() ? register_page(view, code)
                                : table_page(view, code, table));
}

}  // namespace

void add_catalogue_pages(http::Router& router, const ServiceFacts& facts, const Assets& assets) {
  for (const Language language : {Language::danish, Language::english}) {
    const std::string root = address_of(Place::registers, language);
    for (const char* below : {"", "/{register}", "/{register}/{table}"})
      router.add({"GET", root + below, "Registers, tables and variables, as pages",
                  [&facts, &assets, language](const Request& request) {
                    return answer(facts, assets, language, request);
                  }});
  }
}

}  // namespace fvm::api
