// When and why a person meets a hospital.
#include "synth/scribe.hpp"

namespace fvm::synth {
namespace {

constexpr double days_per_year = 365.25;
constexpr size_t contacts_max = 999;  // of one person: the record keys leave room for a thousand

bool is_weekend(int32_t day) {
  const int weekday = ((day + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday; Monday = 0
  return weekday >= 5;
}

// Acute contacts per year by age: small children and the old come more.
double acute_rate(int age) {
  if (age < 3) return 1.6;
  if (age < 40) return .75;
  if (age < 65) return .85;
  return age < 80 ? 1.3 : 1.9;
}
constexpr double acute_rate_max = 1.9;

const Acute& pick_acute(Stream& stream) {
  static const double sum = [] {
    double all = 0;
    for (const Acute& acute : acutes()) all += acute.weight;
    return all;
  }();
  double rest = stream.unit() * sum;
  for (const Acute& acute : acutes()) {
    rest -= acute.weight;
    if (rest < 0) return acute;
  }
  return acutes().back();
}

std::string_view code_of(Stream& stream, const DiseaseFacts& facts) {
  const double unit = stream.unit();
  return facts.codes[unit < .7 ? 0 : unit < .88 ? 1 : 2];
}

}  // namespace

void Scribe::collect_contacts() {
  if (first_ > last_) return;
  Stream stream = this->stream(Topic::contacts);
  for (size_t i = 0; i < disease_count; ++i) collect_chronic(stream, static_cast<Disease>(i));
  collect_acute(stream);
  collect_births(stream);
  std::stable_sort(contacts_.begin(), contacts_.end(),
                   [](const Contact& a, const Contact& b) { return a.day < b.day; });
  if (contacts_.size() > contacts_max) contacts_.resize(contacts_max);
}

void Scribe::add_contact(Stream& stream, Contact contact) {
  const bool planned = contact.kind == Contact::Kind::outpatient;
  contact.minute = planned ? stream.between(8 * 12, 15 * 12) * 5 : stream.between(0, 24 * 60 - 1);
  while (planned && is_weekend(contact.day)) ++contact.day;
  contact.last_day = contact.day;
  if (contact.kind == Contact::Kind::admitted) {
    contact.last_day += static_cast<int32_t>(stream.exponential(person().age(contact.day) > 70 ? 5.5 : 2.5));
  }
  contact.last_day = std::min(contact.last_day, last_);
  if (in_period(contact.day)) contacts_.push_back(contact);
}

void Scribe::collect_chronic(Stream& stream, Disease disease) {
  const int32_t onset = health_.onset[static_cast<size_t>(disease)];
  if (onset == never || onset > last_) return;
  const DiseaseFacts& facts = facts_of(disease);
  const bool is_cancer = !facts.morphology.empty();
  bool operated = facts.operations[0].empty();
  // Not everybody comes to a hospital with it: the mild are seen by their doctor.
  double day = onset;
  if (!is_cancer && stream.chance(.35)) day += stream.exponential(6) * days_per_year;
  const double mean_gap = days_per_year / facts.contacts_per_year;
  for (int n = 0; day <= last_; ++n) {
    Contact contact{.day = static_cast<int32_t>(day), .main = code_of(stream, facts), .disease = disease};
    if (stream.chance(facts.admitted_share)) contact.kind = Contact::Kind::admitted;
    for (size_t other = 0, at = 0; other < disease_count && at < contact.also.size(); ++other) {
      const bool has = other != static_cast<size_t>(disease) && health_.onset[other] <= contact.day;
      if (has && stream.chance(.3)) contact.also[at++] = facts_of(static_cast<Disease>(other)).codes[0];
    }
    if (!operated && stream.chance(is_cancer ? .6 : .08)) {
      contact.operation = facts.operations[stream.chance(.6) || facts.operations[1].empty() ? 0 : 1];
      contact.kind = Contact::Kind::admitted;
      operated = true;
    } else if (is_cancer && n > 0 && stream.chance(.5)) {
      contact.other_procedure = stream.chance(.7) ? "BWHA1" : "BWGC1";  // chemotherapy, radiation
    } else if (stream.chance(.3)) {
      contact.other_procedure = stream.chance(.5) ? "UXRC00" : "ZZ4021";
    }
    add_contact(stream, contact);
    // Cancers are followed closely for two years, then seldom.
    const bool late = is_cancer && day > onset + 2 * days_per_year;
    day += 1 + stream.exponential(late ? mean_gap * 5 : mean_gap);
    if (day < first_)
      day = first_ + stream.exponential(mean_gap);  // what lies before the period is not written
  }
}

void Scribe::collect_acute(Stream& stream) {
  double day = first_ + stream.exponential(days_per_year / acute_rate_max);
  for (; day <= last_; day += stream.exponential(days_per_year / acute_rate_max)) {
    const auto at = static_cast<int32_t>(day);
    const int age = person().age(at);
    const Acute& acute = pick_acute(stream);
    const double accepted =
        acute_rate(age) / acute_rate_max * season_weight(acute.season, date_of_days(at).month);
    if (age < acute.age_from || age > acute.age_to || !stream.chance(accepted)) continue;
    Contact contact{.day = at, .main = acute.code, .injury = acute.injury};
    contact.kind = acute.admitted && stream.chance(.5) ? Contact::Kind::admitted
                   : stream.chance(.6)                 ? Contact::Kind::emergency
                                                       : Contact::Kind::outpatient;
    if (acute.code == "DS720") contact.operation = "KNFB20", contact.kind = Contact::Kind::admitted;
    if (acute.code == "DK359") contact.operation = "KJEA01", contact.kind = Contact::Kind::admitted;
    if (acute.code == "DK802" && stream.chance(.4)) contact.operation = "KJKA21";
    if (acute.code == "DH259") contact.operation = "KCJE20";
    if (stream.chance(.25)) contact.other_procedure = "UXRA00";
    add_contact(stream, contact);
  }
}

void Scribe::collect_births(Stream& stream) {
  if (person().birth >= denmark_.period.first_day) {
    add_contact(stream, {.kind = Contact::Kind::admitted, .day = person().birth, .main = "DZ380"});
  }
  if (person().sex != Sex::woman) return;
  for (uint32_t child = person().first_child; child != nobody; child = denmark_.people[child].next_sibling) {
    const int32_t birth = denmark_.people[child].birth;
    if (!in_period(birth)) continue;
    const bool caesarean = stream.chance(.19);
    add_contact(stream, {.kind = Contact::Kind::admitted,
                         .day = birth,
                         .main = caesarean ? "DO820" : "DO800",
                         .operation = caesarean ? "KMCA10" : ""});
  }
}

}  // namespace fvm::synth
