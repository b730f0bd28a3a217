// The sandbox as the rest of libpurser-sandbox sees it: the C functions (capi.cpp), the loopback server and its pages. One mutex around one
// World; every call is one step.
//
// For pages: read anything with `ask("GET", "/v1/checkout/sessions/cs_…?expand[]=line_items.data.price.product")` (JSON as Stripe renders
// it, no key needed), act with the verbs below. A verb that cannot be done throws Failure (not_found, conflict); a refused card is no
// failure but `Paid::declined`.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"

namespace purser::sandbox {

using Header = std::pair<std::string, std::string>;

/// One HTTP request as it came. `query` without the question mark; header names in any case.
struct Request {
  std::string method;
  std::string path;
  std::string query;
  std::vector<Header> headers;
  std::string body;
};

/// How far the exchange came: faults can lose it.
enum class End { answered, not_sent, lost };

struct Response {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
  End end = End::answered;
};

/// What the customer's card does: pays; attaches but is declined at every payment; there is none; asks for its holder at every payment.
enum class Card { good, declined, none, action };
enum class Paid { paid, declined };

/// What a buyer types into the checkout page. Empty = nothing typed: an address is made up where one is needed.
struct Buyer {
  std::string email;
  std::string name;
  std::string promotion_code;  ///< the code, e.g. SPRING20, where the session allows them
  Card card = Card::good;
};

/// One signed event on its way to the host.
struct Delivery {
  std::string event;      ///< evt_…
  std::string type;       ///< customer.created
  std::string body;       ///< the request's body
  std::string signature;  ///< the Stripe-Signature header
  std::string endpoint;   ///< `connect` for what belongs to a connected account; empty = the default one
};
/// Hands one delivery to the host and returns the HTTP status of the answer; 0 = none. Called without the lock.
using Sink = std::function<int(const Delivery &)>;

enum class Order { created, reversed, shuffled };
/// As snapshots of the object, as thin notifications that name it, or as both.
enum class Kind { snapshot, thin, both };
struct Deliver {
  std::vector<std::string> only;  ///< only these types (`invoice.*`) and ids; empty = all
  std::vector<std::string> lose;  ///< those are lost for good
  Order order = Order::created;
  int repeat = 1;
  int drop_percent = 0;
  int hold_percent = 0;               ///< so many of a hundred go on waiting
  std::vector<std::string> versions;  ///< rendered in each of these; empty = as created
  Kind kind = Kind::snapshot;
  bool connected = true;  ///< the events of connected accounts too
  bool wrongly_signed = false;
  TimeMs older_than_ms = 0;
};
struct Report {
  std::int64_t delivered = 0, refused = 0, dropped = 0, requests = 0, waiting = 0;
};

enum class FaultKind { none, status, lost, not_sent };
struct Fault {
  FaultKind kind = FaultKind::none;
  std::string path;    ///< prefix; empty = all
  std::string method;  ///< empty = all
  int status = 500;
  int after = 0;
  int count = 1;  ///< -1 = all from then on
};

/// What becomes of a subscription whose payment failed for good.
enum class DunningEnd { cancel, unpaid, past_due };
struct Options {
  std::string catalog_text;
  std::string catalog_name = "catalog";  ///< for messages
  std::uint64_t seed = 1;
  TimeMs start_ms = 0;    ///< 0 = the system's clock, plus what was advanced
  int draft_minutes = 0;  ///< how long a renewal's invoice is a draft
  int dunning_days = 14;
  DunningEnd dunning_end = DunningEnd::cancel;
};

/// A session of the customer portal, as the page needs it.
struct Portal {
  std::string customer;
  std::string return_url;
  std::string configuration;
  json::value flow;  ///< null, or {type, …} as Stripe renders it
};

/// Metadata of a product that is one tier of a catalog's product: whose tier it is.
inline constexpr std::string_view family_metadata = "catalog_product";

enum class DisputeOutcome { opened, won, lost };
enum class PayoutOutcome { paid, failed, canceled };

class World;

class Sandbox {
 public:
  /// Throws Failure(invalid) where the catalog cannot be read.
  explicit Sandbox(const Options &options);
  ~Sandbox();
  Sandbox(const Sandbox &) = delete;
  Sandbox &operator=(const Sandbox &) = delete;

  /// The API, faults and idempotency included.
  Response api(const Request &request);
  /// The same for pages and C: as the holder of the key, without faults. `target` = path with query.
  Response ask(std::string_view method, std::string_view target, std::string_view form = {});

  // The buyer. `session` = cs_…
  Paid pay(std::string_view session, const Buyer &buyer = {});
  void abandon(std::string_view session);
  /// Where the trial would end if it were paid now; 0 = there is none.
  std::int64_t trial_end_s(std::string_view session) const;

  // The customer in the portal.
  void cancel(std::string_view subscription, bool at_period_end);
  void resume(std::string_view subscription);
  void swap(std::string_view subscription, std::string_view price, std::int64_t quantity);
  void card(std::string_view customer, Card card);
  /// The holder agrees to a payment that waits for that.
  void confirm(std::string_view payment);

  // The host's people in the dashboard. `payment` = ch_, pi_, in_, cs_, or sub_: its newest payment.
  void refund(std::string_view payment, std::int64_t amount);
  void dispute(std::string_view payment, DisputeOutcome outcome);
  void pause(std::string_view subscription, std::string_view behavior, TimeMs resumes_at_ms);
  void unpause(std::string_view subscription);
  void delete_customer(std::string_view customer);
  /// `product` = prod_…, or a price of it by id or lookup key.
  void entitle(std::string_view product, std::string_view feature);
  /// acct_….
  std::string connect();
  void end_payout(std::string_view payout, PayoutOutcome outcome);
  /// By the id or by the last part of its URL; nullopt where there is none.
  std::optional<Portal> portal(std::string_view session) const;

  // Time.
  TimeMs now_ms() const;
  void advance(TimeMs duration_ms);

  // Webhooks.
  Report deliver(const Deliver &how, const Sink &sink);
  std::string rotate_secret();
  std::string webhook_secret() const;
  std::string connect_secret() const;
  void resend(std::string_view event);
  /// An event of this type about an object as it is now.
  void tell(std::string_view type, std::string_view object);

  void fail(const Fault &fault);

  const std::string &secret_key() const;
  /// Where sessions made from now on have their pages, e.g. `http://127.0.0.1:12111`: checkout at `<base>/c/pay/<session id>`, portal at
  /// `<base>/p/session/<token>`. Empty = Stripe's own addresses.
  void set_page_base(std::string base);
  /// Where pages deliver what they caused; empty = nowhere.
  void set_webhook_url(std::string url);
  std::string webhook_url() const;

 private:
  std::unique_ptr<World> world_;
};

}  // namespace purser::sandbox
