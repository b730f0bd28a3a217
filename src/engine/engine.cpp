// The facade: every verb in one line, its body in the file of its use case.
#include "engine/engine.hpp"

#include "engine/impl.hpp"

namespace purser::engine {

const char *name(Mode mode) {
  switch (mode) {
    case Mode::live: return "live";
    case Mode::test: return "test";
    case Mode::sandbox: return "sandbox";
    case Mode::offline: return "offline";
    case Mode::as_stamped: break;
  }
  return "";
}

Engine::Engine(Config config, Ports ports) : impl_(std::make_unique<Impl>(std::move(config), std::move(ports))) {}
Engine::~Engine() = default;

Receipt Engine::webhook_receive(std::string_view body, std::string_view signature, std::string_view endpoint,
                                std::int64_t deadline_ms) noexcept {
  return impl_->receive(body, signature, endpoint, deadline_ms);
}
void Engine::webhook_begin(std::string body, std::string signature, std::string endpoint, Answer answer) noexcept {
  impl_->begin(std::move(body), std::move(signature), std::move(endpoint), answer);
}
bool Engine::work() noexcept { return impl_->work(); }
ReplayReport Engine::replay(std::string_view documents, bool totals) { return impl_->replay(documents, totals); }
PolicyApplied Engine::catalog_apply(std::string_view text, std::string_view source_name, const domain::Environment &environment) {
  return impl_->catalog_apply(text, source_name, environment);
}
void Engine::secrets_set(std::string_view endpoint, std::vector<std::string> secrets) { impl_->secrets_set(endpoint, std::move(secrets)); }
AccountView Engine::account_read(std::string_view account, std::optional<TimeMs> at) { return impl_->account_read(account, at); }
LinkMade Engine::account_link(std::string_view account, std::string_view customer) { return impl_->account_link(account, customer); }
Table Engine::query(std::string_view sql, std::int64_t row_limit) { return impl_->query(sql, row_limit); }
CatalogListed Engine::catalog_read() { return impl_->catalog_read(); }
Checkout Engine::checkout_create(const CheckoutWish &wish) { return impl_->outgoing().checkout_create(wish); }
Confirmation Engine::checkout_confirm(std::string_view account, std::string_view session, std::int64_t deadline_ms) {
  return impl_->outgoing().checkout_confirm(std::string(account), std::string(session), Deadline(deadline_ms));
}
Portal Engine::portal_create(const PortalWish &wish) { return impl_->outgoing().portal_create(wish); }
Settlement Engine::outbox_settle(std::int64_t limit, std::int64_t older_than_ms, std::int64_t deadline_ms) {
  return impl_->outgoing().settle(limit, older_than_ms, Deadline(deadline_ms));
}
bool Engine::can_ask() const { return impl_->can_ask(); }
bool Engine::outbox_open(std::int64_t older_than_ms) const { return impl_->outgoing().anything_open(older_than_ms); }
GapsFetched Engine::gap_fetch(std::int64_t limit, std::int64_t deadline_ms) { return impl_->gaps().fetch(limit, Deadline(deadline_ms)); }
Swept Engine::event_sweep(TimeMs since_ms, std::int64_t deadline_ms) { return impl_->gaps().sweep(since_ms, Deadline(deadline_ms)); }
ParkedList Engine::parked_list(std::int64_t limit, std::string_view after, bool foreign) {
  return impl_->parked_list(limit, after, foreign);
}
Health Engine::health_read() { return impl_->health_read(); }
bool Engine::gap_due() const { return impl_->gaps().due(); }
InvoiceList Engine::invoice_list(std::string_view account, std::int64_t limit, std::string_view after) {
  return impl_->invoice_list(account, limit, after);
}
Billing Engine::billing_read(std::string_view account, std::optional<TimeMs> at) { return impl_->billing_read(account, at); }
Earnings Engine::earning_read(std::string_view stripe_account, std::int64_t limit, std::string_view after) {
  return impl_->earning_read(stripe_account, limit, after);
}
Closed Engine::account_close(std::string_view account, domain::CloseWhen when, std::int64_t deadline_ms) {
  return impl_->outgoing().account_close(std::string(account), when, Deadline(deadline_ms));
}
Erased Engine::account_erase(std::string_view account) { return impl_->account_erase(account); }
Exported Engine::account_export(std::string_view account) { return impl_->account_export(account); }
LedgerVerified Engine::ledger_verify(std::optional<std::string_view> account) { return impl_->ledger_verify(account); }
Tidied Engine::store_tidy(std::int64_t budget_ms) { return impl_->store_tidy(budget_ms); }
Changes Engine::change_next(std::string_view consumer, std::int64_t limit) { return impl_->change_next(consumer, limit); }
Cursor Engine::change_done(std::string_view consumer, std::int64_t seq) { return impl_->change_done(consumer, seq); }
int Engine::check(std::string_view account, std::string_view feature) const noexcept { return impl_->check(account, feature); }
const char *Engine::tier(std::string_view account, std::string_view product) const noexcept { return impl_->tier(account, product); }
void Engine::refresh() { impl_->refresh(); }
void Engine::come_due() { impl_->come_due(); }
TimeMs Engine::now_ms() const { return impl_->now_ms(); }

}  // namespace purser::engine
