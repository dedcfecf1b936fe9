// One connection from its first byte to its last: the protocol's state machine over a channel and a session.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "pgwire/engine.hpp"

namespace fvm::pgwire {

// What a conversation needs of the server around it.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  struct Key {
    int32_t process = 0, secret = 0;
  };
  virtual Key key() = 0;                              // of this connection, for cancelling
  virtual void started(Session& session) = 0;         // may be interrupted from now on
  virtual void ended() = 0;                           // may not any more
  virtual void cancel(const CancelRequest& key) = 0;  // somebody else's connection
};

class Conversation {
 public:
  Conversation(Channel& channel, Engine& engine, Surroundings& surroundings);
  ~Conversation();
  // Returns when the frontend has left, or has broken the protocol beyond repair.
  void run();

 private:
  // A bound statement, begun or not.
  struct Portal {
    std::shared_ptr<Statement> statement;
    std::vector<std::optional<std::string>> values;
    std::vector<bool> binary_values, binary_results;
    std::unique_ptr<Outcome> outcome;  // once begun
    uint64_t rows = 0;
    bool finished = false;
  };
  enum class Next { go_on, leave };

  bool greet();
  Result<bool> open_session(const Startup& startup);
  bool receive_exactly(size_t bytes, std::string& into);
  bool receive(char& type, std::string& body);
  Next take(char type, std::string_view body);
  Result<void> handle(const FrontendMessage& message);

  void query(std::string_view sql);
  Result<void> run_simple(const std::string& sql);
  Result<void> answer(Outcome& outcome, const std::vector<bool>& binary, bool describe_rows);
  Result<void> send_rows(Rows& rows, const std::vector<bool>& binary);
  Result<void> copy_out(CopyOut& copy);
  Result<void> copy_in(CopyIn& copy);
  Result<void> receive_copy(CopyParser& parser);

  Result<void> parse(const Parse& message);
  Result<void> bind(const Bind& message);
  Result<void> describe(const Describe& message);
  Result<void> execute(const Execute& message);
  Result<void> begin(Portal& portal);
  Result<Portal*> find_portal(std::string_view name);
  Result<std::shared_ptr<Statement>> find_statement(std::string_view name);
  void sync();

  void failed(const Error& error);
  void report_settings();
  void report_notices();

  Channel& channel_;
  Engine& engine_;
  Surroundings& surroundings_;
  Output out_;
  std::unique_ptr<Session> session_;
  std::string input_;  // read from the channel, not yet used from input_at_ on
  size_t input_at_ = 0;
  std::unordered_map<std::string, std::shared_ptr<Statement>> statements_;
  std::unordered_map<std::string, Portal> portals_;
  bool skip_to_sync_ = false;
};

}  // namespace fvm::pgwire
