// A PostgreSQL cluster of the test's own, on loopback in a temporary folder: tests/support/postgres_server.py, which goes when we go.
#pragma once
#include <string>
#include <vector>

namespace purser::test {

class PostgresServer {
 public:
  /// `arguments` of the script, --durable and the like.
  explicit PostgresServer(const std::vector<std::string> &arguments = {});
  ~PostgresServer();
  PostgresServer(const PostgresServer &) = delete;
  PostgresServer &operator=(const PostgresServer &) = delete;
  /// One for the whole executable, not durable, started when first asked for.
  static PostgresServer &shared();

  const std::string &tcp() const { return tcp_; }        ///< with the password
  const std::string &socket() const { return socket_; }  ///< trusted
  int pid() const { return pid_; }
  /// Runs statements; the first value of the last answer.
  std::string sql(const std::string &text) const;
  /// The URL of an empty schema of its own; `by_socket` is the faster way.
  std::string fresh(bool by_socket = true);
  /// The URL of the schema of that name, made where there is none.
  std::string schema(const std::string &name, bool by_socket = true);

 private:
  void start(const std::vector<std::string> &arguments);

  std::string tcp_, socket_;
  int pid_ = 0, child_ = 0, input_ = -1;
  int schemas_ = 0;
};

}  // namespace purser::test
