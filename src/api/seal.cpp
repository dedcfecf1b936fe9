#include "api/seal.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <span>

#include "crypto/aead.hpp"
#include "crypto/encoding.hpp"
#include "http/types.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
constexpr std::string_view purpose = "fvm-portal on the way in 1";
constexpr auto cipher = crypto::Aead::chacha20_poly1305;

std::string random_bytes(World& world, size_t count) {
  std::string bytes(count, 0);
  world.random(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

json::object to_json(const OnTheWay& way) {
  return {{"stage", static_cast<int>(way.stage)},
          {"aim", static_cast<int>(way.aim)},
          {"language", static_cast<int>(way.language)},
          {"next", way.next},
          {"state", way.flow.state},
          {"nonce", way.flow.nonce},
          {"verifier", way.flow.verifier},
          {"begun", way.flow.begun.microseconds},
          {"anew", way.flow.anew},
          {"professional", way.proof.professional},
          {"cvr", way.proof.cvr},
          {"assurance", way.proof.assurance},
          {"session", way.session},
          {"until", way.until.microseconds}};
}

// Only what we sealed ourselves gets here.
OnTheWay from_json(const json::object& from) {
  const auto text = [&](const char* name) { return std::string(from.at(name).as_string()); };
  const auto number = [&](const char* name) { return from.at(name).as_int64(); };
  return {static_cast<Stage>(number("stage")),
          static_cast<Aim>(number("aim")),
          static_cast<Language>(number("language")),
          text("next"),
          {text("state"), text("nonce"), text("verifier"), Time{number("begun")}, from.at("anew").as_bool()},
          {text("professional"), text("cvr"), text("assurance")},
          text("session"),
          Time{number("until")}};
}

}  // namespace

Seal::Seal(World& world) : world_(world), key_(random_bytes(world, crypto::aead_key_bytes)) {}

std::string Seal::seal(const OnTheWay& way) const {
  const std::string nonce = random_bytes(world_, crypto::aead_nonce_bytes);
  return crypto::to_base64url(nonce +
                              crypto::aead_seal(cipher, key_, nonce, purpose, json::serialize(to_json(way))));
}

std::optional<OnTheWay> Seal::open(std::string_view text) const {
  const auto bytes = crypto::from_base64url(text);
  if (!bytes || bytes->size() <= crypto::aead_nonce_bytes) return std::nullopt;
  const std::string_view all = *bytes;
  const auto opened = crypto::aead_open(cipher, key_, all.substr(0, crypto::aead_nonce_bytes), purpose,
                                        all.substr(crypto::aead_nonce_bytes));
  if (!opened) return std::nullopt;
  OnTheWay way = from_json(json::parse(*opened).as_object());
  if (way.until <= world_.now()) return std::nullopt;
  return way;
}

bool is_own_path(std::string_view path) {
  if (path.size() > next_bytes_max || !path.starts_with('/') || path.starts_with("//")) return false;
  const bool plain = std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return c > 0x20 && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>';
  });
  return plain && http::parse_target(path).has_value();
}

}  // namespace fvm::api
