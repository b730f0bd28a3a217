#include "adapters/postgres/address.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "adapters/postgres/libpq.hpp"
#include "base/error.hpp"

namespace purser::adapters {
namespace {

constexpr std::string_view bound = "connections_max";
constexpr std::size_t connections_most = 100;

Failure wrong(const std::string &found) {
  return {Status::invalid, "store_url",
          "expected postgres://user:password@host:port/database?sslmode=…, found " + found +
              "; correct it (% and @ in a password are %25 and %40)",
          "store"};
}

/// Takes `connections_max=N` out of the query part: libpq does not know it.
std::size_t take_bound(std::string &url, std::size_t otherwise) {
  const auto query = url.find('?');
  if (query == std::string::npos) return otherwise;
  for (std::size_t from = query + 1; from < url.size();) {
    const std::size_t end = std::min(url.find('&', from), url.size());
    const std::string_view part = std::string_view(url).substr(from, end - from);
    if (!part.starts_with(bound) || part.substr(bound.size(), 1) != "=") {
      from = end + 1;
      continue;
    }
    const std::string_view digits = part.substr(bound.size() + 1);
    std::size_t most = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), most);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || most < 1 || most > connections_most)
      throw wrong("a connections_max that is not 1 to 100");
    // With the separator after it, or the one before it where it stood last.
    if (end < url.size())
      url.erase(from, end + 1 - from);
    else
      url.erase(from - 1);
    return most;
  }
  return otherwise;
}

struct FreeOptions {
  void operator()(PQconninfoOption *options) const noexcept { libpq().conninfo_free(options); }
};
using Keywords = std::map<std::string, std::string, std::less<>>;
Keywords given(PQconninfoOption *options) {
  const std::unique_ptr<PQconninfoOption, FreeOptions> owned(options);
  Keywords found;
  for (const PQconninfoOption *option = options; option && option->keyword; ++option)
    if (option->val && *option->val) found[option->keyword] = option->val;
  return found;
}

std::string value(const Keywords &keywords, std::string_view name) {
  const auto found = keywords.find(name);
  return found == keywords.end() ? std::string() : found->second;
}

bool near(std::string_view host) {
  return host.empty() || host.starts_with('/') || host.starts_with('@') || host == "localhost" || host == "::1" || host.starts_with("127.");
}
/// Every host of the list is a socket of this machine. `hostaddr` is what libpq connects to, where it is said.
bool near_all(const Keywords &said, const Keywords &defaults) {
  std::string list = value(said, "hostaddr");
  if (list.empty()) list = value(said, "host");
  if (list.empty()) list = value(defaults, "hostaddr");
  if (list.empty()) list = value(defaults, "host");
  for (std::size_t from = 0;;) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    if (!near(std::string_view(list).substr(from, comma - from))) return false;
    if (comma == list.size()) return true;
    from = comma + 1;
  }
}

/// The authorities that this system trusts: libpq would only look into ~/.postgresql.
std::string trusted_authorities() {
  if (libpq().version() >= 160000) return "system";
  for (const char *file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"})
    if (::access(file, R_OK) == 0) return file;
  return {};
}

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
        std::string_view("-._~,").find(c) != std::string_view::npos)
      out += c;
    else
      (out += '%') += {digits[static_cast<unsigned char>(c) >> 4], digits[static_cast<unsigned char>(c) & 15]};
  }
  return out;
}

std::string name_of(const Keywords &said) {
  std::string name = "postgres://";
  const std::string host = value(said, "host");
  if (const std::string user = value(said, "user"); !user.empty()) name += escaped(user) + "@";
  const bool is_socket = host.starts_with('/') || host.starts_with('@');
  if (!is_socket) name += host.find(':') == std::string::npos ? escaped(host) : "[" + host + "]";
  if (const std::string port = value(said, "port"); !port.empty()) name += ":" + escaped(port);
  name += "/" + escaped(value(said, "dbname"));
  char separator = '?';
  const auto add = [&](const char *keyword, const std::string &text) {
    if (text.empty()) return;
    (name += std::exchange(separator, '&')) += keyword + ("=" + escaped(text));
  };
  if (is_socket) add("host", host);
  add("options", value(said, "options"));
  return name;
}

}  // namespace

PostgresAddress postgres_address(const PostgresOptions &options) {
  PostgresAddress address;
  std::string url = options.url;
  address.connections_max = take_bound(url, std::max<std::size_t>(1, options.connections_max));
  char *fault = nullptr;
  PQconninfoOption *parsed = libpq().conninfo_parse(url.c_str(), &fault);
  libpq().free_memory(fault);  // not shown: it may hold the password
  if (!parsed) throw wrong("an address that libpq cannot read");
  Keywords keywords = given(parsed);
  address.name = name_of(keywords);
  address.password = value(keywords, "password");

  const Keywords defaults = given(libpq().conndefaults());
  const bool is_near = near_all(keywords, defaults);
  if (!is_near && !keywords.contains("sslmode")) {
    keywords["sslmode"] = "verify-full";
    if (!keywords.contains("sslrootcert") && !defaults.contains("sslrootcert"))
      if (const std::string file = trusted_authorities(); !file.empty()) keywords["sslrootcert"] = file;
  }
  keywords.try_emplace("connect_timeout", std::to_string(options.connect_timeout_s));
  keywords.try_emplace("application_name", "purser");
  keywords["client_encoding"] = "UTF8";
  if (!is_near) {  // a server that went without a word is noticed by the kernel
    keywords.try_emplace("keepalives_idle", "15");
    keywords.try_emplace("keepalives_interval", "5");
    keywords.try_emplace("keepalives_count", "3");
    keywords.try_emplace("tcp_user_timeout", "30000");
  }
  address.keywords.assign(keywords.begin(), keywords.end());
  return address;
}

}  // namespace purser::adapters
