#include "net/https.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <memory>
#include <mutex>
#include <optional>

namespace fvm::net {
namespace {

struct Cleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Url = std::unique_ptr<CURLU, Cleanup>;

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string out = text;
  curl_free(text);
  return out;
}

Url parse(const std::string& text) {
  Url url(curl_url());
  const bool plain = std::none_of(text.begin(), text.end(),
                                  [](unsigned char c) { return c <= 0x20 || c >= 0x7f || c == '\\'; });
  if (!plain || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK)
    return nullptr;
  return url;
}

bool is_loopback(std::string_view host) {
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

bool may_go(const HttpsOptions& options, CURLU* url) {
  std::string host = part(url, CURLUPART_HOST);
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::string scheme = part(url, CURLUPART_SCHEME),
                    port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (scheme != "https" && !(scheme == "http" && options.plain_loopback && is_loopback(host))) return false;
  return std::any_of(options.hosts.begin(), options.hosts.end(), [&](const std::string& named) {
    return named == host + ":" + port || (named == host && port == "443");
  });
}

struct Received {
  std::string body;
  uint64_t bytes_max;
};

size_t keep(char* data, size_t size, size_t count, void* context) {
  auto& received = *static_cast<Received*>(context);
  if (received.body.size() + size * count > received.bytes_max) return 0;  // ends the transfer
  received.body.append(data, size * count);
  return size * count;
}

void set_up(CURL* handle, const HttpsOptions& options, CURLU* url, Received& received) {
  curl_easy_setopt(handle, CURLOPT_CURLU, url);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, options.plain_loopback ? "https,http" : "https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connect_seconds_max));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(options.total_seconds_max));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &received);
}

}  // namespace

Result<void> Https::allowed(const std::string& url) const {
  const Url parsed = parse(url);
  if (parsed && may_go(options_, parsed.get())) return {};
  return refused("net.address_refused", {{"address", url.substr(0, 200)}});
}

Result<Answer> Https::get(const std::string& url) const {
  return perform(url, nullptr, {});
}

Result<Answer> Https::post(const std::string& url, const std::string& form,
                           const std::string& authorization) const {
  return perform(url, &form, authorization);
}

Result<Answer> Https::perform(const std::string& url, const std::string* form,
                              const std::string& authorization) const {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  TRY(allowed(url));
  const Url parsed = parse(url);  // what was judged is what is used
  const std::unique_ptr<CURL, Cleanup> handle(curl_easy_init());
  Received received{{}, options_.answer_bytes_max};
  set_up(handle.get(), options_, parsed.get(), received);
  curl_slist* headers = curl_slist_append(nullptr, "Accept: application/json");
  if (!authorization.empty())
    headers = curl_slist_append(headers, ("Authorization: " + authorization).c_str());
  const std::unique_ptr<curl_slist, Cleanup> owned(headers);
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers);
  if (form != nullptr) {
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(form->size()));
    curl_easy_setopt(handle.get(), CURLOPT_COPYPOSTFIELDS, form->c_str());
  }
  const CURLcode done = curl_easy_perform(handle.get());
  if (done != CURLE_OK) {
    return surroundings("net.unreachable",
                        {{"host", part(parsed.get(), CURLUPART_HOST)}, {"reason", curl_easy_strerror(done)}});
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  return Answer{static_cast<int>(status), std::move(received.body)};
}

std::vector<uint16_t> ports_of(const std::vector<std::string>& hosts) {
  constexpr uint16_t https = 443, names = 53;
  std::vector<uint16_t> ports{names};
  for (const std::string& host : hosts) {
    const size_t colon = host.rfind(':');
    const bool named = colon != std::string::npos && host.find(']', colon) == std::string::npos;
    uint16_t port = https;
    if (named) std::from_chars(host.data() + colon + 1, host.data() + host.size(), port);
    ports.push_back(port);
  }
  return ports;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x80 && (std::isalnum(u) != 0 || c == '-' || c == '_' || c == '.' || c == '~')) {
      out += c;
    } else {
      (out += '%') += digits[u >> 4];
      out += digits[u & 15];
    }
  }
  return out;
}

std::string encode_fields(const Fields& fields) {
  std::string out;
  for (const auto& [name, value] : fields)
    out += (out.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  return out;
}

}  // namespace fvm::net
