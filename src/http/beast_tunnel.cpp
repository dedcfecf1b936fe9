#include "http/beast_tunnel.hpp"

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <memory>
#include <optional>

namespace fvm::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using std::chrono::seconds;

// All of it runs on the connection's strand.
class Pump : public std::enable_shared_from_this<Pump> {
 public:
  Pump(BeastStream stream, Tunnel tunnel, std::atomic<unsigned>& open)
      : socket_(std::move(stream)),
        peer_(socket_.get_executor()),
        leash_(socket_.get_executor()),
        clock_(socket_.get_executor()),
        tunnel_(std::move(tunnel)),
        open_(open) {
    ++open_;
  }
  ~Pump() {
    tell();
    --open_;
  }

  void begin(const BeastRequest& request) {
    beast::error_code failed;
    peer_.assign(asio::local::stream_protocol(), tunnel_.peer.release(), failed);
    if (!failed && tunnel_.leash) leash_.assign(tunnel_.leash.release(), failed);
    if (failed) return;
    beast::get_lowest_layer(socket_).expires_never();
    socket_.read_message_max(tunnel_message_bytes_max);
    socket_.auto_fragment(false);
    socket_.binary(true);
    // Pings after half of the time; a browser that answers none is gone.
    socket_.set_option(websocket::stream_base::timeout{seconds(tunnel_goodbye_seconds_max),
                                                       seconds(tunnel_silence_seconds_max), true});
    socket_.set_option(websocket::stream_base::decorator([](websocket::response_type& answer) {
      answer.set(beast::http::field::cache_control, "no-store");
      // Browsers that offer a protocol want it named.
      answer.erase(beast::http::field::server);
    }));
    socket_.async_accept(request, [self = shared_from_this()](beast::error_code error) {
      if (!error) self->carry();
    });
  }

 private:
  void carry() {
    read_browser();
    read_peer();
    watch_leash();
    look();
  }

  void read_browser() {
    socket_.async_read(from_browser_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow)
        return self->finish(TunnelEnd::refused, "http.body_too_large");
      if (error) return self->finish(TunnelEnd::browser_left);
      self->to_peer();
    });
  }

  void to_peer() {
    const auto data = from_browser_.data();
    auto passed = tunnel_.from_browser({static_cast<const char*>(data.data()), data.size()});
    seen_.bytes_in += data.size();
    from_browser_.consume(data.size());
    if (!passed.ok()) return finish(TunnelEnd::refused, passed.error().code);
    inward_ = std::move(*passed);
    if (inward_.empty()) return read_browser();
    asio::async_write(peer_, asio::buffer(inward_),
                      [self = shared_from_this()](beast::error_code error, size_t) {
                        error ? self->finish(TunnelEnd::peer_ended) : self->read_browser();
                      });
  }

  void read_peer() {
    peer_.async_read_some(asio::buffer(outward_),
                          [self = shared_from_this()](beast::error_code error, size_t got) {
                            error ? self->finish(TunnelEnd::peer_ended) : self->to_browser(got);
                          });
  }

  void to_browser(size_t count) {
    const auto may = tunnel_.from_peer({outward_.data(), count});
    if (!may.ok()) return finish(TunnelEnd::refused, may.error().code);
    if (ended_) return;
    seen_.bytes_out += count;
    socket_.async_write(asio::buffer(outward_.data(), count),
                        [self = shared_from_this()](beast::error_code error, size_t) {
                          error ? self->finish(TunnelEnd::browser_left) : self->read_peer();
                        });
  }

  // Nobody says anything there: when it can be read, its other end is closed.
  void watch_leash() {
    if (!leash_.is_open()) return;
    leash_.async_wait(asio::posix::stream_descriptor::wait_read,
                      [self = shared_from_this()](beast::error_code error) {
                        if (!error) self->finish(TunnelEnd::cut);
                      });
  }

  void look() {
    clock_.expires_after(seconds(tunnel_look_seconds));
    clock_.async_wait([self = shared_from_this()](beast::error_code error) {
      if (error || self->ended_) return;
      const auto may = self->tunnel_.may_go_on ? self->tunnel_.may_go_on() : Result<void>();
      may.ok() ? self->look() : self->finish(TunnelEnd::unwanted, may.error().code);
    });
  }

  void finish(TunnelEnd end, std::string reason = {}) {
    if (ended_) return;
    ended_ = true;
    seen_.end = end;
    seen_.reason = std::move(reason);
    tell();
    beast::error_code ignored;
    peer_.close(ignored);
    leash_.close(ignored);
    clock_.expires_after(seconds(tunnel_goodbye_seconds_max));
    clock_.async_wait([self = shared_from_this()](beast::error_code) { self->hang_up(); });
    if (!socket_.is_open()) return hang_up();
    socket_.async_close(static_cast<websocket::close_code>(end),
                        [self = shared_from_this()](beast::error_code) { self->hang_up(); });
  }

  void hang_up() {
    clock_.cancel();
    beast::get_lowest_layer(socket_).close();
  }

  void tell() {
    if (told_ || !tunnel_.on_ended) return;
    told_ = true;
    tunnel_.on_ended(seen_);
  }

  websocket::stream<BeastStream> socket_;
  asio::local::stream_protocol::socket peer_;
  asio::posix::stream_descriptor leash_;
  asio::steady_timer clock_;
  Tunnel tunnel_;
  std::atomic<unsigned>& open_;
  beast::flat_buffer from_browser_{tunnel_message_bytes_max};
  std::string inward_;
  std::array<char, tunnel_piece_bytes> outward_{};
  TunnelSeen seen_;
  bool ended_ = false, told_ = false;
};

}  // namespace

void begin_tunnel(BeastStream stream, const BeastRequest& request, Tunnel tunnel,
                  std::atomic<unsigned>& open) {
  std::make_shared<Pump>(std::move(stream), std::move(tunnel), open)->begin(request);
}

}  // namespace fvm::http
