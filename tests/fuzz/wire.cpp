// rooms: base wire
// Any bytes as any message: decoding must not read outside them, and what it accepts must encode to the same
// bytes again, so that there is one spelling for each message.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <tuple>

#include "wire/codec.hpp"

namespace {

using namespace fvm::wire;

using Messages =
    std::tuple<Failure, Done, Pseudonymise, Pseudonyms, MakeProjectKey, DropProjectKey, Sign, Signature,
               GetPublicKeys, PublicKeys, Unseal, Secret, Narrow, Launch, Launched, Exited, Capture, Captured,
               SendRelease, Wake, MakeStorageKey, StorageKey, PourStorageKey, DestroyProjectKeys, Certificate,
               EndJobs, EndedJobs, MakeStorage, HoldStorage, LetStorageGo, GetStatus, Status>;

template <class Message>
void try_as(std::string_view bytes) {
  const auto message = decode<Message>(bytes);
  if (message.ok() && encode(*message) != bytes) std::abort();
}

void try_all(std::string_view bytes) {
  [&]<class... Each>(std::tuple<Each...>*) { (try_as<Each>(bytes), ...); }(static_cast<Messages*>(nullptr));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try_all(bytes);
  if (const auto failure = decode<Failure>(bytes); failure.ok()) to_error(*failure);
  return 0;
}
