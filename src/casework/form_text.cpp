// The empty form: every field of the document with a comment, from one table.
#include <iterator>

#include "casework/document.hpp"

namespace fvm::casework {
namespace {

struct Field {
  std::string_view line;     // TOML, with nothing filled in
  std::string_view comment;  // message key; empty: none
};
constexpr Field fields[] = {
    {"[application]", ""},
    {"title = \"\"", "form.title"},
    {"applicant = { name = \"\", email = \"\", phone = \"\" }", "form.applicant"},
    {"authority = { name = \"\", cvr = \"\", unit = \"\" }", "form.authority"},
    {"contact = { name = \"\", email = \"\", phone = \"\" }", "form.contact"},
    {"signatory = { name = \"\", email = \"\" }", "form.signatory"},
    {"task = \"\"", "form.task"},
    {"purpose = \"\"", "form.purpose"},
    {"legal_basis = \"Databeskyttelsesloven § 10\"", "form.legal_basis"},
    {"necessity = \"\"", "form.necessity"},
    {"place = \"\"", "form.place"},
    {"# period = { from = 2027-01-01, to = 2028-12-31 }", "form.period"},
    {"users = [ { name = \"\", email = \"\", account = \"\" } ]", "form.users"},
    {"payer = { name = \"\", ean = \"\", reference = \"\" }", "form.payer"},
    {"", ""},
    {"[population]", ""},
    {"description = \"\"", "form.population"},
    {"# any = [ { table = \"LMDB.lmdb\", where = \"atc LIKE 'A10%'\", at_least = 2 } ]", "form.criteria"},
    {"# supplied = \"cohort.csv\"", "form.supplied"},
    {"# numbers_from = \"\"", ""},
    {"", ""},
    {"# [[grant]]", "form.grant"},
    {"# table = \"LMDB.lmdb\"", ""},
    {"# variables = [\"pnr12\", \"atc\", \"eksd\"]", ""},
    {"# period = { variable = \"eksd\", from = 2015-01-01, to = 2025-12-31 }", ""},
    {"# where = \"atc LIKE 'A10%'\"", ""},
    {"# reason = \"\"", ""},
    {"# variable_reasons = { atc = \"\" }", "form.variable_reasons"},
    {"# mode = \"live\"", "form.mode"},
    {"", ""},
    {"# [[own_data]]", "form.own_data"},
    {"# table = \"\"", ""},
    {"# description = \"\"", ""},
    {"# source = \"\"", ""},
    {"# variables = [\"\"]", ""},
    {"# person = \"\"", ""},
    {"", ""},
    {"# [[order]]", "form.order"},
    {"# table = \"LMDB.lmdb\"", ""},
    {"# variables = [\"apk\"]", ""},
};

}  // namespace

std::string empty_form(Language language) {
  std::string out;
  for (const Field& field : fields) {
    if (!field.comment.empty()) out += "# " + message(language, field.comment) + "\n";
    out += std::string(field.line) + "\n";
  }
  return out;
}

}  // namespace fvm::casework
