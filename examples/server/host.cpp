#include "host.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "json.hpp"

namespace host {
namespace {

void log_line(const std::string &line) { std::fprintf(stderr, "purser_host: %s\n", line.c_str()); }

// What the visitor cannot mend, the operator should read.
void log_error(const purser::Error &error) {
  if (http_status(error) == 500) log_line(error.reason() + ": " + error.message());
}

/// The one line that production does not have is `box->configure`.
purser::Purser opened(const Options &options, const std::string &origin, const purser::Sandbox *box) {
  purser::Config config;
  config.store = options.store;
  config.catalog = options.catalog;
  config.allowed_origins = std::vector<std::string>{origin};
  config.log_level = PURSER_LOG_WARNING;
  config.on_log = [](std::int32_t, std::string_view line) { log_line(std::string(line)); };
  if (box) box->configure(config);
  return purser::Purser(config);
}

bool is_webhook(const Request &request) { return request.path == "/api/v1/webhooks/stripe" || request.path == "/webhooks/connect"; }
bool is_api(const Request &request) { return request.path.starts_with("/api/") || request.path == "/health" || is_webhook(request); }

}  // namespace

std::int64_t system_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Host::Host(const Options &options, const std::optional<std::string> &catalog_at_stripe)
    : options_(options),
      server_(options.port),
      origin_(options.origin.empty() ? "http://127.0.0.1:" + std::to_string(server_.port()) : options.origin),
      sessions_(origin_.starts_with("https:")) {
  if (options_.sandbox) {
    purser::SandboxOptions how{.seed = options_.seed};
    (catalog_at_stripe ? how.catalog_text : how.catalog) = catalog_at_stripe.value_or(options_.catalog);
    box_.emplace(how);
    sandbox_url_ = box_->serve();
    box_->webhook_url(webhook_url());
  }
  purser_.emplace(opened(options_, origin_, box()));
  if (box_) control_.emplace(*box_, options_.catalog);
  users_.emplace(users_path(options_), shop().fallbacks());
  feed_.emplace(*purser_, *users_);
  add_pages(router_, *this);
  add_billing(router_, *this);
  add_account(router_, *this);
  add_operator(router_, *this);
  add_api(router_, *this);
  add_assets(router_);
  if (box_) add_demo(router_, *this);
}

Host::~Host() { stop(); }

void Host::start() {
  feed_->start(log_line);
  server_.start([this](const Request &request) { return answer(request); });
}

void Host::stop() {
  server_.stop();
  feed_->stop();
}

std::int64_t Host::now_ms() const { return box_ ? box_->now_ms() : system_ms(); }

void Host::hold_webhooks(bool holds) {
  holds_ = holds;
  box_->webhook_url(holds ? std::nullopt : std::optional(webhook_url()));
}

Frame Host::frame(const Visit &visit, const std::string &title, const std::string &here) const {
  return {title, here, visit.user, visit.session ? visit.session->csrf : "", box_.has_value(), visit.user && runs(*visit.user), 0};
}

bool Host::runs(const User &user) const {
  return box_ || std::find(options_.operators.begin(), options_.operators.end(), user.email) != options_.operators.end();
}

// Nothing is loaded from elsewhere, nothing is scripted. Forms may end at Stripe's pages: browsers apply form-action to redirects, too.
Response Host::safe(Response response) const {
  const std::string stripe = sandbox_url_.empty() ? "https://checkout.stripe.com https://billing.stripe.com" : sandbox_url_;
  response.headers.insert(response.headers.end(),
                          {{"Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' " +
                                                           stripe + "; base-uri 'none'; frame-ancestors 'none'"},
                           {"X-Content-Type-Options", "nosniff"},
                           {"Referrer-Policy", "same-origin"}});
  if (response.type.starts_with("text/html") || response.type == "application/json")
    response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

/// Requests that another site caused, or that reached us by another name.
std::optional<Response> Host::foreign(const Request &request) const {
  // Stripe has no browser: its signature is what is asked of it.
  if (is_webhook(request) || request.path == "/health") return std::nullopt;
  if ("http://" + request.header("host") != origin_ && "https://" + request.header("host") != origin_) {
    if (request.method == "GET" || request.method == "HEAD")
      return Response{302, "text/plain; charset=utf-8", "", {{"Location", origin_ + request.target}}};
    return refused_json(421, "misdirected", "unknown_host", "expected a request to " + origin_);
  }
  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  const std::string origin = request.header("origin"), site = request.header("sec-fetch-site");
  if ((!origin.empty() && origin != origin_) || (!site.empty() && site != "same-origin" && site != "none"))
    return refused_json(403, "forbidden", "foreign_origin",
                        "expected a request from " + origin_ + ": another site must not act for the signed-in user");
  return std::nullopt;
}

Response Host::answer(const Request &given) {
  Request request = given;
  try {
    if (auto refusal = foreign(request)) return safe(std::move(*refusal));
    return safe(router_.answer(request, [&](int status, const std::string &allow) {
      Response response =
          is_api(request)
              ? refused_json(status, status == 404 ? "not_found" : "method_not_allowed", "unknown_route",
                             status == 404 ? "there is no such route" : "expected " + allow)
              : visited(*this, [&](Host &, Visit &visit) {
                  return refused_page(
                      frame(visit, "Not found"), status, status == 404 ? "There is nothing here" : "Not like that",
                      status == 404 ? "The page may have moved, or the address has a typing error." : "This address is not read that way.");
                })(request);
      if (!allow.empty()) response.headers.emplace_back("Allow", allow);
      return response;
    }));
  } catch (const purser::Error &error) {
    log_error(error);
    return safe(refused_json(http_status(error), purser_status_name(error.status()), error.reason(), error.message()));
  } catch (const std::exception &error) {
    log_line(request.method + " " + request.path + ": " + error.what());
    return safe(refused_json(500, "internal", "internal", "the server made a mistake; its log says more"));
  }
}

Router::Handler visited(Host &host, Page page) {
  return [&host, page = std::move(page)](Request &request) {
    Visit visit{request};
    visit.session = host.sessions().find(request, system_ms());
    if (visit.session) visit.user = host.users().find(visit.session->user);
    try {
      return page(host, visit);
    } catch (const purser::Error &error) {
      if (is_api(request)) throw;
      log_error(error);
      return refused_page(host.frame(visit, "Not done"), http_status(error), "That did not work", error.message());
    }
  };
}

Router::Handler signed_in(Host &host, Page page) {
  return visited(host, [page = std::move(page)](Host &at, Visit &visit) {
    return visit.user ? page(at, visit) : Response::see_other("/sign-in?next=" + encoded(visit.request.target));
  });
}

Router::Handler posted(Host &host, Page page) {
  return visited(host, [page = std::move(page)](Host &at, Visit &visit) {
    if (!visit.user) return Response::see_other("/sign-in");
    visit.request.query = read_form(visit.request.body);
    if (visit.request.query_of("csrf") != visit.session->csrf)
      return refused_page(at.frame(visit, "Not done"), 403, "This form is too old",
                          "Go back, load the page again, and repeat what you did.");
    return page(at, visit);
  });
}

}  // namespace host
