#include "casework/difference.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "casework/form.hpp"
#include "casework/toml_text.hpp"

namespace fvm::casework {
namespace {

std::string folded(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::string text_of(const Person& person) {
  std::string out = person.name;
  for (const std::string& more : {person.email, person.phone, person.account}) {
    if (!more.empty()) out += ", " + more;
  }
  return out;
}

std::string text_of(const std::optional<Days>& days) {
  return days ? to_text(days->from) + " – " + to_text(days->to) : std::string();
}

std::string joined(std::vector<std::string> names) {
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return folded(a) < folded(b); });
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string text_of(const std::map<std::string, std::string>& reasons) {
  std::string out;
  for (const auto& [name, reason] : reasons) out += (out.empty() ? "" : "; ") + name + ": " + reason;
  return out;
}

// The conditions as they will be compiled ("[population]\n…" or "[[grant]]\n…"), without what is compared by
// itself.
std::string rest_of(const std::string& text) {
  toml::parse_result document = toml::parse(text);
  if (!document) return text;
  toml::table* one = document["population"].as_table();
  if (one == nullptr) one = document["grant"][0].as_table();
  if (one == nullptr) return text;
  for (const char* field : {"variables", "reason", "table"}) one->erase(field);
  for (auto&& [key, value] : *one) put_on_one_line(value);
  return toml_text(*one);
}

class Comparer {
 public:
  std::vector<Change> take() { return std::move(out_); }

  void text(const std::string& where, const std::string& before, const std::string& after) {
    if (before != after) out_.push_back({where, before, after});
  }
  void names(const std::string& where, const std::vector<std::string>& before,
             const std::vector<std::string>& after) {
    text(where, joined(missing_in(before, after)), joined(missing_in(after, before)));
  }
  // Things with a name of their own: those that went, those that came, those that stayed.
  template <class Thing, class Key, class Whole, class Both>
  void things(const std::string& what, const std::vector<Thing>& before, const std::vector<Thing>& after,
              Key key, Whole whole, Both both) {
    for (const Thing& old : before) {
      const auto found =
          std::find_if(after.begin(), after.end(), [&](const Thing& t) { return key(t) == key(old); });
      if (found == after.end()) {
        text(what + " " + key(old), whole(old), "");
      } else {
        both(what + " " + key(old), old, *found);
      }
    }
    for (const Thing& added : after) {
      const bool known =
          std::any_of(before.begin(), before.end(), [&](const Thing& t) { return key(t) == key(added); });
      if (!known) text(what + " " + key(added), "", whole(added));
    }
  }

 private:
  static std::vector<std::string> missing_in(const std::vector<std::string>& from,
                                             const std::vector<std::string>& in) {
    std::vector<std::string> out;
    for (const std::string& name : from) {
      const bool there =
          std::any_of(in.begin(), in.end(), [&](const auto& n) { return folded(n) == folded(name); });
      if (!there) out.push_back(name);
    }
    return out;
  }
  std::vector<Change> out_;
};

void compare_form(Comparer& to, const Application& a, const Application& b) {
  to.text("application.title", a.title, b.title);
  to.text("application.applicant", text_of(a.applicant), text_of(b.applicant));
  to.text("application.authority.name", a.authority, b.authority);
  to.text("application.authority.cvr", a.cvr, b.cvr);
  to.text("application.authority.unit", a.unit, b.unit);
  to.text("application.contact", text_of(a.contact), text_of(b.contact));
  to.text("application.signatory", text_of(a.signatory), text_of(b.signatory));
  to.text("application.task", a.task, b.task);
  to.text("application.purpose", a.purpose, b.purpose);
  to.text("application.legal_basis", a.legal_basis, b.legal_basis);
  to.text("application.necessity", a.necessity, b.necessity);
  to.text("application.place", a.place, b.place);
  to.text("application.period", text_of(a.period), text_of(b.period));
  to.text("application.payer.name", a.payer.name, b.payer.name);
  to.text("application.payer.ean", a.payer.ean, b.payer.ean);
  to.text("application.payer.reference", a.payer.reference, b.payer.reference);
  const auto key = [](const Person& p) { return folded(p.email.empty() ? p.name : p.email); };
  to.things(
      "user", a.users, b.users, key, [](const Person& p) { return text_of(p); },
      [&](const std::string& where, const Person& x, const Person& y) {
        to.text(where, text_of(x), text_of(y));
      });
}

void compare_data(Comparer& to, const Application& a, const Application& b) {
  to.text("population.description", a.population.description, b.population.description);
  to.text("population.numbers_from", a.population.numbers_from, b.population.numbers_from);
  to.text("population", rest_of(a.population.toml), rest_of(b.population.toml));
  to.things(
      "grant", a.grants, b.grants, [](const Grant& g) { return g.table; },
      [](const Grant& g) { return joined(g.variables); },
      [&](const std::string& where, const Grant& x, const Grant& y) {
        to.names(where + " variables", x.variables, y.variables);
        to.text(where + " limits", rest_of(x.toml), rest_of(y.toml));
        to.text(where + " reason", x.reason, y.reason);
        to.text(where + " variable_reasons", text_of(x.variable_reasons), text_of(y.variable_reasons));
      });
  to.things(
      "own_data", a.own_data, b.own_data, [](const OwnData& o) { return o.table; },
      [](const OwnData& o) { return joined(o.variables); },
      [&](const std::string& where, const OwnData& x, const OwnData& y) {
        to.names(where + " variables", x.variables, y.variables);
        to.text(where + " description", x.description, y.description);
        to.text(where + " source", x.source, y.source);
        to.text(where + " person", x.person, y.person);
      });
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

using Lines = std::vector<std::string_view>;

// The furthest points of each round: how far along `a` one gets on each diagonal with so many edits.
std::vector<std::vector<int>> rounds_of(const Lines& a, const Lines& b) {
  const int n = static_cast<int>(a.size()), m = static_cast<int>(b.size());
  const int most = std::min<int>(n + m, static_cast<int>(edits_max));
  std::vector<int> reached(static_cast<size_t>(2 * most + 3), 0);
  std::vector<std::vector<int>> rounds;
  for (int d = 0; d <= most; ++d) {
    rounds.push_back(reached);
    for (int k = -d; k <= d; k += 2) {
      const auto at = static_cast<size_t>(k + most + 1);
      const bool down = k == -d || (k != d && reached[at - 1] < reached[at + 1]);
      int x = down ? reached[at + 1] : reached[at - 1] + 1;
      while (x < n && x - k < m && a[static_cast<size_t>(x)] == b[static_cast<size_t>(x - k)]) ++x;
      reached[at] = x;
      if (x >= n && x - k >= m) return rounds;
    }
  }
  return {};
}

// '-', '+' and ' ' for every line, first to last.
std::vector<Line> script_of(const Lines& a, const Lines& b) {
  const auto rounds = rounds_of(a, b);
  std::vector<Line> out;
  int x = static_cast<int>(a.size()), y = static_cast<int>(b.size());
  const auto removed = [&] {
    --x, out.push_back({'-', static_cast<unsigned>(x + 1), 0, std::string(a[static_cast<size_t>(x)])});
  };
  const auto added = [&] {
    --y, out.push_back({'+', 0, static_cast<unsigned>(y + 1), std::string(b[static_cast<size_t>(y)])});
  };
  const auto kept = [&] {
    --x, --y;
    out.push_back({' ', static_cast<unsigned>(x + 1), static_cast<unsigned>(y + 1),
                   std::string(a[static_cast<size_t>(x)])});
  };
  const int most = std::min<int>(x + y, static_cast<int>(edits_max));
  for (int d = static_cast<int>(rounds.size()) - 1; d >= 0; --d) {
    const auto& reached = rounds[static_cast<size_t>(d)];
    const int k = x - y;
    const auto at = static_cast<size_t>(k + most + 1);
    const bool down = d > 0 && (k == -d || (k != d && reached[at - 1] < reached[at + 1]));
    const int from_k = d == 0 ? 0 : down ? k + 1 : k - 1;
    const int from_x = d == 0 ? 0 : reached[static_cast<size_t>(from_k + most + 1)];
    while (x > from_x + (down || d == 0 ? 0 : 1) && y > from_x - from_k + (down ? 1 : 0)) kept();
    if (d > 0) down ? added() : removed();
  }
  while (y > 0) added();  // too different: everything out, everything in (and turned round below)
  while (x > 0) removed();
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

std::vector<Change> difference(const Application& before, const Application& after) {
  Comparer comparer;
  compare_form(comparer, before, after);
  compare_data(comparer, before, after);
  return comparer.take();
}

std::vector<Line> line_difference(std::string_view before, std::string_view after) {
  constexpr size_t context = 3;
  const std::vector<Line> all = script_of(lines_of(before), lines_of(after));
  std::vector<bool> near(all.size(), false);
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].sign == ' ') continue;
    for (size_t j = i - std::min(i, context); j <= std::min(i + context, all.size() - 1); ++j) near[j] = true;
  }
  std::vector<Line> out;
  for (size_t i = 0; i < all.size(); ++i) {
    if (near[i]) out.push_back(all[i]);
  }
  return out;
}

}  // namespace fvm::casework
