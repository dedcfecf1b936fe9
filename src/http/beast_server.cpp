// With beast_tunnel.* the only file that includes Beast.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "http/beast_tunnel.hpp"
#include "http/pace.hpp"
#include "http/server.hpp"
#include "http/waiting.hpp"

namespace fvm::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using tcp = asio::ip::tcp;
using local = asio::local::stream_protocol;
using stream = asio::generic::stream_protocol;  // either of the two
using std::chrono::seconds;

// Sent with every answer. The pages carry no inline script or style and load nothing from elsewhere.
constexpr std::pair<const char*, const char*> security_headers[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
     "connect-src 'self'; "
     "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"X-Frame-Options", "DENY"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Strict-Transport-Security", "max-age=31536000"},  // browsers heed it over TLS only
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};

std::optional<Request> head_of(const bhttp::request<bhttp::string_body>& raw, const std::string& peer) {
  const auto target = parse_target(std::string_view(raw.target().data(), raw.target().size()));
  if (!target) return std::nullopt;
  Request request{std::string(raw.method_string()), target->path, target->query, {}, {}, {}, peer};
  for (const auto& field : raw) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto [at, first] = request.headers.emplace(std::move(name), std::string(field.value()));
    // Proxies may add a line of their own after one that a client made up: the last word counts.
    if (!first && at->first == "x-forwarded-for") at->second += ", " + std::string(field.value());
  }
  return request;
}

std::optional<Request> to_request(const bhttp::request<bhttp::string_body>& raw, const std::string& peer) {
  auto request = head_of(raw, peer);
  if (request) request->body = raw.body();
  return request;
}

// A parse error that deserves an answer, as its problem; none when the connection is simply over.
std::optional<Response> refusal(beast::error_code error) {
  if (error == bhttp::error::body_limit) return problem(413, "http.body_too_large");
  if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) {
    return problem(431, "http.headers_too_large");
  }
  const bool parsing = error.category() == beast::error_code(bhttp::error::bad_target).category();
  if (parsing && error != bhttp::error::end_of_stream && error != bhttp::error::partial_message) {
    return problem(400, "http.bad_request");
  }
  return std::nullopt;
}

Response too_many_large(uint32_t retry_after) {
  constexpr unsigned unavailable = 503;
  const std::string wait = std::to_string(retry_after);
  return come_back(unavailable, surroundings("http.large_bodies", {{"seconds", wait}}), retry_after);
}

struct Counts {
  std::atomic<unsigned> open{0}, large{0};  // connections; those that bring a large body
  Waiting waiting;
};

template <class Socket>
std::string peer_of(const Socket& socket) {
  if constexpr (std::is_same_v<typename Socket::protocol_type, tcp>) {
    beast::error_code gone;
    const auto end = socket.remote_endpoint(gone);
    return gone ? std::string("gone") : end.address().to_string();
  }
  return {};
}

class Session : public Waiting::Guest, public std::enable_shared_from_this<Session> {
 public:
  Session(stream::socket socket, const ServerOptions& options, const Handler& handler, const Upgrade& upgrade,
          Counts& counts, std::string peer)
      : stream_(std::move(socket)),
        options_(options),
        handler_(handler),
        upgrade_(upgrade),
        open_(counts.open),
        large_open_(counts.large),
        waiting_(counts.waiting),
        peer_(std::move(peer)) {
    ++open_;
  }
  ~Session() override {
    waiting_.leave(waits_as_);
    end_large();
    --open_;
  }

  // One clock for waiting, another from the first byte of a request to its end.
  void read(uint32_t wait_seconds) {
    waits_ = true, waits_as_ = waiting_.enter(weak_from_this());
    parser_.emplace();
    parser_->header_limit(options_.header_bytes_max);
    parser_->body_limit(std::max(options_.body_bytes_max, options_.large.body_bytes_max));
    stream_.expires_after(seconds(wait_seconds));
    bhttp::async_read_some(stream_, buffer_, *parser_, [self = shared_from_this()](auto error, size_t) {
      self->stream_.expires_after(seconds(self->options_.request_seconds_max));
      if (error) return self->on_read(error);
      bhttp::async_read_header(self->stream_, self->buffer_, *self->parser_,
                               [self](auto e, size_t) { return e ? self->on_read(e) : self->read_body(); });
    });
  }

  void give_way() override {
    asio::post(executor_, [self = shared_from_this()] {
      if (self->waits_) self->stream_.close();
    });
  }

 private:
  // The head says how much may follow.
  void read_body() {
    const auto length = parser_->content_length();
    const LargeBodies& large = options_.large;
    const bool asks = length && *length > options_.body_bytes_max && *length <= large.body_bytes_max;
    if (asks && may_be_large()) {
      if (!begin_large()) return write(too_many_large(large.retry_seconds), false);
      stream_.expires_after(seconds(large.seconds_max));
    }
    const uint64_t bytes_max = is_large_ ? large.body_bytes_max : options_.body_bytes_max;
    if (length && *length > bytes_max) return write(*refusal(bhttp::error::body_limit), false);
    parser_->body_limit(bytes_max);
    bhttp::async_read(stream_, buffer_, *parser_,
                      [self = shared_from_this()](auto e, size_t) { self->on_read(e); });
  }

  bool may_be_large() {
    auto head = head_of(parser_->get(), peer_);
    return head && options_.large.is && options_.large.is(*head);
  }
  bool begin_large() {
    if (++large_open_ > options_.large.at_once_max) return --large_open_, false;
    end_waiting();  // few, and each has its time
    return is_large_ = true;
  }
  void end_large() {
    if (is_large_) --large_open_;
    is_large_ = false;
  }

  void end_waiting() {
    waits_ = false;
    waiting_.leave(waits_as_);
  }

  void on_read(beast::error_code error) {
    end_waiting();
    if (error) {
      auto answer = refusal(error);
      return answer ? write(std::move(*answer), false) : close();
    }
    const auto raw = parser_->release();
    head_only_ = raw.method() == bhttp::verb::head;
    const auto request = to_request(raw, peer_);
    if (request && upgrade_ && beast::websocket::is_upgrade(raw)) return join(raw, *request);
    auto answer = request ? guarded(*request) : problem(400, "http.bad_request");
    end_large();
    write(std::move(answer), request && raw.keep_alive());
  }

  void join(const bhttp::request<bhttp::string_body>& raw, const Request& request) {
    try {
      auto answer = upgrade_(request);
      if (auto* refused = std::get_if<Response>(&answer)) return write(std::move(*refused), false);
      begin_tunnel(std::move(stream_), raw, std::move(std::get<Tunnel>(answer)), open_);
    } catch (const std::exception& failure) {
      log_event("request.failed", {{"reason", failure.what()}});
      write(problem(500, "http.defect"), false);
    }
  }

  Response guarded(const Request& request) {
    try {
      return handler_(request);
    } catch (const std::exception& failure) {
      log_event("request.failed", {{"reason", failure.what()}});
      return problem(500, "http.defect");
    }
  }

  void write(Response response, bool keep_alive) {
    answer_ = bhttp::response<bhttp::string_body>(static_cast<bhttp::status>(response.status), 11);
    answer_.set(bhttp::field::content_type, response.content_type);
    for (const auto& [name, value] : security_headers) answer_.set(name, value);
    for (const auto& [name, value] : response.headers)
      name == "Set-Cookie" ? answer_.insert(name, value) : answer_.set(name, value);
    answer_.keep_alive(keep_alive);
    answer_.body() = std::move(response.body);
    answer_.prepare_payload();
    stream_.expires_after(seconds(options_.request_seconds_max));
    serializer_.emplace(answer_);
    auto done = [self = shared_from_this(), keep_alive](auto error, size_t) {
      if (error || !keep_alive) return self->close();
      self->read(self->options_.idle_seconds_max);
    };
    if (head_only_) return bhttp::async_write_header(stream_, *serializer_, std::move(done));
    bhttp::async_write(stream_, *serializer_, std::move(done));
  }

  // Says goodbye before it hangs up: bytes of a refused body that still arrive would otherwise reset the
  // connection and take our answer with them.
  void close() {
    beast::error_code ignored;
    stream_.socket().shutdown(stream::socket::shutdown_send, ignored);
    drain();
  }

  void drain() {
    if (drained_ > drain_bytes_max) return stream_.close();
    stream_.expires_after(seconds(1));
    stream_.async_read_some(asio::buffer(scratch_), [self = shared_from_this()](auto error, size_t got) {
      self->drained_ += got;
      if (error) return self->stream_.close();
      self->drain();
    });
  }

  static constexpr size_t drain_bytes_max = 1u << 20;
  BeastStream stream_;
  const asio::any_io_executor executor_ = stream_.get_executor();  // also when the stream is a tunnel's
  const ServerOptions& options_;
  const Handler& handler_;
  const Upgrade& upgrade_;
  std::atomic<unsigned>&open_, &large_open_;
  Waiting& waiting_;
  uint64_t waits_as_ = 0;
  bool waits_ = false;
  const std::string peer_;
  bool is_large_ = false;
  beast::flat_buffer buffer_{64u << 10};
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  bhttp::response<bhttp::string_body> answer_;
  std::optional<bhttp::response_serializer<bhttp::string_body>> serializer_;
  char scratch_[4096];
  size_t drained_ = 0;
  bool head_only_ = false;
};

class BeastServer final : public Server {
 public:
  BeastServer(const ServerOptions& options, Handler handler, Upgrade upgrade)
      : options_(options),
        handler_(std::move(handler)),
        upgrade_(std::move(upgrade)),
        context_(static_cast<int>(options.threads)),
        acceptor_(context_),
        unix_acceptor_(context_) {}
  ~BeastServer() override {
    context_.stop();
    BeastServer::wait();
  }

  Result<void> listen() {
    TRY(options_.unix_socket.empty() ? listen_tcp() : listen_unix());
    for (unsigned i = 0; i < std::max(1u, options_.threads); ++i)
      threads_.emplace_back([this] { context_.run(); });
    return {};
  }

  uint16_t port() const override {
    return options_.unix_socket.empty() ? acceptor_.local_endpoint().port() : uint16_t{0};
  }
  void stop() override { context_.stop(); }
  void wait() override {
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
    if (!options_.unix_socket.empty()) ::unlink(options_.unix_socket.c_str());
  }

 private:
  Result<void> listen_tcp() {
    beast::error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    const tcp::endpoint endpoint(address, options_.port);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return surroundings("http.cannot_listen", {{"address", options_.address},
                                                 {"port", std::to_string(options_.port)},
                                                 {"reason", error.message()}});
    }
    accept(acceptor_);
    return {};
  }

  Result<void> listen_unix() {
    const std::string& path = options_.unix_socket;
    beast::error_code error;
    if (path.size() >= sizeof(sockaddr_un::sun_path)) error = asio::error::name_too_long;
    ::unlink(path.c_str());
    const mode_t before = ::umask(0177);  // never open to others, not even for a moment
    if (!error) unix_acceptor_.open(local(), error);
    if (!error) unix_acceptor_.bind(local::endpoint(path), error);
    ::umask(before);
    if (!error) unix_acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return surroundings("http.cannot_listen_unix", {{"path", path}, {"reason", error.message()}});
    accept(unix_acceptor_);
    return {};
  }

  template <class Acceptor>
  void accept(Acceptor& acceptor) {
    acceptor.async_accept(
        asio::make_strand(context_), [this, &acceptor](beast::error_code error, auto socket) {
          if (!error && (counts_.open < options_.connections_max || counts_.waiting.make_room())) {
            std::string peer = peer_of(socket);
            std::make_shared<Session>(stream::socket(std::move(socket)), options_, handler_, upgrade_,
                                      counts_, std::move(peer))
                ->read(options_.request_seconds_max);
          }
          if (error != asio::error::operation_aborted) accept(acceptor);
        });
  }

  const ServerOptions options_;
  const Handler handler_;
  const Upgrade upgrade_;
  Counts counts_;  // outlives the sessions, which the context owns
  asio::io_context context_;
  tcp::acceptor acceptor_;
  local::acceptor unix_acceptor_;
  std::vector<std::thread> threads_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler,
                                              Upgrade upgrade) {
  auto server = std::make_unique<BeastServer>(options, std::move(handler), std::move(upgrade));
  TRY(server->listen());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace fvm::http
