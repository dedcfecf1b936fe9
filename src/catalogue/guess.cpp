#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "catalogue/listing.hpp"

namespace fvm::catalogue {
namespace {

using Words = std::initializer_list<std::string_view>;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool has(std::string_view text, Words words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// A part of the name between underscores: "v_pid_gaeld" has the part "pid".
bool has_part(std::string_view name, Words parts) {
  while (!name.empty()) {
    const size_t end = name.find('_');
    if (std::find(parts.begin(), parts.end(), name.substr(0, end)) != parts.end()) return true;
    name.remove_prefix(end == std::string_view::npos ? name.size() : end + 1);
  }
  return false;
}

// Only the name says so: texts speak of personal numbers where they mean something about them.
bool looks_like_number_of_person(std::string_view name, std::string_view content) {
  return has(name, {"cpr", "pnr", "personnummer", "personid", "sst_id"}) ||
         has_part(name, {"pid", "epid", "sosk"}) || content.starts_with("cpr-nummer") ||
         content.ends_with("cpr-nummer") || content.ends_with("personnummer");
}

bool is_relative(std::string_view name, std::string_view content) {
  if (name == "cpr" || name == "v_cpr" || name == "k_cpr" || name == "v_pnr") return false;
  return has(name, {"mor", "moder", "far", "fader", "barn", "part", "sosk", "rel", "mcpr", "fcpr", "bcpr"}) ||
         has(content, {"moderens", "morens", "mors", "faderens", "farens", "fars", "barnets", "partner",
                       "søskende", "værge"});
}

bool is_name_or_address(std::string_view name, std::string_view content) {
  if (has(name, {"navn", "adr", "vej", "husn", "etage", "sidedoer", "postn", "postdis", "mail", "tlf",
                 "telefon", "bygnr", "lokalitet", "stilling", "first_name", "last_name"}))
    return true;
  return has(content, {"vejnavn", "husnummer", "fornavn", "efternavn", "telefonnummer", "e-mail",
                       "emailadresse", "postnummer", "bynavn", "stillingsbetegnelse", "adressetekst"});
}

bool is_provider(std::string_view name, std::string_view content) {
  return has(name, {"ynr", "yder", "brugerid", "bruger_id", "rekvirent_id", "registration_id"}) ||
         has_part(name, {"recu", "reca", "ibnr"}) || has(content, {"ydernummer", "autorisations"});
}

bool is_date(std::string_view name, std::string_view content) {
  return name.starts_with("d_") || name.starts_with("ts_") || has(name, {"dato", "date", "dto"}) ||
         content.starts_with("dato") || has(content, {"dato for"});
}

bool is_organisation(std::string_view name, std::string_view content) {
  return has(name, {"sgh", "shak", "sor_", "_afd", "afsn", "sygehus", "afdeling"}) ||
         has_part(name, {"sor"}) || has(content, {"sygehus", "afdelingskode", "sor-kode", "shak"});
}

bool is_residence(std::string_view name, std::string_view content) {
  return has(name, {"kommune", "region", "bopamt", "municipality", "sogn"}) ||
         has_part(name, {"kom", "amt", "bopkom"}) || has(content, {"bopæl", "kommunekode", "regionskode"});
}

}  // namespace

Class guess_class(std::string_view name_as_written, std::string_view content_as_written) {
  const std::string name = lower(name_as_written), content = lower(content_as_written);
  if (has(name, {"foed", "foddto", "foddato", "fdsdato", "fodsel", "birthdate", "date_of_birth"}) &&
      (has(content, {"fødselsdato",
                     "f\xC3\x98"
                     "dselsdato"}) ||
       is_date(name, content)))
    return Class::birth_date;
  if (has(content, {"fritekst", "bem\xC3\xA6rkning", "kommentar"}) ||
      has(name, {"fritekst", "bemaerk", "bemark"}))
    return Class::free_text;
  if (looks_like_number_of_person(name, content))
    return is_relative(name, content) ? Class::relative : Class::person;
  if (is_provider(name, content)) return Class::provider;
  if (is_name_or_address(name, content)) return Class::name_address;
  if (is_residence(name, content)) return Class::residence;
  if (is_organisation(name, content)) return Class::organisation;
  if (is_date(name, content)) return Class::date;
  return Class::ordinary;
}

std::optional<Class> class_of_heuristic(std::string_view word, std::string_view name,
                                        std::string_view content) {
  if (word == "person_id") return is_relative(lower(name), lower(content)) ? Class::relative : Class::person;
  if (word == "provider_id") return Class::provider;
  if (word == "name_address") return Class::name_address;
  if (word == "birth_date") return Class::birth_date;
  if (word == "org_code") return Class::organisation;
  if (word == "residence_or_region") return Class::residence;
  if (word == "free_text") return Class::free_text;
  if (word == "review") return Class::dropped;  // somebody must look before any of it is stored
  // "other" says only that nothing stood out; where the name does stand out, the careful reading holds.
  if (word != "other") return std::nullopt;
  const Class guessed = guess_class(name, content);
  return guessed == Class::person || guessed == Class::relative || guessed == Class::birth_date ||
                 guessed == Class::date
             ? guessed
             : Class::ordinary;
}

}  // namespace fvm::catalogue
