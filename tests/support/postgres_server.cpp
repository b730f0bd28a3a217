#include "support/postgres_server.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>

#include "adapters/postgres/libpq.hpp"

namespace purser::test {
namespace {

std::string value_of(const std::string &json, const std::string &name) {
  const std::string key = "\"" + name + "\": ";
  auto from = json.find(key);
  if (from == std::string::npos) return {};
  from += key.size();
  const bool text = json[from] == '"';
  const auto end = json.find_first_of(text ? "\"" : ",}", from + text);
  return json.substr(from + text, end - from - text);
}

std::string first_line(int descriptor) {
  std::string line;
  for (char c = 0; ::read(descriptor, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace

PostgresServer::PostgresServer(const std::vector<std::string> &arguments) { start(arguments); }

void PostgresServer::start(const std::vector<std::string> &arguments) {
  int input[2], output[2];
  if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  std::vector<std::string> words{"python3", PURSER_SOURCE_DIR "/tests/support/postgres_server.py"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char *> argv;
  for (std::string &word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  child_ = ::fork();
  if (child_ == 0) {
    ::dup2(input[0], 0);
    ::dup2(output[1], 1);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(input[0]);
  ::close(output[1]);
  input_ = input[1];
  const std::string line = first_line(output[0]);
  ::close(output[0]);
  tcp_ = value_of(line, "tcp");
  socket_ = value_of(line, "socket");
  if (tcp_.empty()) throw std::runtime_error("no PostgreSQL server for the test: tests/support/postgres_server.py says why");
  pid_ = std::stoi(value_of(line, "pid"));
}

PostgresServer::~PostgresServer() {
  ::close(input_);  // the script's input ends, and the server with it
  ::waitpid(child_, nullptr, 0);
}

PostgresServer &PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

std::string PostgresServer::sql(const std::string &text) const {
  const auto &pq = adapters::libpq();
  const char *names[] = {"dbname", nullptr};
  const char *values[] = {socket_.c_str(), nullptr};
  const std::unique_ptr<PGconn, decltype(pq.finish)> connection(pq.connect(names, values, 1), pq.finish);
  const adapters::PostgresResult result(pq.exec(connection.get(), text.c_str()));
  const auto status = pq.result_status(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error(pq.error_message(connection.get()));
  return pq.rows(result.get()) > 0 ? pq.value(result.get(), 0, 0) : "";
}

std::string PostgresServer::fresh(bool by_socket) {
  return schema("s" + std::to_string(++schemas_) + "_" + std::to_string(::getpid()), by_socket);
}

std::string PostgresServer::schema(const std::string &name, bool by_socket) {
  sql("CREATE SCHEMA IF NOT EXISTS \"" + name + "\"");
  return by_socket ? socket_ + "&options=-csearch_path%3D" + name : tcp_ + "?options=-csearch_path%3D" + name;
}

}  // namespace purser::test
