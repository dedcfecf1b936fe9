// An instance: one folder that holds everything a running service owns. This file is the only one that knows
// the layout.
//
//   config.toml            settings, written with comments by `fvm init`
//   keys/      (0700)      sealed keys; opened by fvm-keeper alone
//   inbox/                 deliveries as they came
//   set_aside/             bad rows, sealed
//   mirror/REGISTER/TABLE/ Delta tables under the mirror key
//   storage/NUMBER/        the same encrypted, mounted at projects/NUMBER while it is used (room storage)
//   erasable/              halves of the keys of projects' folders and of kept copies: never in a backup
//   projects/NUMBER/       spec.toml, population/ (never mounted), data/SCHEMA/TABLE/ (Delta), work/,
//   home/USER/, outbox/USER/ store/fvm.sqlite       cases, accounts, deliveries, releases, ledger tail audit/
//   ledger and checkpoints kept/                  every file that anybody tried to send, encrypted run/
//   sockets and process numbers;  log/  logs
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::config {

class Instance {
 public:
  explicit Instance(Path root) : root_(std::move(root)) {}
  const Path& root() const { return root_; }
  Path config_file() const { return root_ / "config.toml"; }
  Path keys() const { return root_ / "keys"; }
  Path inbox() const { return root_ / "inbox"; }
  Path set_aside() const { return root_ / "set_aside"; }
  // Folder of a mirror table; register and table in lower case.
  Path mirror_table(std::string_view register_name, std::string_view table) const;
  Path mirror() const { return root_ / "mirror"; }
  Path projects() const { return root_ / "projects"; }
  Path project(std::string_view number) const { return projects() / number; }
  Path project_data(std::string_view number) const { return project(number) / "data"; }
  Path project_population(std::string_view number) const { return project(number) / "population"; }
  Path project_work(std::string_view number) const { return project(number) / "work"; }
  Path project_home(std::string_view number, std::string_view user) const {
    return project(number) / "home" / user;
  }
  Path project_outbox(std::string_view number, std::string_view user) const {
    return project(number) / "outbox" / user;
  }
  // What stands behind project(number) when it is encrypted (see room storage); missing otherwise.
  Path storage() const { return root_ / "storage"; }
  Path project_storage(std::string_view number) const { return storage() / number; }
  // A project that is a LUKS volume lies whole in this one file; other kinds have none.
  Path project_volume(std::string_view number) const { return project_storage(number) / "volume.luks"; }
  Path store_file() const { return root_ / "store" / "fvm.sqlite"; }
  Path audit() const { return root_ / "audit"; }
  // The operator's own texts of agreements, and the agreements made: agreements/CASE/VERSION/NAME.pdf.
  Path jobs() const { return root_ / "jobs"; }  // what runs now (base/running.hpp)
  Path texts() const { return root_ / "texts"; }
  Path agreements() const { return root_ / "agreements"; }
  Path kept() const { return root_ / "kept"; }
  // What was released as safe tables, by the institution's CVR number: records, and who is where in them.
  Path released() const { return root_ / "released"; }
  Path run() const { return root_ / "run"; }
  Path log() const { return root_ / "log"; }
  // What the keeper keeps: how its keys are sealed, the key file that opens them (unless there is a
  // passphrase or the file lives elsewhere), the keys themselves.
  Path sealing_file() const { return keys() / "sealing"; }
  Path seal_key_file() const { return keys() / "seal.key"; }
  Path key_file(std::string_view name) const { return keys() / (std::string(name) + ".key"); }
  Path project_keys() const { return keys() / "projects"; }
  Path project_key_file(std::string_view number) const {
    return project_keys() / (std::string(number) + ".key");
  }
  // A project's storage key comes from two halves. This one lies apart, so that it can be kept out of
  // backups: what is destroyed here cannot be put back by restoring one.
  Path erasable() const { return root_ / "erasable"; }
  Path storage_half_file(std::string_view number) const {
    return erasable() / (std::string(number) + ".half");
  }
  Path storage_keys() const { return keys() / "storage"; }
  Path storage_key_file(std::string_view number) const {
    return storage_keys() / (std::string(number) + ".key");
  }
  Path destroyed_key_file(std::string_view number) const {
    return storage_keys() / (std::string(number) + ".destroyed");
  }
  // Half of what opens one kept copy; it lies here for the same reason.
  Path kept_halves() const { return erasable() / "kept"; }
  Path kept_half_file(std::string_view name) const {
    return kept_halves() / name.substr(0, 2) / (std::string(name) + ".half");
  }
  Path audit_public_key() const { return audit() / "public.key"; }
  // Held locked by the supervisor for as long as it runs; names it and its programs (JSON).
  Path supervisor_file() const { return run() / "supervisor.json"; }
  Path supervisor_lock() const { return run() / "supervisor.lock"; }
  Path log_file(std::string_view program) const { return log() / (std::string(program) + ".log"); }
  Path keeper_socket() const { return run() / "keeper.sock"; }
  Path launcher_socket() const { return run() / "launcher.sock"; }
  Path courier_socket() const { return run() / "courier.sock"; }
  Path steward_socket() const { return run() / "steward.sock"; }

  // The API of cases: trusted callers only, no login (fvm-portal).
  Path casework_socket() const { return run() / "casework.sock"; }

  // All folders, mode 0700.
  Result<void> make_folders(World& world) const;

 private:
  Path root_;
};

// A name that may become a folder or file name: letters, digits, '-', '_', at most 64, not starting with '-'
// or '.'.
bool is_safe_name(std::string_view name);

// Settings from config.toml; every field has the default that `fvm init` writes.
struct Config {
  struct Service {
    std::string name = "Forvaltningsmaskinen";
    std::string authority = "Sundhedsdatastyrelsen";
    std::string contact;            // e-mail address that the public pages tell; empty: none
    std::vector<std::string> news;  // "2026-11-28 | på dansk | in English", the newest first
  } service;
  struct Portal {
    std::string address = "127.0.0.1";
    uint16_t port = 8080;
    std::string public_url;  // empty: http://127.0.0.1:PORT
  } portal;
  struct Login {
    uint32_t session_minutes = 480;
    uint32_t idle_minutes = 30;
    uint32_t step_up_seconds = 600;
  } login;
  struct Mitid {
    std::string issuer;  // empty: nobody can log in
    std::string client_id;
    std::string client_secret_file;
    std::string authentication = "client_secret_basic";
    std::vector<std::string> hosts;  // beside the issuer's own
    std::string ca_file;
    std::string plain_loopback = "never";
    std::string scope = "openid";
    std::vector<std::string> algorithms = {"RS256", "PS256", "ES256"};
    std::vector<std::string> assurance = {"https://data.gov.dk/concept/core/nsis/Substantial",
                                          "https://data.gov.dk/concept/core/nsis/High"};
    std::string identity_type = "professional";
    std::string claim_professional = "nemlogin.persistent_professional_id";
    std::string claim_cvr = "nemlogin.cvr";
    std::string claim_identity_type = "identity_type";
    std::string claim_assurance = "loa";
    uint32_t skew_seconds = 60;
  } mitid;
  struct Deliver {
    double bad_rows_share_max = 0.01;  // of the rows; above it the delivery is refused whole
    uint64_t memory_mib = 1024;
    uint16_t threads = 2;
    std::string hold = "unusual";   // what is unusual waits for an operator; or "never"
    uint64_t hold_rows_min = 1000;  // fewer rows tell nothing
    double hold_rows_factor = 2;    // so many times more or fewer rows than before
    double hold_empty_share = 0.1;  // a column that is emptier by so much
  } deliver;
  struct Build {
    uint64_t memory_mib = 1024;
    uint16_t threads = 2;
    uint16_t projects_at_a_time = 0;    // 0: as many as processors and memory allow
    uint64_t listed_mib = 32;           // mirror files at least so large get lists of the numbers in them
    std::string refresh = "by_itself";  // after deliveries, without being asked; or "when_asked"
  } build;
  struct Session {
    uint64_t memory_mib = 4096;
    uint16_t threads = 2;
    uint32_t sessions_max = 8;  // of one user at a time
    uint32_t processes_max = 256;
    uint32_t time_seconds = 8 * 3600;
    uint64_t file_mib_max = 4096;
  } session;
  struct Release {
    uint64_t file_bytes_max = 10u << 20;
    uint64_t cell_count_min = 5;
    std::vector<std::string> types = {"csv", "txt", "tsv", "xlsx", "docx", "pdf", "html", "md",
                                      "png", "svg", "R",   "sas",  "do",   "py",  "sql",  "log"};
    std::string clamd_socket;  // of ClamAV's daemon; empty: there is none
    std::string safe_tables = "leave";
    uint32_t trusted_releases = 20;      // that people let leave, of one user; 0: nobody is trusted
    std::vector<std::string> sensitive;  // registers
    std::vector<std::string> questions;  // findings that the author is asked about first
    int64_t review_target_days = 2;      // working days
    int64_t answer_days = 60;            // calendar days; then what was returned or asked has expired
    uint32_t sample_days = 7;            // length of a period of second looks
    uint32_t sample_quota = 1;           // second looks at least, of each institution in each period
    uint32_t delay_hours = 24;           // a mail that is delayed for longer is told to operators
    uint32_t link_days = 14;             // a one-time link opens nothing after that
    uint32_t kept_days = 1826;           // copies are destroyed so long after the end of their request
  } release;
  struct Disclosure {
    std::vector<std::string> rules;  // see room disclosure, rule_values.hpp
  } disclosure;
  struct Precheck {
    uint64_t size_rounding = 10;  // a population's size is told in steps of at least this
    uint32_t percent_step = 5;    // shares of persons are told in steps of so many percent
    uint64_t small_population_persons = 100;
    uint32_t unique_percent_weigh = 5;
    uint32_t sizes_per_authority_max = 20;  // different populations counted for one authority in 30 days
    uint64_t persons_max = 200'000;         // beyond these, persons are sampled
    uint64_t rows_max = 20'000'000;
    uint64_t memory_mib = 1024;
    uint16_t threads = 2;
  } precheck;
  struct Mailbox {
    std::string maildir;                      // empty: none is watched
    std::string authentication = "required";  // "required" or "none"
    std::string server;                       // whose Authentication-Results are believed
    uint64_t message_bytes_max = 25u << 20;
    uint32_t parts_max = 100;
    uint32_t receipts_per_day_max = 5;  // to one address
  } mailbox;
  struct Casework {
    int64_t target_days = 30;        // working days
    int64_t warning_days = 60;       // calendar days
    int64_t forecast_cases_min = 5;  // decided cases
  } casework;
  struct Agreement {
    std::string language = "da";  // of agreements
    uint64_t establishment_kroner = 0, yearly_kroner = 0, hourly_kroner = 0;
    uint32_t breach_hours = 24;  // from noticing a breach of data to telling the controller
    uint32_t notice_months = 1;
    std::vector<std::string> subprocessors;
  } agreement;
  struct Mail {
    std::string host = "127.0.0.1";
    uint16_t port = 25;
    std::string from = "hjemsendelse@example.org";
    std::string tls =
        "offered";        // "offered": STARTTLS when the server has it; "required"; "never" (tests only)
    std::string ca_file;  // empty: the system's
  } mail;
  struct Steward {
    uint32_t interval_seconds = 10;  // no duty is looked at more often
    std::string self_test = "nightly";
  } steward;
  struct Storage {
    std::string encryption = "none";  // of projects that are created from now on
    uint32_t luks_gib = 100;          // room in a project's volume
    uint32_t idle_seconds = 300;      // unmounted when nobody has used it for so long
  } storage;
  struct Projects {
    std::vector<std::string> warn_days = {"60", "30", "7"};
    uint32_t kept_days = 90;   // between the end of a project and its deletion
    uint32_t usage_days = 90;  // between two notices on variables that nobody used
  } projects;
};

// "config.unreadable" with file, line and reason; unknown keys are refused with the nearest known one.
Result<Config> read_config(World& world, const Path& file);
// The text of config.toml for a new instance: every setting with its default and a comment.
std::string default_config_text();

}  // namespace fvm::config
