// One account as the host sees it, and the host's own link.
#include "domain/account.hpp"
#include "domain/entitlement.hpp"
#include "engine/impl.hpp"

namespace purser::engine {
namespace {

constexpr std::size_t customer_max_bytes = 255;

void require_account(std::string_view account) {
  if (!domain::valid_account(account))
    throw Failure(Status::invalid, "account_invalid", "an account id is 1 to 200 bytes without control characters", "account");
}

}  // namespace

AccountView Engine::Impl::account_read(std::string_view account, std::optional<TimeMs> at) {
  require_account(account);
  const TimeMs moment = at.value_or(now_ms());
  const auto policy = catalog();
  AccountView view;
  view.account = account;
  view.mode = name(config_.mode);
  std::vector<domain::Grant> grants;
  read([&](ports::SqlSession &db) {
    for (store::GrantRow &row : store::grants_of(db, account)) grants.push_back(std::move(row.grant));
    for (const store::CustomerKey &key : store::customers_naming(db, account))
      if (view.customer.empty() && store::linked_account(db, key) == account) view.customer = key.customer;
    view.state_hash = state_hash(db, account);
  });
  const domain::Entitlement held = domain::entitlement(grants, *policy, moment);
  for (const auto &[product, tier] : held.tiers) view.tiers.push_back({product, tier});
  view.features.assign(held.features.begin(), held.features.end());
  for (const auto &[meter, limit] : held.limits) view.limits.push_back({meter, limit, policy->meter(meter)->window});
  for (domain::Grant &g : grants)
    view.grants.push_back({g.product, g.tier, g.cause, g.subscription, g.item, g.price, g.status, std::string(domain::reason(g, moment)),
                           g.quantity, g.valid_until_ms, g.unconfirmed, g.period_end_ms, g.trial_end_ms});
  return view;
}

LinkMade Engine::Impl::account_link(std::string_view account, std::string_view customer) {
  require_account(account);
  if (!customer.starts_with("cus_") || customer.size() > customer_max_bytes || !domain::valid_account(customer.substr(0, 200)))
    throw Failure(Status::invalid, "customer_invalid", "a Stripe customer id starts with cus_ and has at most 255 bytes", "customer");
  LinkMade made;
  write([&](ports::SqlSession &db, const World &world, Sequence &sequence) {
    Change change(db, world, now_ms(), sequence);
    if (change.erased_object(customer))
      throw Failure(Status::conflict, "customer_erased",
                    "expected a customer whose data was not erased, found one of which nothing is kept any more; make a new one",
                    "customer");
    made = change.link(std::string(account), std::string(customer), Change::OnConflict::refuse);
    return change.published();
  });
  return made;
}

}  // namespace purser::engine
