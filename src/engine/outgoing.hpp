// What the outgoing use cases share: intents and their effect, customers, prices, and what is fetched on the way.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/change.hpp"
#include "engine/keyed_lock.hpp"
#include "engine/stripe_api.hpp"
#include "store/intent.hpp"
#include "stripe/response.hpp"

namespace purser::engine {

/// The engine's store as these use cases see it.
class Books {
 public:
  virtual ~Books() = default;
  virtual void read(const std::function<void(ports::SqlSession &)> &body) = 0;
  /// One write transaction; `body` gets a fresh Change.
  virtual void change(const std::function<void(ports::SqlSession &, Change &)> &body) = 0;
  virtual std::shared_ptr<const domain::Catalog> catalog() const = 0;
};

inline constexpr const char *cancel_kind = "cancel";

/// An offer with the price that stands at Stripe for it.
struct PricedOffer {
  std::shared_ptr<const domain::Catalog> catalog;  ///< what `offer` points into
  domain::Offer offer;
  std::string price;  ///< price_…
};

class Outgoing {
 public:
  Outgoing(Books &books, const Config &config, const Ports &ports, const StripeApi &api)
      : books_(books), config_(config), ports_(ports), api_(api), livemode_(config.mode == Mode::live) {}

  Checkout checkout_create(const CheckoutWish &wish);                                                               // checkout.cpp
  Confirmation checkout_confirm(const std::string &account, const std::string &session, const Deadline &deadline);  // confirm.cpp
  Portal portal_create(const PortalWish &wish);                                                                     // portal.cpp
  Settlement settle(std::int64_t limit, std::int64_t older_than_ms, const Deadline &deadline);                      // outbox.cpp
  bool anything_open(std::int64_t older_than_ms);                                                                   // outbox.cpp
  Closed account_close(const std::string &account, domain::CloseWhen when, const Deadline &deadline);               // close.cpp

 private:
  /// A subscription of an account, as folded.
  struct Standing {
    std::string id;
    domain::Subscription subscription;
    bool live() const { return !domain::terminal_status(subscription.status) && subscription.status != "incomplete"; }
  };

  // outbox.cpp
  store::IntentRow new_intent(const std::string &account, const char *kind, const std::string &claim, std::string_view path,
                              const stripe::Form &form);
  /// Stores the intent and its claim, unless another process took the claim meanwhile.
  bool claim(const store::IntentRow &intent, const std::string &expected);
  /// Sends it, or looks up what became of it, and keeps what is known then. `error` is of the last answer.
  void carry_out(store::IntentRow &intent, Error &error, const Deadline &deadline);
  void send(store::IntentRow &intent, Error &error, const Deadline &deadline);
  void look_up(store::IntentRow &intent, Error &error, const Deadline &deadline);
  void made(store::IntentRow &intent, const json::object &object, std::int64_t date_s, std::int64_t lo_s);
  void keep(const store::IntentRow &intent);

  // close.cpp
  void require_not_closed(const std::string &account);
  std::vector<Standing> refreshed_standings(const std::string &account, const Deadline &deadline);
  void expire_open_sessions(const std::string &account, const Deadline &deadline);
  void cancel(const std::string &account, const Standing &standing, domain::CloseWhen when, Error &error, const Deadline &deadline);
  void settle_cancel(const std::string &account, const Standing &standing);
  /// Cancelling twice is cancelling once: no key is needed, and none that could replay a failure is used.
  void carry_out_cancel(store::IntentRow &intent, Error &error, const Deadline &deadline);
  Closed closed_now(const std::string &account);

  // customer.cpp
  std::vector<Standing> standings(ports::SqlSession &db, std::string_view account);
  /// Linked to the account and not deleted; those with a live subscription first.
  std::vector<std::string> customers(std::string_view account);
  /// The account's Stripe customer; makes one where there is none. `unusable`: ids that Stripe does not know any more.
  std::string customer_for(const CheckoutWish &wish, const std::set<std::string> &unusable, const Deadline &deadline, bool &is_new);
  /// Every subscription of the customer as Stripe has it now.
  void refresh_subscriptions(const std::string &account, const std::string &customer, const Deadline &deadline);

  // price.cpp
  PricedOffer priced(const domain::OfferWish &wish, const Deadline &deadline);
  stripe::PriceFacts price_at_stripe(const domain::Price &price, const Deadline &deadline);
  std::string promotion_code_for(std::string_view code, const Deadline &deadline);

  // checkout.cpp
  std::optional<Checkout> attempt(const CheckoutWish &wish, const PricedOffer &priced, const std::string &promotion,
                                  std::set<std::string> &unusable, const Deadline &deadline);
  bool means_same(ports::SqlSession &db, const Standing &standing, const domain::Offer &offer, const domain::Catalog &catalog);
  bool refreshed(const std::string &account, const std::string &customer, std::set<std::string> &unusable, const Deadline &deadline);
  void refresh_others(const std::string &account, const std::string &customer, std::set<std::string> &unusable, const Deadline &deadline);
  struct Had {
    bool ever = false;  ///< a subscription of the same, ended ones included: no second trial
    std::string live;   ///< sub_… that lives; empty for none
  };
  Had had_before(const std::string &account, const PricedOffer &priced);
  void clear_the_way(domain::ClaimStep step, store::IntentRow &claimed, const Deadline &deadline);
  domain::SessionState session_state(const store::IntentRow &intent, const Deadline &deadline);

  // portal.cpp
  Standing chosen_subscription(const std::string &account, const domain::Product *product, const domain::Catalog &catalog);
  bool item_is_of(const domain::SubscriptionItem &item, const domain::Product *product, const domain::Catalog &catalog);

  // confirm.cpp
  struct Taken {
    domain::Outcome outcome = domain::Outcome::recorded;
    bool unconfirmed = false;
  };
  struct Fetched {
    json::value object;
    std::int64_t date_s = 0, lo_s = 0;
  };
  /// The session, and the subscription it made.
  std::vector<Fetched> fetch_session(const std::string &session, const Deadline &deadline);
  Taken take_in(const std::vector<Fetched> &fetched);

  TimeMs now_ms() const { return ports_.clock->exact_ms(); }
  std::string random_id(std::string_view prefix) const;
  domain::ObjectKey key(const char *type, std::string id) const { return {livemode_, "", type, std::move(id)}; }

  Books &books_;
  const Config &config_;
  const Ports &ports_;
  const StripeApi &api_;
  const bool livemode_;
  KeyedLock accounts_;  ///< one checkout, closing or settlement of an account at a time in this process
  std::mutex prices_mutex_;
  struct KnownPrice {
    stripe::PriceFacts facts;
    TimeMs seen_at_ms = 0;
  };
  std::map<std::string, KnownPrice, std::less<>> prices_;
};

}  // namespace purser::engine
