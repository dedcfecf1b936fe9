#include "release/routes.hpp"

#include <algorithm>
#include <iterator>

namespace fvm::release {
namespace {

constexpr Route table[] = {
#define ROUTE(name, check, output, registers, user, institution, reviewers, permille) \
  {#name,          Check::check,          Output::output, Registers::registers,       \
   Standing::user, Standing::institution, reviewers,      permille},
#include "release/routes.def"
#undef ROUTE
};

template <class T>
bool fits(T wanted, T is) {
  return wanted == T::any || wanted == is;
}

bool fits(const Route& route, const Situation& facts) {
  return fits(route.check, facts.check) && fits(route.output, facts.output) &&
         fits(route.registers, facts.registers) && fits(route.user, facts.user) &&
         fits(route.institution, facts.institution);
}

struct Kind {
  std::string_view type;
  Output output;
};
constexpr Kind kinds[] = {
    {"csv", Output::tables}, {"tsv", Output::tables}, {"xlsx", Output::tables}, {"r", Output::code},
    {"sas", Output::code},   {"do", Output::code},    {"py", Output::code},     {"sql", Output::code},
    {"log", Output::text},   {"txt", Output::text},   {"md", Output::text},     {"html", Output::text},
    {"docx", Output::text},  {"ipynb", Output::text},
};

// Text that the scan found to be tables and nothing else.
bool is_tables_alone(const File& file) {
  return output_of(file.type) == Output::text &&
         std::any_of(file.findings.begin(), file.findings.end(), [](const disclosure::Finding& finding) {
           return finding.rule == "finding.tables_alone";
         });
}

}  // namespace

std::span<const Route> routes() {
  return table;
}

const Route& route_for(const Situation& facts) {
  const auto* found = std::find_if(std::begin(table), std::end(table),
                                   [&](const Route& route) { return fits(route, facts); });
  return found == std::end(table) ? route_named({}) : *found;
}

const Route& route_named(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(table), std::end(table), [&](const Route& r) { return r.name == name; });
  if (found != std::end(table)) return *found;
  return *std::max_element(std::begin(table), std::end(table), [](const Route& a, const Route& b) {
    return std::pair(a.reviewers, a.sampled_permille) < std::pair(b.reviewers, b.sampled_permille);
  });
}

Output output_of(std::string_view type) {
  const auto* found =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& each) { return each.type == type; });
  return found == std::end(kinds) ? Output::pictures : found->output;
}

Output output_of(const std::vector<File>& files) {
  Output most = Output::tables;
  for (const File& file : files) {
    // The shape of a safe table's picture was made by us.
    most = std::max(most, file.table > 0 || is_tables_alone(file) ? Output::tables : output_of(file.type));
  }
  return most;
}

Check check_of(const std::vector<File>& files) {
  for (const File& file : files) {
    for (const disclosure::Finding& finding : file.findings) {
      if (finding.severity != disclosure::Severity::note) return Check::doubtful;
    }
  }
  return Check::clean;
}

}  // namespace fvm::release
