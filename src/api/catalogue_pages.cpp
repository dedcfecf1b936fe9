#include "api/catalogue_pages.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "api/catalogue_quality.hpp"
#include "api/page.hpp"
#include "api/sorted_table.hpp"

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
  std::vector<mirror::TableQuality> quality;
  const Request& request;
  std::string q;  // what is searched for

  std::string words(std::string_view key) const { return text(language, key); }
  std::string root(Language which) const { return address_of(Place::registers, which); }
  std::string register_address(const std::string& code, Language which) const {
    return root(which) + "/" + escape_url(code);
  }
  std::string table_address(const Table& table, Language which) const {
    return register_address(table.register_name, which) + "/" + escape_url(table.name);
  }
  Language other() const { return other_than(language); }
  const std::string& described(const std::string& danish, const std::string& english) const {
    return language == Language::danish || english.empty() ? danish : english;
  }
  std::string name_of(const std::string& code) const {
    const catalogue::Register* found = catalogue->find_register(code);
    return found == nullptr ? std::string() : described(found->name_da, found->name_en);
  }
};

std::string link(const std::string& address, std::string_view name) {
  return fmt::format("<a href=\"{}\">{}</a>", escape_html(address), escape_html(name));
}

SortedCell number_cell(const View& view, uint64_t value) {
  return {number_text(view.language, static_cast<int64_t>(value)), static_cast<int64_t>(value)};
}

SortedCell words_cell(std::string_view words) {
  return {escape_html(words), std::string(words)};
}

SortedCell years_cell(const std::optional<mirror::Years>& years) {
  return {years_text(years), years ? int64_t{years->first} * 10'000 + years->last : int64_t{0}};
}

SortedCell refused_cell(const View& view, uint64_t rejected, uint64_t read) {
  const int64_t share =
      read == 0 ? -1 : static_cast<int64_t>(1e9 * static_cast<double>(rejected) / static_cast<double>(read));
  return {refused_text(view.language, rejected, read), share};
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

SortedCell delivered_cell(const View& view, const std::optional<Time>& delivered, bool held) {
  std::string html = delivered_text(view, delivered);
  if (held) html += fmt::format("<br><strong>{}</strong>", view.words("web.held_now"));
  return {std::move(html), delivered ? delivered->microseconds : int64_t{0}};
}

// ---- /registre

struct Sums {
  size_t tables = 0, variables = 0;
  uint64_t rows = 0, rows_read = 0, rows_rejected = 0;
  std::optional<Time> newest;
  std::optional<mirror::Years> years;
  bool held = false;

  void add(const Table& table, const mirror::TableFreshness& fresh, const mirror::TableQuality& quality) {
    ++tables, variables += table.variables.size();
    rows += fresh.rows, newest = std::max(newest, fresh.delivered);
    rows_read += quality.rows_read, rows_rejected += quality.rows_rejected, held |= quality.held;
    if (!quality.years) return;
    if (!years) years = quality.years;
    years = mirror::Years{std::min(years->first, quality.years->first),
                          std::max(years->last, quality.years->last)};
  }
};

Sums sums_of(const View& view, const std::string& code) {
  Sums sums;
  for (size_t i = 0; i < view.catalogue->tables.size(); ++i)
    if (view.catalogue->tables[i].register_name == code)
      sums.add(view.catalogue->tables[i], view.tables[i], view.quality[i]);
  return sums;
}

std::string registers_html(const View& view) {
  std::vector<SortedRow> rows;
  for (const std::string& code : view.catalogue->register_codes()) {
    const Sums sums = sums_of(view, code);
    rows.push_back({{link(view.register_address(code, view.language), code), code},
                    words_cell(view.name_of(code)),
                    number_cell(view, sums.tables),
                    number_cell(view, sums.variables),
                    number_cell(view, sums.rows),
                    years_cell(sums.years),
                    refused_cell(view, sums.rows_rejected, sums.rows_read),
                    delivered_cell(view, sums.newest, sums.held)});
  }
  return sorted_table(view.language, message(view.language, "web.menu_registers"),
                      {{"web.register", "register"},
                       {"web.name", "name"},
                       {"web.tables", "tables", true},
                       {"web.variables", "variables", true},
                       {"web.rows", "rows", true},
                       {"web.years_held", "years"},
                       {"web.refused_share", "refused", true},
                       {"web.newest", "newest"}},
                      std::move(rows), view.request);
}

// How it was counted, for whoever reads the columns.
std::string legend_html(const View& view) {
  return fmt::format("<p class=\"quiet\">{}</p>\n", view.words("web.quality_lead"));
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
  page.other =
      view.root(view.other()) + (view.q.empty() ? sorting_of(view.request) : "?q=" + escape_url(view.q));
  page.body =
      search_html(view) + (view.q.empty() ? registers_html(view) + legend_html(view) : found_html(view));
  return page;
}

// ---- one register, one table

SortedRow table_row(const View& view, size_t place) {
  const Table& table = view.catalogue->tables[place];
  const mirror::TableFreshness& fresh = view.tables[place];
  const mirror::TableQuality& quality = view.quality[place];
  return {{link(view.table_address(table, view.language), table.name), table.name},
          words_cell(view.described(table.text_da, table.text_en)),
          number_cell(view, table.variables.size()),
          number_cell(view, fresh.rows),
          words_cell(table.update_frequency),
          years_cell(quality.years),
          refused_cell(view, quality.rows_rejected, quality.rows_read),
          delivered_cell(view, fresh.delivered, quality.held)};
}

std::string tables_html(const View& view, const std::string& code) {
  std::vector<SortedRow> rows;
  for (size_t i = 0; i < view.catalogue->tables.size(); ++i)
    if (view.catalogue->tables[i].register_name == code) rows.push_back(table_row(view, i));
  return sorted_table(view.language, code,
                      {{"web.table", "table"},
                       {"web.description", "description"},
                       {"web.variables", "variables", true},
                       {"web.rows", "rows", true},
                       {"web.frequency", "frequency"},
                       {"web.years_held", "years"},
                       {"web.refused_share", "refused", true},
                       {"web.newest", "newest"}},
                      std::move(rows), view.request);
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
  page.other = view.register_address(*code, view.other()) + sorting_of(view.request);
  auto steps = steps_to(view);
  steps.emplace_back("", *code);
  page.trail = trail_html(view.language, steps);
  page.body = tables_html(view, *code) + legend_html(view);
  return page;
}

Page table_page(const View& view, const std::string& code, const std::string& name) {
  const Table* table = view.catalogue->find(code + "." + name);
  if (table == nullptr) return not_found(view, code + "." + name);
  const auto place = static_cast<size_t>(table - view.catalogue->tables.data());
  const auto& fresh = view.tables[place];
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
  page.body += quality_html(view.language, *table, fresh, view.quality[place]);
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
  View view{facts, assets, language, {}, nullptr, {}, {}, request, {}};
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
  view.tables = std::move(known->tables), view.quality = std::move(known->quality);
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
