#include "net/smtp.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>

namespace fvm::net {
namespace {

struct Upload {
  CURL* handle = nullptr;
  std::string_view rest;
  const std::function<Result<void>()>* before_piece = nullptr;
  bool begun = false;    // the server asked for the message, and before_piece agreed
  bool refused = false;  // before_piece said no
  bool encrypted = false;
};

bool is_encrypted(CURL* handle) {
  const curl_tlssessioninfo* session = nullptr;
  return curl_easy_getinfo(handle, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK && session != nullptr &&
         session->backend != CURLSSLBACKEND_NONE && session->internals != nullptr;
}

size_t read_upload(char* to, size_t size, size_t count, void* context) {
  auto& upload = *static_cast<Upload*>(context);
  if (!upload.begun) upload.encrypted = is_encrypted(upload.handle);
  if (!(*upload.before_piece)().ok()) {
    upload.refused = true;
    return CURL_READFUNC_ABORT;
  }
  upload.begun = true;
  const size_t n = std::min(size * count, upload.rest.size());
  std::memcpy(to, upload.rest.data(), n);
  upload.rest.remove_prefix(n);
  return n;
}

struct Cleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

long ssl_of(Tls tls) {
  if (tls == Tls::never) return CURLUSESSL_NONE;
  return tls == Tls::required ? CURLUSESSL_ALL : CURLUSESSL_TRY;
}

void set_up(CURL* handle, const MailServer& server, const std::string& from, curl_slist* recipients,
            Upload& upload) {
  const std::string url =
      "smtp://" + server.host + ":" + std::to_string(server.port) + "/fvm-courier.localdomain";
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_USE_SSL, ssl_of(server.tls));
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!server.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, server.ca_file.c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, static_cast<long>(server.connect_seconds_max));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(server.total_seconds_max));
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_upload);
  curl_easy_setopt(handle, CURLOPT_READDATA, &upload);
}

// What is certain: before the first byte of the message nothing was taken; after it only an answer can tell.
Outcome outcome_of(CURLcode done, const Upload& upload, long code) {
  if (done == CURLE_OK) return Outcome::accepted;
  const bool answered = code >= 400 && code < 600;
  if (upload.begun && !answered) return Outcome::unknown;
  return answered && code >= 500 ? Outcome::refused : Outcome::later;
}

}  // namespace

Tls tls_named(std::string_view name) {
  if (name == "offered") return Tls::offered;
  return name == "never" ? Tls::never : Tls::required;
}

Delivered send(const MailServer& server, const std::string& from, const std::string& to,
               std::string_view message, const std::function<Result<void>()>& before_piece) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, Cleanup> handle(curl_easy_init());
  const std::unique_ptr<curl_slist, Cleanup> recipients(curl_slist_append(nullptr, ("<" + to + ">").c_str()));
  Upload upload{handle.get(), message, &before_piece};
  set_up(handle.get(), server, from, recipients.get(), upload);
  const CURLcode done = curl_easy_perform(handle.get());
  long code = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &code);
  const Outcome outcome = upload.refused ? Outcome::later : outcome_of(done, upload, code);
  return {outcome, static_cast<int>(code), curl_easy_strerror(done), upload.encrypted};
}

}  // namespace fvm::net
