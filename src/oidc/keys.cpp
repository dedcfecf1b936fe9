#include "oidc/keys.hpp"

#include <cjose/cjose.h>

#include <algorithm>
#include <boost/json.hpp>

namespace fvm::oidc {
namespace {

namespace json = boost::json;

struct Release {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
  void operator()(cjose_jws_t* token) const { cjose_jws_release(token); }
};
using Token = std::unique_ptr<cjose_jws_t, Release>;

std::string text_of(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

// What the header says, as cjose itself has read it: there is no second reader to disagree with.
std::string header_text(cjose_header_t* header, const char* name) {
  cjose_err error{};
  const char* text = cjose_header_get(header, name, &error);
  return text == nullptr ? std::string() : std::string(text);
}

bool has_member(cjose_header_t* header, const char* name) {
  cjose_err error{};
  char* raw = cjose_header_get_raw(header, name, &error);
  const bool there = raw != nullptr;
  cjose_get_dealloc()(raw);
  return there;
}

std::string type_for(std::string_view algorithm) {
  return algorithm.starts_with("RS") || algorithm.starts_with("PS") ? "RSA"
         : algorithm.starts_with("ES")                              ? "EC"
                                                                    : "";
}

}  // namespace

struct Keys::Key {
  std::string id, type, algorithm;
  std::unique_ptr<cjose_jwk_t, Release> key;
};

Keys::Keys() = default;
Keys::Keys(Keys&&) noexcept = default;
Keys& Keys::operator=(Keys&&) noexcept = default;
Keys::~Keys() = default;

Result<Keys> Keys::parse(const std::string& jwks) {
  boost::system::error_code wrong;
  const json::value document = json::parse(jwks, wrong);
  const auto* object = wrong ? nullptr : document.if_object();
  const auto* list = object == nullptr ? nullptr : object->if_contains("keys");
  if (list == nullptr || !list->is_array() || list->get_array().size() > keys_max)
    return surroundings("oidc.keys");
  Keys keys;
  for (const auto& each : list->get_array()) {
    if (!each.is_object()) continue;
    const json::object& one = each.get_object();
    const std::string use = text_of(one, "use"), type = text_of(one, "kty");
    if ((!use.empty() && use != "sig") || (type != "RSA" && type != "EC")) continue;
    const std::string text = json::serialize(one);
    cjose_err error{};
    std::unique_ptr<cjose_jwk_t, Release> key(cjose_jwk_import(text.data(), text.size(), &error));
    if (!key || (type == "RSA" && cjose_jwk_get_keysize(key.get(), &error) < rsa_bits_min)) continue;
    keys.keys_.push_back({text_of(one, "kid"), type, text_of(one, "alg"), std::move(key)});
  }
  if (keys.keys_.empty()) return surroundings("oidc.keys");
  return keys;
}

// By its name; a token without one gets the key only if there is no choice.
const Keys::Key* Keys::find(const std::string& id, const std::string& algorithm) const {
  const Key* found = nullptr;
  for (const Key& key : keys_) {
    const bool fits =
        key.type == type_for(algorithm) && (key.algorithm.empty() || key.algorithm == algorithm);
    if (!fits || (!id.empty() && key.id != id)) continue;
    if (found != nullptr) return nullptr;
    found = &key;
  }
  return found;
}

Result<std::string> Keys::verified(std::string_view token, const std::vector<std::string>& allowed) const {
  if (token.size() > token_bytes_max || std::count(token.begin(), token.end(), '.') != 2)
    return refused("oidc.malformed");
  cjose_err error{};
  const Token parsed(cjose_jws_import(token.data(), token.size(), &error));
  if (!parsed) {
    // cjose refuses "none" and unknown algorithms while it reads.
    return refused("oidc.malformed");
  }
  cjose_header_t* header = cjose_jws_get_protected(parsed.get());
  const std::string algorithm = header_text(header, "alg");
  const bool known = std::find(allowed.begin(), allowed.end(), algorithm) != allowed.end();
  if (!known || type_for(algorithm).empty() || has_member(header, "crit")) return refused("oidc.algorithm");
  const Key* key = find(header_text(header, "kid"), algorithm);
  if (key == nullptr) return refused("oidc.key_unknown");
  if (!cjose_jws_verify(parsed.get(), key->key.get(), &error)) return refused("oidc.signature");
  uint8_t* bytes = nullptr;
  size_t size = 0;
  if (!cjose_jws_get_plaintext(parsed.get(), &bytes, &size, &error)) return refused("oidc.malformed");
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

}  // namespace fvm::oidc
