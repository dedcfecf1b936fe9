// long: the one list of messages.
// The list: every message that our programs send each other, with its limits. Each is a plain struct whose
// `fields` names its members once, for both reading and writing. Requests have one reply type; any request
// may be answered by Failure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace fvm::wire {

// Limits, whose unit is the last word.
inline constexpr uint32_t frame_bytes_max = 8u << 20;
inline constexpr uint32_t text_bytes_max = 1u << 20;
inline constexpr uint32_t list_items_max = 1u << 20;
inline constexpr uint32_t frame_descriptors_max = 64;

enum class Type : uint16_t {
  failure = 1,
  done,
  // to fvm-keeper
  pseudonymise = 10,
  pseudonyms,
  make_project_key,
  drop_project_key,
  sign,
  signature,
  get_public_keys,
  public_keys,
  unseal,
  secret,
  narrow,
  make_storage_key,
  storage_key,
  pour_storage_key,
  destroy_project_keys,
  certificate,
  // to fvm-launcher
  launch = 30,
  launched,
  exited,
  end_jobs,
  ended_jobs,
  make_storage,
  hold_storage,
  let_storage_go,
  // to fvm-courier
  capture = 50,
  captured,
  send_release,
  look,
  fetch_link,
  link_bytes,
  // to fvm-steward
  wake = 60,
  ask_table_as,
  ask_outlook,
  ask_order,
  ask_check,
  // from a session's sandbox to the program that holds the session
  ask_table = 65,
  table_piece,
  // to fvm-keeper, of kept copies
  name_kept = 80,
  kept_name,
  seal_kept,
  kept_sealed,
  open_kept,
  destroy_kept,
  vouch_link,
  // to fvm-steward, too
  ask_attachment = 90,
  // to any
  get_status = 70,
  status,
};

struct Failure {
  static constexpr Type type = Type::failure;
  uint8_t kind = 4;  // fvm::Kind
  std::string code;
  std::vector<std::string> names, values;  // the Error's arguments
  void fields(auto&& f) { f(kind), f(code), f(names), f(values); }
};

struct Done {
  static constexpr Type type = Type::done;
  void fields(auto&&) {}
};

// What kind of identifier: the tweak of the cipher.
enum class Identifier : uint8_t { person = 1, provider = 2, record = 3 };

// Encrypts `values` (each below 36^10: ten base-36 characters as a number) under the key of `scope`.
struct Pseudonymise {
  static constexpr Type type = Type::pseudonymise;
  std::string scope;  // "mirror", or a project number
  uint8_t kind = 1;   // Identifier
  std::vector<uint64_t> values;
  void fields(auto&& f) { f(scope), f(kind), f(values); }
};
struct Pseudonyms {
  static constexpr Type type = Type::pseudonyms;
  std::vector<uint64_t> values;
  void fields(auto&& f) { f(values); }
};

struct MakeProjectKey {  // making it twice is done once
  static constexpr Type type = Type::make_project_key;
  std::string project;
  void fields(auto&& f) { f(project); }
};
struct DropProjectKey {
  static constexpr Type type = Type::drop_project_key;
  std::string project;
  void fields(auto&& f) { f(project); }
};

// Ed25519 over "fvm-audit-checkpoint\n" + text (the keeper signs nothing else).
struct Sign {
  static constexpr Type type = Type::sign;
  std::string text;
  void fields(auto&& f) { f(text); }
};
struct Signature {
  static constexpr Type type = Type::signature;
  std::string bytes;  // 64
  void fields(auto&& f) { f(bytes); }
};

struct GetPublicKeys {
  static constexpr Type type = Type::get_public_keys;
  void fields(auto&&) {}
};
struct PublicKeys {
  static constexpr Type type = Type::public_keys;
  std::string audit;      // Ed25519, 32 bytes
  std::string set_aside;  // X25519, 32 bytes: bad rows are sealed for it
  void fields(auto&& f) { f(audit), f(set_aside); }
};

// The shared secret for a sealed box whose ephemeral public key is given (an operator reading rows put
// aside).
struct Unseal {
  static constexpr Type type = Type::unseal;
  std::string ephemeral_public_key;  // 32
  void fields(auto&& f) { f(ephemeral_public_key); }
};
struct Secret {
  static constexpr Type type = Type::secret;
  std::string bytes;  // 32
  void fields(auto&& f) { f(bytes); }
};

// From now on this connection may only pseudonymise under `scope`: sent by a program on a connection to the
// keeper before it hands that connection to a job in a sandbox, so that a job which was taken over by a
// hostile file cannot use other keys, sign, or open rows put aside. There is no way back.
struct Narrow {
  static constexpr Type type = Type::narrow;
  std::string scope;
  void fields(auto&& f) { f(scope); }
};

// The key that a project's folder is encrypted with. Nobody gets to see it: it is poured into the descriptor
// that travels along, the standard input of the program that encrypts.
struct MakeStorageKey {  // making it twice is done once
  static constexpr Type type = Type::make_storage_key;
  std::string project;
  void fields(auto&& f) { f(project); }
};
struct StorageKey {
  static constexpr Type type = Type::storage_key;
  std::string fingerprint;  // SHA-256 of the key, hexadecimal: names it in the ledger and in a certificate
  void fields(auto&& f) { f(fingerprint); }
};
struct PourStorageKey {
  static constexpr Type type = Type::pour_storage_key;
  std::string project;
  void fields(auto&& f) { f(project); }
};

// Destroys every key of a project (pseudonyms and storage) for good and certifies it. Asked again it
// certifies the same again: what was destroyed when is on record.
struct DestroyProjectKeys {
  static constexpr Type type = Type::destroy_project_keys;
  std::string project;
  std::string statement;  // lines "name: value" that the certificate shall hold besides the keeper's own
  void fields(auto&& f) { f(project), f(statement); }
};
// Ed25519 over the text, which begins with crypto::certificate_prefix.
struct Certificate {
  static constexpr Type type = Type::certificate;
  std::string text, signature;  // signature: 64 bytes
  void fields(auto&& f) { f(text), f(signature); }
};

// Kept copies of what somebody tried to send home. A copy is encrypted with a key that is made for it; that
// key is sealed here, for nothing but bytes with this SHA-256, and lies sealed in the copy itself. What opens
// it is destroyed by `DestroyKept`, and with it every copy of the copy.
struct NameKept {
  static constexpr Type type = Type::name_kept;
  std::string sha256;  // hexadecimal, of the bytes
  void fields(auto&& f) { f(sha256); }
};
struct KeptName {
  static constexpr Type type = Type::kept_name;
  std::string name;     // 64 hexadecimal digits: what the copy is called; tells nothing without the keeper
  uint8_t has_key = 0;  // there is what opens it
  void fields(auto&& f) { f(name), f(has_key); }
};
struct SealKept {
  static constexpr Type type = Type::seal_kept;
  std::string sha256;
  std::string key;  // 32 bytes
  void fields(auto&& f) { f(sha256), f(key); }
};
struct KeptSealed {
  static constexpr Type type = Type::kept_sealed;
  std::string name, sealed;
  void fields(auto&& f) { f(name), f(sealed); }
};
struct OpenKept {  // answered with Secret
  static constexpr Type type = Type::open_kept;
  std::string sha256, sealed;
  void fields(auto&& f) { f(sha256), f(sealed); }
};
struct DestroyKept {  // gone already: fine
  static constexpr Type type = Type::destroy_kept;
  std::string name;
  void fields(auto&& f) { f(name); }
};

// The keeper's word: HMAC over a text that says what a one-time link opens (release/link.hpp) or that a file
// was checked (release/words.hpp): who can write in the store alone makes none. Answered with Secret.
struct VouchLink {
  static constexpr Type type = Type::vouch_link;
  std::string text;
  void fields(auto&& f) { f(text); }
};

// One job in a sandbox. Descriptors that travel with the frame, in order: standard input, output, error; one
// per mount (an open file or folder); then `passed` more, which the job finds from descriptor 3 upwards.
struct Mount {
  std::string inside;  // absolute path in the sandbox
  uint8_t writable = 0;
  void fields(auto&& f) { f(inside), f(writable); }
};
struct Launch {
  static constexpr Type type = Type::launch;
  std::string profile;  // "ingest", "build", "scan", "session": see sandbox/profiles
  std::string label;    // for the log: a project or delivery number
  std::vector<Mount> mounts;
  uint8_t passed = 0;
  std::vector<std::string> arguments;    // of fvm-worker, or the user's command in a session
  std::vector<std::string> environment;  // NAME=value, only names that the profile allows
  uint8_t terminal = 0;                  // standard input is a terminal of the job's own
  uint64_t memory_mib = 0;               // 0: the profile's own limit
  uint32_t time_seconds = 0;
  uint16_t threads = 0;
  void fields(auto&& f) {
    f(profile), f(label), f(mounts), f(passed), f(arguments), f(environment), f(terminal), f(memory_mib),
        f(time_seconds), f(threads);
  }
};
struct Launched {
  static constexpr Type type = Type::launched;
  int32_t pid = 0;
  void fields(auto&& f) { f(pid); }
};
struct Exited {
  static constexpr Type type = Type::exited;
  int32_t code = 0;    // exit code, or 128 + signal
  int32_t signal = 0;  // 0 if it exited by itself
  uint8_t timed_out = 0;
  uint8_t memory_exhausted = 0;  // the kernel killed a process of the job for lack of memory
  uint64_t cpu_microseconds = 0, memory_max_kib = 0;
  void fields(auto&& f) {
    f(code), f(signal), f(timed_out), f(memory_exhausted), f(cpu_microseconds), f(memory_max_kib);
  }
};

// Ends the jobs of that profile and label: all, or those of one user. The callers that wait for them are
// told.
struct EndJobs {
  static constexpr Type type = Type::end_jobs;
  std::string profile, label;
  std::string user;  // empty: everybody's
  void fields(auto&& f) { f(profile), f(label), f(user); }
};
struct EndedJobs {
  static constexpr Type type = Type::ended_jobs;
  uint64_t jobs = 0;
  void fields(auto&& f) { f(jobs); }
};

// A project's encrypted folder: made once; mounted for as long as the connection that asked stays open, and
// for somewhat longer; let go at once ("storage.in_use" while somebody holds it).
struct MakeStorage {
  static constexpr Type type = Type::make_storage;
  std::string project;
  void fields(auto&& f) { f(project); }
};
struct HoldStorage {
  static constexpr Type type = Type::hold_storage;
  std::string project;
  void fields(auto&& f) { f(project); }
};
struct LetStorageGo {
  static constexpr Type type = Type::let_storage_go;
  std::string project;
  void fields(auto&& f) { f(project); }
};

// Copies the bytes of the file whose descriptor travels along into the kept store.
struct Capture {
  static constexpr Type type = Type::capture;
  std::string release;  // release number
  std::string name;     // file name as the user gave it
  uint64_t bytes_max = 0;
  void fields(auto&& f) { f(release), f(name), f(bytes_max); }
};
struct Captured {
  static constexpr Type type = Type::captured;
  std::string sha256;  // hexadecimal
  uint64_t bytes = 0;
  void fields(auto&& f) { f(sha256), f(bytes); }
};
// Wakes the courier: what was begun is captured and checked now, what is approved is mailed. It asks nobody
// for leave: the states say what may happen.
struct SendRelease {
  static constexpr Type type = Type::send_release;
  std::string release;
  void fields(auto&& f) { f(release); }
};

// What a reviewer sees of a kept file: JSON in pieces (tables.hpp), or Failure. The courier asks itself
// whether that user may look, and the ledger gets a record of each look.
struct Look {
  static constexpr Type type = Type::look;
  std::string release, user;
  uint32_t revision = 0;  // 0: the present one
  uint32_t position = 0;  // of the file in it, from 1
  void fields(auto&& f) { f(release), f(user), f(revision), f(position); }
};

// One file of a release that was mailed as a link (release/link.hpp), for the account that is logged in. The
// courier looks for itself whether the link holds. Its bytes come behind the descriptor that travels along: a
// memory file that nobody can write to.
struct FetchLink {
  static constexpr Type type = Type::fetch_link;
  std::string release, token, user;
  uint32_t position = 0;  // from 1
  void fields(auto&& f) { f(release), f(token), f(user), f(position); }
};
struct LinkBytes {
  static constexpr Type type = Type::link_bytes;
  std::string name, sha256;  // what the file is called outside
  uint64_t bytes = 0;
  void fields(auto&& f) { f(name), f(sha256), f(bytes); }
};

// Look now what is due: one duty by name, or with an empty name all of them.
struct Wake {
  static constexpr Type type = Type::wake;
  std::string duty;
  void fields(auto&& f) { f(duty); }
};

// Safe tables: a request (JSON; safetable/asked.hpp) on a connection that belongs to one user in one project,
// so that neither stands in it. Answered with pieces (tables.hpp) or Failure.
struct AskTable {
  static constexpr Type type = Type::ask_table;
  std::string request;
  void fields(auto&& f) { f(request); }
};
// The same from a program that knows who is asking.
struct AskTableAs {
  static constexpr Type type = Type::ask_table_as;
  std::string project, user, request;
  void fields(auto&& f) { f(project), f(user), f(request); }
};
// What sending a user's staged files would lead to (release/outlook.hpp). `together`: names, to be judged as
// one request; empty for all that are not refused by themselves. Answered like AskTable: one JSON document.
struct AskOutlook {
  static constexpr Type type = Type::ask_outlook;
  std::string project, user;
  std::vector<std::string> together;
  void fields(auto&& f) { f(project), f(user), f(together); }
};
// What somebody ordered in a workbook or a list (catalogue/order.hpp): its name and bytes. Answered like
// AskTable: one JSON document (docs/api.md, OrderRead).
struct AskOrder {
  static constexpr Type type = Type::ask_order;
  std::string user, name, bytes;
  void fields(auto&& f) { f(user), f(name), f(bytes); }
};
// The machine's remarks on the newest text of a case, persons counted (agreement/precheck.hpp). Answered like
// AskTable: one JSON document (Checked in web/src/shapes.ts).
struct AskCheck {
  static constexpr Type type = Type::ask_check;
  std::string user, number;
  void fields(auto&& f) { f(user), f(number); }
};
// Documents of a case (intake/attachments.hpp): "list", "add" (name and bytes, in pieces that a message
// bears), "read" or "remove" (by id). Answered like AskTable: one JSON document (docs/api.md), and of "read"
// the bytes.
struct AskAttachment {
  static constexpr Type type = Type::ask_attachment;
  std::string act, user, number, id, name;
  std::vector<std::string> pieces;
  void fields(auto&& f) { f(act), f(user), f(number), f(id), f(name), f(pieces); }
};
struct TablePiece {
  static constexpr Type type = Type::table_piece;
  uint16_t part = 0;  // 0: the JSON document; then one for each file, in the order that they were asked for
  uint8_t more = 0;   // 0: this piece ends the answer
  std::string bytes;
  void fields(auto&& f) { f(part), f(more), f(bytes); }
};

struct GetStatus {
  static constexpr Type type = Type::get_status;
  void fields(auto&&) {}
};
struct Status {
  static constexpr Type type = Type::status;
  std::string program, version;
  int32_t pid = 0;
  uint64_t served = 0;  // requests answered since start
  void fields(auto&& f) { f(program), f(version), f(pid), f(served); }
};

}  // namespace fvm::wire
