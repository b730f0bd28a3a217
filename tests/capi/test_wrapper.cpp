// include/purser.hpp: what C++ hosts write.
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 with a sanitizer takes an empty std::optional<std::string> in a temporary for a read of its text.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <purser.hpp>

#include "support.hpp"

using namespace capi_test;
using purser::Purser;

namespace {
purser::Config config(int threads = 1) {
  purser::Config made;
  made.threads = threads;
  made.store = "sqlite::memory:";
  made.mode = "offline";
  made.webhook_secrets = std::vector<std::string>{secret};
  return made;
}
}  // namespace

TEST_CASE("C++: the whole thread, in values") {
  std::vector<std::string> lines;
  std::mutex mutex;
  purser::Config with_log = config();
  with_log.on_log = [&](std::int32_t, std::string_view line) {
    const std::lock_guard lock(mutex);
    lines.emplace_back(line);
  };
  Purser store = Purser::open(with_log);
  CHECK(store.catalog_apply({.text = catalog_text}).changed);
  CHECK_FALSE(store.catalog_apply({.text = catalog_text}).changed);
  const std::string body = subscription_event("cpp", "acct_cpp");
  const purser::Receipt receipt = store.webhook_receive({.body = body, .signature = signature(body)});
  CHECK(receipt.http_status == 200);
  CHECK(receipt.outcome == PURSER_OUTCOME_APPLIED);
  CHECK(receipt.account == "acct_cpp");
  CHECK(store.check("acct_cpp", "crm"));
  CHECK_FALSE(store.check(std::string("acct_other"), std::string("crm")));
  CHECK(store.tier("acct_cpp", "app") == "pro");
  CHECK(store.tier("acct_cpp", "no such product") == std::nullopt);
  const purser::AccountView view = store.account_read({.account = "acct_cpp"});
  CHECK(view.customer == "cus_acct_cpp");
  REQUIRE(view.grants.size() == 1);
  CHECK(view.grants[0].reason == "active");
  CHECK(view.features == std::vector<std::string>{"crm", "leads"});
  REQUIRE(view.limits.size() == 1);
  CHECK(view.limits[0].limit == 3);
  CHECK(view.state_hash.size() == 64);
  CHECK(store.account_link({.account = "acct_cpp", .customer = "cus_host"}).changed);
  CHECK_FALSE(store.account_link({.account = "acct_cpp", .customer = "cus_host"}).changed);
  const purser::ReplayReport report = store.event_replay({.documents = body, .totals = true});
  CHECK(report.documents == 1);
  CHECK(report.outcomes.size() == 10);
  CHECK(report.grants == 1);
  CHECK(store.secrets_set({.secrets = {secret, "whsec_another1234567890another"}}).secrets == 2);
  const purser::QueryAnswer rows = store.query({.sql = "select 7, 'x', 1.5, x'00', null"});
  REQUIRE(rows.rows.size() == 1);
  CHECK(rows.rows[0] ==
        std::vector<purser::Value>{std::int64_t{7}, std::string("x"), 1.5, purser::Blob{std::string(1, '\0')}, std::monostate()});
  CHECK(Purser::webhook_verify({.body = body, .signature = signature(body), .secrets = {secret}}).accepted);
  CHECK(Purser::webhook_verify({.body = body, .signature = signature(body), .secrets = {""}}).verdict == "secret_empty");
  CHECK(purser::version() == PURSER_VERSION);
  CHECK(store.webhook_receive({.body = body, .signature = "t=1,v1=00"}).http_status == 400);
  CHECK(lines.size() > 0);
}

TEST_CASE("C++: errors are thrown with everything the C error says; a webhook never throws") {
  Purser store(config());
  try {
    store.account_read({.account = ""});
    FAIL("no error");
  } catch (const purser::Error &error) {
    CHECK(error.status() == PURSER_INVALID);
    CHECK(error.reason() == "argument_missing");
    CHECK(error.parameter() == "account");
    CHECK(error.what() == error.message());
  }
  CHECK(store.webhook_receive().http_status == 400);
  purser::Config wrong = config();
  wrong.mode = "production";
  CHECK_THROWS_AS(Purser(wrong), purser::Error);
}

TEST_CASE("C++: submitted calls end in a function; run_due drives; handles move") {
  Purser first(config(0));
  Purser store = std::move(first);
  store.catalog_apply({.text = catalog_text});
  std::optional<purser::Ended<purser::AccountView>> read;
  std::optional<purser::Ended<purser::Receipt>> received;
  const std::string body = subscription_event("async", "acct_async");
  store.webhook_receive_submit({.body = body, .signature = signature(body)},
                               [&](purser::Ended<purser::Receipt> ended) { received = std::move(ended); });
  const std::uint64_t id =
      store.account_read_submit({.account = "acct_async"}, [&](purser::Ended<purser::AccountView> ended) { read = std::move(ended); });
  store.cancel(id);
  CHECK(store.run_due() == 2);
  REQUIRE((read && received));
  CHECK(received->value->http_status == 200);
  CHECK(read->status == PURSER_CANCELED);
  CHECK_FALSE(read->value);
  CHECK(read->error->reason() == "canceled");
  store.close();
}
