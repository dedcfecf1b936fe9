#include "safetable/output.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/markup.hpp"
#include "safetable/groups.hpp"
#include "safetable/model.hpp"
#include "safetable/record.hpp"
#include "safetable/rules.hpp"
#include "safetable/survival.hpp"
#include "spreadsheet/write.hpp"

namespace fvm::safetable {
namespace {

namespace json = boost::json;

constexpr std::string_view formats[] = {"xlsx", "csv", "json", "html", "svg"};
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF", hidden_mark = "…", nobody_mark = "–";

// A share or a ratio of small numbers needs more decimals than a sum of kroner.
std::string value_text(const Measure& measure, double value, Language language) {
  if (measure.figure != Figure::ratio && measure.figure != Figure::gini) return number_text(value, language);
  std::string text = fmt::format("{:.4g}", value);
  if (language == Language::danish) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

std::string figure_text(const Record& record, size_t measure, size_t cell, Language language) {
  const auto& value = record.figures[measure][cell];
  if (value) return value_text(record.measures[measure], *value, language);
  return hidden_or_nobody(record.counts[cell] == 0);
}

// Codes from the total downwards, each in front of what it is the sum of.
void walk(const TableDimension& dimension, size_t code, std::vector<size_t>& order) {
  order.push_back(code);
  for (size_t i = 1; i < dimension.codes.size(); ++i)
    if (dimension.codes[i].parent == dimension.codes[code].code) walk(dimension, i, order);
}

// All combinations of the codes of dimensions first … last - 1.
std::vector<std::vector<size_t>> combinations(const Record& record, size_t first, size_t last) {
  std::vector<std::vector<size_t>> out{{}};
  for (size_t i = first; i < last; ++i) {
    std::vector<size_t> order;
    walk(record.dimensions[i], 0, order);
    std::vector<std::vector<size_t>> longer;
    for (const auto& each : out) {
      for (const size_t code : order) {
        longer.push_back(each);
        longer.back().push_back(code);
      }
    }
    out = std::move(longer);
  }
  return out;
}

std::string labels_of(const Record& record, size_t first, const std::vector<size_t>& codes,
                      Language language) {
  std::string out;
  for (size_t i = 0; i < codes.size(); ++i)
    out += (out.empty() ? "" : " · ") + label_of(record.dimensions[first + i], codes[i], language);
  return out;
}

// A spreadsheet runs what begins like a formula; a negative number is none.
std::string csv_field(const std::string& text) {
  const bool is_number = text.size() > 1 && text.find_first_not_of("0123456789.,", 1) == std::string::npos;
  const bool is_formula = !text.empty() && !(text[0] == '-' && is_number) &&
                          std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  std::string out = is_formula ? "'" + text : text;
  if (out.find_first_of("\";\n\r") == std::string::npos) return out;
  for (size_t at = 0; (at = out.find('"', at)) != std::string::npos; at += 2) out.insert(at, 1, '"');
  return '"' + out + '"';
}

std::string csv_of(const Record& record, Language language) {
  const Grid grid = grid_of(record, language);
  std::string out(byte_order_mark);
  const auto add = [&](const std::vector<std::string>& fields) {
    for (size_t i = 0; i < fields.size(); ++i) out += (i == 0 ? "" : ";") + csv_field(fields[i]);
    out += "\r\n";
  };
  add(grid.heading);
  for (const auto& row : grid.rows) add(row);
  out += "\r\n";
  add({record.title});
  for (const std::string& note : notes_of(record, language)) add({note});
  return out;
}

Result<std::string> xlsx_of(const Record& record, Language language) {
  constexpr double label_width = 22, cell_width = 14, note_width = 110;
  const Grid grid = grid_of(record, language);
  spreadsheet::Sheet sheet{.name = message(language, "safetable.sheet")};
  sheet.rows.push_back({1, false, grid.heading});
  for (const auto& row : grid.rows) sheet.rows.push_back({sheet.rows.size() + 1, false, row});
  for (size_t i = 0; i < grid.heading.size(); ++i) {
    sheet.widths.push_back(i < grid.labels ? label_width : cell_width);
    if (i >= grid.labels) sheet.number_columns.push_back(i);
  }
  spreadsheet::Sheet notes{.name = message(language, "safetable.notes")};
  notes.rows.push_back({1, false, {record.title}});
  for (const std::string& note : notes_of(record, language))
    notes.rows.push_back({notes.rows.size() + 1, false, {note}});
  notes.widths = {note_width};
  return spreadsheet::write_xlsx({{std::move(sheet), std::move(notes)}});
}

json::array curves_json(const Record& record, Language language) {
  json::array out;
  for (const Curve& curve : curves_of(record, language)) {
    json::array steps;
    for (const CurveStep& step : curve.steps) {
      const auto or_null = [](const std::optional<double>& value) {
        return value ? json::value(*value) : json::value(nullptr);
      };
      steps.push_back(json::object{{"from", step.from},
                                   {"to", or_null(step.to)},
                                   {"at_risk", step.at_risk},
                                   {"events", step.events},
                                   {"censored", step.censored},
                                   {"survival", or_null(step.survival)},
                                   {"standard_error", or_null(step.error)}});
    }
    out.push_back(json::object{{"group", json::array(curve.group.begin(), curve.group.end())},
                               {"whole", curve.is_whole},
                               {"steps", std::move(steps)}});
  }
  return out;
}

std::string json_of(const Record& record, Language language) {
  if (record.model) return json::serialize(model_document(record, language)) + "\n";
  const Cells cells(record);
  const auto whole = whole_groups(record);
  json::array list, notes;
  for (size_t cell = 0; cell < cells.size(); ++cell) {
    json::object each;
    const auto codes = cells.codes(cell);
    for (size_t i = 0; i < codes.size(); ++i)
      each[record.dimensions[i].named.name] = label_of(record.dimensions[i], codes[i], language);
    each["status"] = record.mark(cell) == Mark::open ? "open" : "hidden";
    each[record.count] = record.counts[cell] ? json::value(*record.counts[cell]) : json::value(nullptr);
    if (std::binary_search(whole.begin(), whole.end(), cell)) each["whole_group"] = true;
    if (record.percent != Percent::none) {
      const auto percent = percent_of(record, cells, cell);
      each[percent_name(record, language)] = percent ? json::value(*percent) : json::value(nullptr);
    }
    for (size_t i = 0; i < record.measures.size(); ++i) {
      const auto& value = record.figures[i][cell];
      each[figure_name(record.measures[i], record.rules, language)] =
          value ? json::value(*value) : json::value(nullptr);
    }
    list.push_back(std::move(each));
  }
  for (const std::string& note : notes_of(record, language)) notes.emplace_back(note);
  json::object out{{"title", record.title},
                   {"project", record.project},
                   {"table", record.number},
                   {"asked", to_text(record.asked)},
                   {"threshold", record.rules.threshold()},
                   {"hidden", record.hidden()},
                   {"round", record.round},
                   {"cells", std::move(list)},
                   {"notes", std::move(notes)}};
  if (is_survival(record)) {
    out["curves"] = curves_json(record, language);
    json::array& by = out["curves_by"].emplace_array();
    for (const TableDimension& each : record.dimensions)
      if (each.named.as == Dimension::As::value) by.emplace_back(each.named.name);
  }
  return json::serialize(out) + "\n";
}

std::string html_of(const Record& record, Language language) {
  const Grid grid = grid_of(record, language);
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{0}\">\n<head><meta "
      "charset=\"utf-8\"><title>{1}</title><style>body{{font-family:"
      "sans-serif}}table{{border-collapse:collapse}}caption{{text-align:left;font-weight:bold;padding:.5em "
      "0}}th,td{{"
      "border:1px solid #888;padding:.2em "
      ".6em}}td{{text-align:right}}th{{text-align:left;background:#eee}}</style>"
      "</head>\n<body>\n<main>\n<table>\n<caption>{1}</caption>\n<thead><tr>",
      language == Language::danish ? "da" : "en", escaped(record.title));
  for (const std::string& each : grid.heading) out += "<th scope=\"col\">" + escaped(each) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& row : grid.rows) {
    out += "<tr>";
    for (size_t i = 0; i < row.size(); ++i)
      out += i < grid.labels ? "<th scope=\"row\">" + escaped(row[i]) + "</th>"
                             : "<td>" + escaped(row[i]) + "</td>";
    out += "</tr>\n";
  }
  out += "</tbody>\n</table>\n";
  for (const std::string& note : notes_of(record, language)) out += "<p>" + escaped(note) + "</p>\n";
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace

std::string figure_name(const Measure& measure, const Rules& rules, Language language) {
  constexpr const char* keys[] = {"safetable.sum",       "safetable.mean",    "safetable.percentile",
                                  "safetable.deviation", "safetable.minimum", "safetable.maximum",
                                  "safetable.ratio",     "safetable.gini",    "safetable.mode"};
  constexpr double middle = 50;
  const bool is_median = measure.figure == Figure::percentile && measure.percent == middle;
  return message(
      language, is_median ? "safetable.median" : keys[static_cast<size_t>(measure.figure)],
      {{"column", measure.column},
       {"percent", fmt::format("{}", measure.percent)},
       {"by", measure.by},
       {"units",
        fmt::format("{:.0f}", std::ceil(rules.units_min(disclosure::Parameter::extremes_units_min)))}});
}

bool is_format(std::string_view ending) {
  return std::find(std::begin(formats), std::end(formats), ending) != std::end(formats);
}

Result<std::string> write_document(const Record& record, std::string_view format, Language language) {
  if (format == "xlsx") return xlsx_of(record, language);
  if (format == "csv") return csv_of(record, language);
  if (format == "json") return json_of(record, language);
  if (format == "html") return html_of(record, language);
  if (format == "svg" && record.model) return usage("model.no_drawing");
  if (format == "svg")
    return is_survival(record) ? survival_chart(record, language) : chart_of(record, language);
  return usage("table.unknown_format", {{"format", std::string(format)}});
}

std::string title_of(const Record& record, Language language) {
  std::string names;
  for (size_t i = 0; i < record.dimensions.size(); ++i) {
    const bool is_last = i + 1 == record.dimensions.size();
    names += i == 0 ? "" : is_last ? " " + message(language, "safetable.and") + " " : ", ";
    names += record.dimensions[i].named.name;
  }
  return message(language, "safetable.title", {{"count", record.count}, {"dimensions", names}});
}

Grid grid_of(const Record& record, Language language) {
  if (record.model) return model_grid(record, language);
  if (is_survival(record)) return survival_grid(record, language);
  Grid grid{{}, {}, record.row_dimensions};
  const Cells cells(record);
  for (size_t i = 0; i < record.row_dimensions; ++i) grid.heading.push_back(record.dimensions[i].named.name);
  const auto columns = combinations(record, record.row_dimensions, record.dimensions.size());
  for (const auto& column : columns) {
    const std::string above = labels_of(record, record.row_dimensions, column, language);
    const bool several = !record.measures.empty() || record.percent != Percent::none;
    const auto named = [&](const std::string& figure) {
      if (above.empty()) return figure;
      return several ? above + " · " + figure : above;
    };
    grid.heading.push_back(named(record.count));
    if (record.percent != Percent::none) grid.heading.push_back(named(percent_name(record, language)));
    for (const Measure& measure : record.measures)
      grid.heading.push_back(named(figure_name(measure, record.rules, language)));
  }
  for (const auto& row : combinations(record, 0, record.row_dimensions)) {
    auto& line = grid.rows.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) line.push_back(label_of(record.dimensions[i], row[i], language));
    for (const auto& column : columns) {
      auto codes = row;
      codes.insert(codes.end(), column.begin(), column.end());
      const size_t cell = cells.at(codes);
      line.push_back(count_text(record, cell));
      if (record.percent != Percent::none) line.push_back(percent_text(record, cells, cell, language));
      for (size_t i = 0; i < record.measures.size(); ++i)
        line.push_back(figure_text(record, i, cell, language));
    }
  }
  return grid;
}

std::vector<std::string> wrapped(const std::vector<std::string>& texts, size_t characters_max) {
  const auto characters = [](std::string_view text) {
    return static_cast<size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  };
  std::vector<std::string> lines;
  for (const std::string& text : texts) {
    std::string line;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find(' ', at), text.size());
      const std::string word = text.substr(at, end - at);
      if (!line.empty() && characters(line) + 1 + characters(word) > characters_max)
        lines.push_back(std::exchange(line, {}));
      line += (line.empty() ? "" : " ") + word;
      at = end + 1;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> notes_of(const Record& record, Language language) {
  const std::string threshold = std::to_string(record.rules.threshold());
  std::vector<std::string> notes;
  notes.push_back(message(language, "safetable.note_source",
                          {{"authority", record.authority},
                           {"project", record.project},
                           {"table", std::to_string(record.number)},
                           {"date", to_text(record.asked).substr(0, 10)},
                           {"version", std::to_string(record.project_version)}}));
  std::string data;
  for (const DataVersion& each : record.data)
    data += fmt::format("{}{} ({})", data.empty() ? "" : ", ", each.table, each.mirror_version);
  notes.push_back(message(language, "safetable.note_data", {{"tables", data}}));
  if (record.model) {
    for (std::string& note : model_notes(record, language)) notes.push_back(std::move(note));
    notes.push_back(rules_note(record, language));
    return notes;
  }
  if (record.coarser_than > 0)
    notes.push_back(message(language, "safetable.note_coarser",
                            {{"table", std::to_string(record.coarser_than)}, {"how", record.coarser_how}}));
  if (record.round > 0) {
    notes.push_back(
        message(language, "safetable.note_rounded",
                {{"base", std::to_string(record.round)}, {"named", std::to_string(2 * record.round)}}));
    return notes;
  }
  notes.push_back(message(language, "safetable.note_marks", {{"few", few_of(record, language)}}));
  notes.push_back(
      message(language, "safetable.note_hidden",
              {{"hidden", std::to_string(record.hidden())}, {"cells", std::to_string(record.marks.size())}}));
  if (!record.measures.empty())
    notes.push_back(message(
        language,
        record.kind == UnitKind::persons ? "safetable.note_figures" : "safetable.note_figures_providers",
        {{"threshold", threshold}}));
  for (const OtherUnits& other : record.others)
    if (other.kind == UnitKind::holdings)
      notes.push_back(message(language, "safetable.note_holdings", {{"name", other.unit}}));
  if (is_survival(record)) notes.push_back(message(language, "safetable.note_survival"));
  if (record.percent != Percent::none) notes.push_back(message(language, "safetable.note_percent"));
  if (std::string note = groups_note(record, language); !note.empty()) notes.push_back(std::move(note));
  notes.push_back(rules_note(record, language));
  return notes;
}

std::string label_of(const TableDimension& dimension, size_t code, Language language) {
  const std::string& text = dimension.codes[code].code;
  const auto below = [&](const char* key) { return message(language, key); };
  if (code == 0) return below("safetable.total");
  if (text[0] == '?' || text[0] == '*') return below("safetable.missing");
  if (text[0] == '~') return below("safetable.others");
  return text.substr(1);
}

std::string count_text(const Record& record, size_t cell) {
  return record.counts[cell] ? std::to_string(*record.counts[cell]) : std::string(hidden_mark);
}

std::string hidden_or_nobody(bool nobody) {
  return std::string(nobody ? nobody_mark : hidden_mark);
}

std::string number_text(double value, Language language) {
  constexpr double whole_max = 1e15;
  std::string text = std::abs(value) < whole_max && value == std::round(value) ? fmt::format("{:.0f}", value)
                                                                               : fmt::format("{:.2f}", value);
  if (language == Language::danish) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

std::string escaped(std::string_view text) {
  std::string out = escape_markup(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return out;
}

}  // namespace fvm::safetable
