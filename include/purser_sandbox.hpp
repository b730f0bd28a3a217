// Header-only C++20 over purser_sandbox.h: owns, throws purser::Error, and has the header's words.
//
//   purser::Sandbox box({.catalog = "catalog.json"});
//   purser::Config config{.store = "sqlite:purser.db", .catalog = "catalog.json"};
//   box.configure(config);                          the one line that production does not have
//   purser::Purser purser(config);
//
// Engines close before their sandbox: declare the sandbox first.
#ifndef PURSER_SANDBOX_HPP
#define PURSER_SANDBOX_HPP
#include <purser_sandbox.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <purser.hpp>
#include <string>
#include <utility>

namespace purser {
inline namespace v0 {

/// How a sandbox starts.
struct SandboxOptions {
  std::optional<std::string> catalog = {};       ///< path of the catalog whose products and prices exist at "Stripe"
  std::optional<std::string> catalog_text = {};  ///< the same as a text, instead of the path
  std::uint64_t seed = 0;                        ///< of all ids and shuffles; 0 = 1
  std::int64_t start_ms = 0;                     ///< where its clock starts; unix milliseconds; 0 = the system's time now
};

/// How the waiting events are delivered; as it stands: each once, in order.
struct SandboxDelivery {
  std::optional<std::string> url = {};   ///< POST to this loopback address instead of calling webhook_receive
  std::optional<std::string> only = {};  ///< only events of these types or ids, separated by commas; the others go on waiting
  std::int32_t order = PURSER_ORDER_AS_CREATED;
  std::int32_t repeat = 0;                      ///< how often each is delivered; 0 = once
  std::int32_t drop_percent = 0;                ///< so many of a hundred are lost for good, by the seed
  bool wrongly_signed = false;                  ///< with a signature that is wrong
  std::int64_t older_than_ms = 0;               ///< only events that have waited so long by the sandbox's clock; 0 = all
  std::optional<std::string> lose = {};         ///< types or ids that are lost for good, separated by commas
  std::int32_t hold_percent = 0;                ///< so many of a hundred go on waiting, by the seed
  std::optional<std::string> api_version = {};  ///< rendered in these versions' shapes, separated by commas
  std::int32_t thin = 0;                        ///< 1 = as thin notifications; 2 = both
  std::optional<std::string> connect_url = {};  ///< with url: where the events of connected accounts go
};

/// What became of a delivery. An event whose answer is not 2xx goes on waiting.
struct SandboxReport {
  std::int64_t delivered = 0;  ///< events answered 2xx
  std::int64_t refused = 0;    ///< events answered otherwise
  std::int64_t dropped = 0;    ///< events lost for good
  std::int64_t requests = 0;   ///< deliveries made, repetitions included
  std::int64_t waiting = 0;    ///< events that still wait
};

/// What the next requests meet.
struct SandboxFault {
  std::optional<std::string> path = {};    ///< only requests whose path starts so
  std::optional<std::string> method = {};  ///< only this method
  std::int32_t kind = 0;                   ///< PURSER_FAULT_*; 0 = forget all faults
  std::int32_t status = 0;                 ///< for PURSER_FAULT_STATUS
  std::int32_t after = 0;                  ///< so many matching requests pass first
  std::int32_t count = 0;                  ///< how many meet it; 0 = 1; -1 = all from then on
};

/// An answer of the API.
struct SandboxAnswer {
  std::int32_t status = 0;  ///< HTTP
  std::string body;         ///< JSON
};

/// A stateful stand-in for Stripe with a clock of its own. Movable, not copyable; any thread. The destructor stops serving.
class Sandbox {
 public:
  explicit Sandbox(const SandboxOptions &options = {}) {
    purser_sandbox_options c{};
    c.struct_size = sizeof c;
    c.catalog = or_null(options.catalog);
    c.catalog_text = or_null(options.catalog_text);
    c.seed = options.seed;
    c.start_ms = options.start_ms;
    purser_sandbox *made = nullptr;
    run([&](purser_error **error) { return purser_sandbox_open_with(&c, &made, error); });
    box_.reset(made);
  }
  purser_sandbox *get() const noexcept { return box_.get(); }

  /// Turns a configuration to this sandbox when it is opened: mode, keys, HTTP and clock. What `config.configure` did before is done first.
  void configure(Config &config) const {
    config.configure = [box = box_.get(), before = std::move(config.configure)](purser_config &c) {
      if (before) before(c);
      run([&](purser_error **error) { return purser_sandbox_configure(box, &c, error); });
    };
  }

  /// Pays with a good card: the session completes, subscription, invoice and payment come to be.
  void pay(const std::string &session) const { call(purser_sandbox_pay, session.c_str()); }
  /// Tries a card that is declined: the session stays open.
  void decline(const std::string &session) const { call(purser_sandbox_decline, session.c_str()); }
  /// Goes away for good: the session expires.
  void abandon(const std::string &session) const { call(purser_sandbox_abandon, session.c_str()); }

  void cancel(const std::string &subscription, bool at_period_end) const {
    call(purser_sandbox_cancel, subscription.c_str(), at_period_end ? 1 : 0);
  }
  /// Takes a cancellation at the period's end back.
  void resume(const std::string &subscription) const { call(purser_sandbox_resume, subscription.c_str()); }
  /// Changes to another price (id or lookup key), prorated. quantity 0 = as it is; no price = only the quantity.
  void swap(const std::string &subscription, const std::optional<std::string> &price, std::int64_t quantity = 0) const {
    call(purser_sandbox_swap, subscription.c_str(), or_null(price), quantity);
  }
  /// What the customer's card does from now on: PURSER_CARD_*.
  void card(const std::string &customer, std::int32_t card) const { call(purser_sandbox_card, customer.c_str(), card); }
  /// The card's holder agrees to a payment (pi_…, in_…, sub_…) that waits for that.
  void confirm(const std::string &payment) const { call(purser_sandbox_confirm, payment.c_str()); }

  /// Gives money back: ch_…, pi_…, in_…, cs_… or sub_… (its newest payment); 0 = all that is left.
  void refund(const std::string &payment, std::int64_t amount_minor = 0) const {
    call(purser_sandbox_refund, payment.c_str(), amount_minor);
  }
  /// PURSER_DISPUTE_*: opened, won, lost.
  void dispute(const std::string &payment, std::int32_t outcome = PURSER_DISPUTE_OPENED) const {
    call(purser_sandbox_dispute, payment.c_str(), outcome);
  }
  /// Pauses the collection of payments (PURSER_PAUSE_*); resumes_at_ms 0 = until unpause.
  void pause(const std::string &subscription, std::int32_t behavior = PURSER_PAUSE_VOID, std::int64_t resumes_at_ms = 0) const {
    call(purser_sandbox_pause, subscription.c_str(), behavior, resumes_at_ms);
  }
  void unpause(const std::string &subscription) const { call(purser_sandbox_unpause, subscription.c_str()); }
  /// Deletes a customer for good: its subscriptions are cancelled.
  void delete_customer(const std::string &customer) const { call(purser_sandbox_delete_customer, customer.c_str()); }
  /// Puts a feature of Stripe's own entitlements on a product (prod_…, or a price of it by id or lookup key).
  void entitle(const std::string &product, const std::string &feature) const {
    call(purser_sandbox_entitle, product.c_str(), feature.c_str());
  }
  /// A connected account that can be paid: acct_….
  std::string connect() const {
    const char *account = nullptr;
    call(purser_sandbox_connect, &account);
    return taken(account);
  }
  /// What the bank does with a payout: PURSER_PAYOUT_*.
  void payout_end(const std::string &payout, std::int32_t outcome = PURSER_PAYOUT_PAID) const {
    call(purser_sandbox_payout_end, payout.c_str(), outcome);
  }

  /// The API key that it takes, for Stripe's own SDKs on loopback.
  std::string secret_key() const { return purser_sandbox_secret_key(box_.get()); }
  std::int64_t now_ms() const noexcept { return purser_sandbox_now_ms(box_.get()); }
  /// Lets time pass: all that is due happens, in its order, each at its own moment.
  void advance(std::int64_t duration_ms) const { call(purser_sandbox_advance, duration_ms); }

  /// All waiting events, signed, each once, in order. UNAVAILABLE where one was not answered 2xx.
  void deliver(const Purser &purser) const { call(purser_sandbox_deliver, purser.handle()); }
  /// The same with faults.
  SandboxReport deliver(const Purser &purser, const SandboxDelivery &how) const { return deliver_to(purser.handle(), how); }
  /// To `how.url`.
  SandboxReport deliver(const SandboxDelivery &how) const { return deliver_to(nullptr, how); }
  /// A new signing secret; for the next 24 sandbox hours events carry signatures of both.
  std::string rotate_secret() const {
    const char *secret = nullptr;
    call(purser_sandbox_rotate_secret, &secret);
    return taken(secret);
  }

  /// An event that was delivered or lost waits again, under its own id.
  void resend(const std::string &event) const { call(purser_sandbox_resend, event.c_str()); }
  /// An event of any type about an object as it is now.
  void send(const std::string &type, const std::string &object) const { call(purser_sandbox_send, type.c_str(), object.c_str()); }

  /// What the next requests meet.
  void fail(const SandboxFault &fault) const {
    purser_sandbox_fault c{};
    c.struct_size = sizeof c;
    c.path = or_null(fault.path);
    c.method = or_null(fault.method);
    c.kind = fault.kind;
    c.status = fault.status;
    c.after = fault.after;
    c.count = fault.count;
    call(purser_sandbox_fail, &c);
  }
  /// One request as the holder of the API key: request("GET", "/v1/subscriptions/sub_…").
  SandboxAnswer request(const std::string &method, const std::string &path, const std::string &form = {}) const {
    SandboxAnswer answer;
    const char *body = nullptr;
    call(purser_sandbox_request, method.c_str(), path.c_str(), form.empty() ? nullptr : form.c_str(), &answer.status, &body);
    answer.body = taken(body);
    return answer;
  }
  /// Serves the API, the checkout page and the portal on 127.0.0.1; 0 = any free port. Returns the address.
  std::string serve(std::int32_t port = 0) const {
    const char *url = nullptr;
    call(purser_sandbox_serve, port, &url);
    return taken(url);
  }
  /// Where its pages deliver the events that they cause, before they lead the buyer back; none = they wait.
  void webhook_url(const std::optional<std::string> &url) const { call(purser_sandbox_webhook_url, or_null(url)); }

 private:
  struct Closed {
    void operator()(purser_sandbox *box) const noexcept { purser_sandbox_close(box); }
  };
  template <class Call>
  static void run(const Call &call) {
    purser_error *error = nullptr;
    const purser_status status = call(&error);
    if (status != PURSER_OK) throw Error(status, error);
  }
  template <class Function, class... Given>
  void call(Function function, Given... given) const {
    run([&](purser_error **error) { return function(box_.get(), given..., error); });
  }
  static std::string taken(const char *text) {
    const std::unique_ptr<const char, Freed> owned(text);
    return text ? text : "";
  }
  SandboxReport deliver_to(purser_handle *handle, const SandboxDelivery &how) const {
    purser_sandbox_delivery c{};
    c.struct_size = sizeof c;
    c.url = or_null(how.url);
    c.only = or_null(how.only);
    c.order = how.order;
    c.repeat = how.repeat;
    c.drop_percent = how.drop_percent;
    c.unsigned_ = how.wrongly_signed ? 1 : 0;
    c.older_than_ms = how.older_than_ms;
    c.lose = or_null(how.lose);
    c.hold_percent = how.hold_percent;
    c.api_version = or_null(how.api_version);
    c.thin = how.thin;
    c.connect_url = or_null(how.connect_url);
    purser_sandbox_report report{};
    call(purser_sandbox_deliver_with, handle, &c, &report);
    return {report.delivered, report.refused, report.dropped, report.requests, report.waiting};
  }
  std::unique_ptr<purser_sandbox, Closed> box_;
};

}  // namespace v0
}  // namespace purser
#endif
