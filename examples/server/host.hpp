// The host: one engine, its own users table, and the routes between them.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <purser_sandbox.hpp>
#include <string>

#include "control.hpp"
#include "feed.hpp"
#include "html.hpp"
#include "http_server.hpp"
#include "options.hpp"
#include "router.hpp"
#include "session.hpp"
#include "shop.hpp"
#include "users.hpp"

namespace host {

/// Unix milliseconds of the system's clock: sessions live by it, whatever the sandbox's clock does.
std::int64_t system_ms();

/// One request with who made it.
struct Visit {
  Request &request;
  std::optional<Session> session = {};
  std::optional<User> user = {};
};

class Host {
 public:
  /// Opens everything and listens; serves from start() on. `catalog_at_stripe`: another text than the catalog's for the sandbox, or none.
  explicit Host(const Options &options, const std::optional<std::string> &catalog_at_stripe = {});
  ~Host();
  void start();
  void stop();

  const std::string &origin() const { return origin_; }
  const Options &options() const { return options_; }
  const purser::Purser &purser() const { return *purser_; }
  const purser::Sandbox *box() const { return box_ ? &*box_ : nullptr; }
  Control *control() { return control_ ? &*control_ : nullptr; }
  /// Whether the user may see the operator's page: on the sandbox everybody, else who --operator names.
  bool runs(const User &user) const;
  Users &users() { return *users_; }
  Sessions &sessions() { return sessions_; }
  Feed &feed() { return *feed_; }
  /// The sandbox's address; empty without one.
  const std::string &sandbox_url() const { return sandbox_url_; }
  std::string webhook_url() const { return origin_ + "/api/v1/webhooks/stripe"; }
  /// The billing clock: the sandbox's where there is one.
  std::int64_t now_ms() const;
  Shop shop() const { return {purser_->catalog_read()}; }
  Frame frame(const Visit &visit, const std::string &title, const std::string &here = "") const;
  /// Whether the sandbox's pages deliver what they cause; else it waits for the demo page.
  bool holds_webhooks() const { return holds_; }
  void hold_webhooks(bool holds);

 private:
  Response answer(const Request &request);
  Response safe(Response response) const;
  std::optional<Response> foreign(const Request &request) const;
  Options options_;
  HttpServer server_;
  std::string origin_;
  Sessions sessions_;
  // The order of opening: engines close before the sandbox.
  std::optional<purser::Sandbox> box_;
  std::string sandbox_url_;
  std::optional<purser::Purser> purser_;
  std::optional<Control> control_;
  std::optional<Users> users_;
  std::optional<Feed> feed_;
  Router router_;
  std::atomic<bool> holds_ = false;
};

/// A route for everybody, signed in or not.
using Page = std::function<Response(Host &, Visit &)>;
Router::Handler visited(Host &host, Page page);
/// A page of somebody: who is not signed in is led to the sign-in page and back.
Router::Handler signed_in(Host &host, Page page);
/// A form of somebody: the token of the session must come back with it.
Router::Handler posted(Host &host, Page page);

void add_pages(Router &router, Host &host);
void add_billing(Router &router, Host &host);
void add_api(Router &router, Host &host);
void add_account(Router &router, Host &host);
void add_operator(Router &router, Host &host);
void add_demo(Router &router, Host &host);
void add_assets(Router &router);

/// A refusal in the words of a page.
Response refused_page(const Frame &frame, int status, const std::string &heading, const std::string &text);
/// The HTTP status of an error of Purser's.
int http_status(const purser::Error &error);
/// {"error":…,"reason":…,"message":…}
Response refused_json(int status, const std::string &error, const std::string &reason, const std::string &message);

}  // namespace host
