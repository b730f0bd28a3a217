#include "store/migrations.hpp"

#include <array>

namespace purser::store {
namespace {

// Keys: (livemode, stripe_account, object_type, object_id) names a Stripe object; `account` is the host's own id and the first column
// of every key that belongs to an account. Times: *_ms unix milliseconds, *_s Stripe's unix seconds.
constexpr const char *version_1 = R"sql(
CREATE TABLE purser_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) {without_rowid};
CREATE TABLE purser_counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL) {without_rowid};
INSERT INTO purser_counters (name, value) VALUES ('sequence', 0);

CREATE TABLE purser_policies (
  version {rowid} PRIMARY KEY, hash TEXT NOT NULL, catalog TEXT NOT NULL, applied_at_ms BIGINT NOT NULL);

CREATE TABLE purser_events (
  seq {rowid} PRIMARY KEY, livemode BIGINT NOT NULL, stripe_account TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
  api_version TEXT NOT NULL, created_s BIGINT NOT NULL, object_type TEXT NOT NULL, object_id TEXT NOT NULL,
  outcome BIGINT NOT NULL, reason TEXT NOT NULL, payload_hash BYTEA NOT NULL, received_at_ms BIGINT NOT NULL);
CREATE UNIQUE INDEX purser_events_id ON purser_events (livemode, stripe_account, id);

CREATE TABLE purser_payloads (
  seq {rowid} PRIMARY KEY, event_seq BIGINT NOT NULL, api_version TEXT NOT NULL, body BYTEA NOT NULL, received_at_ms BIGINT NOT NULL);
CREATE INDEX purser_payloads_event ON purser_payloads (event_seq, api_version) WHERE seq <> event_seq;

CREATE TABLE purser_quarantine (
  seq {rowid} PRIMARY KEY, event TEXT NOT NULL, type TEXT NOT NULL, outcome BIGINT NOT NULL, reason TEXT NOT NULL,
  body BYTEA NOT NULL, received_at_ms BIGINT NOT NULL);

CREATE TABLE purser_observations (
  livemode BIGINT NOT NULL, stripe_account TEXT NOT NULL, object_type TEXT NOT NULL, object_id TEXT NOT NULL,
  terminal BIGINT NOT NULL, created_s BIGINT NOT NULL, event TEXT NOT NULL, kind BIGINT NOT NULL, api_version TEXT NOT NULL,
  pre BYTEA, post BYTEA NOT NULL, source BIGINT NOT NULL, incomplete BIGINT NOT NULL, period_start_s BIGINT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (livemode, stripe_account, object_type, object_id, terminal, created_s, event)) {without_rowid};

CREATE TABLE purser_fetches (
  livemode BIGINT NOT NULL, stripe_account TEXT NOT NULL, object_type TEXT NOT NULL, object_id TEXT NOT NULL,
  terminal BIGINT NOT NULL, date_s BIGINT NOT NULL, lo_s BIGINT NOT NULL, state BYTEA NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (livemode, stripe_account, object_type, object_id, terminal, date_s, lo_s, state)) {without_rowid};

CREATE TABLE purser_objects (
  livemode BIGINT NOT NULL, stripe_account TEXT NOT NULL, object_type TEXT NOT NULL, object_id TEXT NOT NULL,
  customer TEXT NOT NULL, record TEXT NOT NULL, state BYTEA NOT NULL, doubt BIGINT NOT NULL, outcome BIGINT NOT NULL,
  unmapped TEXT NOT NULL,
  PRIMARY KEY (livemode, stripe_account, object_type, object_id)) {without_rowid};
CREATE INDEX purser_objects_customer ON purser_objects (customer, object_type);

CREATE TABLE purser_price_keys (
  price TEXT NOT NULL, lookup_key TEXT NOT NULL, livemode BIGINT NOT NULL, stripe_account TEXT NOT NULL,
  created_s BIGINT NOT NULL, fact TEXT NOT NULL,
  PRIMARY KEY (price, livemode, stripe_account, lookup_key)) {without_rowid};

CREATE TABLE purser_links (
  customer TEXT NOT NULL, livemode BIGINT NOT NULL, stripe_account TEXT NOT NULL, source BIGINT NOT NULL, account TEXT NOT NULL,
  created_s BIGINT NOT NULL, fact TEXT NOT NULL,
  PRIMARY KEY (customer, livemode, stripe_account, source, account)) {without_rowid};
CREATE INDEX purser_links_account ON purser_links (account);

CREATE TABLE purser_accounts (
  account TEXT PRIMARY KEY, account_key BYTEA NOT NULL, ledger_seq BIGINT NOT NULL, ledger_head BYTEA NOT NULL,
  changed BIGINT NOT NULL, created_at_ms BIGINT NOT NULL) {without_rowid};
CREATE INDEX purser_accounts_changed ON purser_accounts (changed);

CREATE TABLE purser_grants (
  account TEXT NOT NULL, livemode BIGINT NOT NULL, stripe_account TEXT NOT NULL, subscription TEXT NOT NULL, item TEXT NOT NULL,
  product TEXT NOT NULL, tier TEXT NOT NULL, cause TEXT NOT NULL, price TEXT NOT NULL, customer TEXT NOT NULL, status TEXT NOT NULL,
  quantity BIGINT NOT NULL, valid_until_ms BIGINT NOT NULL, exact BIGINT NOT NULL, unconfirmed BIGINT NOT NULL,
  PRIMARY KEY (account, livemode, stripe_account, subscription, item)) {without_rowid};

CREATE TABLE purser_ledger (
  account_key BYTEA NOT NULL, seq BIGINT NOT NULL, at_ms BIGINT NOT NULL, cause TEXT NOT NULL, facts TEXT NOT NULL,
  payload_hash BYTEA NOT NULL, previous BYTEA NOT NULL, mac BYTEA NOT NULL,
  PRIMARY KEY (account_key, seq)) {without_rowid};

CREATE VIEW purser_v_account AS
  SELECT a.account AS account,
         (SELECT min(l.customer) FROM purser_links l WHERE l.account = a.account) AS customer,
         (SELECT count(*) FROM purser_grants g WHERE g.account = a.account) AS grants,
         (SELECT max(g.valid_until_ms) FROM purser_grants g WHERE g.account = a.account) AS valid_until_ms,
         a.ledger_seq AS ledger_entries, a.created_at_ms AS created_at_ms
  FROM purser_accounts a;
CREATE VIEW purser_v_grant AS
  SELECT account, product, tier, cause, subscription, item, price, customer, status, quantity, valid_until_ms, unconfirmed, livemode,
         stripe_account
  FROM purser_grants;
CREATE VIEW purser_v_object AS
  SELECT object_type AS type, object_id AS id, customer, record, doubt, outcome, unmapped, livemode, stripe_account FROM purser_objects;
CREATE VIEW purser_v_subscription AS
  SELECT object_id AS subscription, customer, record, doubt, outcome, unmapped, livemode, stripe_account
  FROM purser_objects WHERE object_type = 'subscription';
CREATE VIEW purser_v_customer AS
  SELECT object_id AS customer, record, doubt, livemode, stripe_account FROM purser_objects WHERE object_type = 'customer';
CREATE VIEW purser_v_link AS
  SELECT customer, account, CASE source WHEN 0 THEN 'host' ELSE 'metadata' END AS source, livemode, stripe_account FROM purser_links;
CREATE VIEW purser_v_event AS
  SELECT seq, id, type, api_version, created_s, object_type, object_id, outcome, reason, received_at_ms, livemode, stripe_account
  FROM purser_events
  UNION ALL
  SELECT seq, event, type, '', 0, '', '', outcome, reason, received_at_ms, 0, '' FROM purser_quarantine;
CREATE VIEW purser_v_ledger AS
  SELECT a.account AS account, l.seq AS seq, l.at_ms AS at_ms, l.cause AS cause, l.facts AS facts
  FROM purser_ledger l JOIN purser_accounts a ON a.account_key = l.account_key;
CREATE VIEW purser_v_policy AS SELECT version, hash, applied_at_ms FROM purser_policies;
CREATE VIEW purser_v_finding AS
  SELECT 'price_not_in_catalog' AS finding, object_id AS object, unmapped AS detail FROM purser_objects WHERE unmapped <> ''
  UNION ALL
  SELECT 'unconfirmed', object_id, object_type FROM purser_objects WHERE doubt <> 0
  UNION ALL
  SELECT 'customer_with_two_accounts', customer, min(account) || ', ' || max(account) FROM purser_links
    GROUP BY customer, stripe_account HAVING min(account) <> max(account)
  UNION ALL
  SELECT reason, event, type FROM purser_quarantine;
)sql";

// Outgoing: intents (the outbox), claims, the change feed. purser_tiers holds the tiers as announced, fallbacks left out;
// purser_accounts.due_at_ms is the next moment at which time alone changes what an account holds.
constexpr const char *version_2 = R"sql(
ALTER TABLE purser_accounts ADD COLUMN due_at_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX purser_accounts_due ON purser_accounts (due_at_ms);

CREATE TABLE purser_tiers (
  account TEXT NOT NULL, product TEXT NOT NULL, tier TEXT NOT NULL, customer TEXT NOT NULL, subscription TEXT NOT NULL,
  since_ms BIGINT NOT NULL, PRIMARY KEY (account, product)) {without_rowid};

CREATE TABLE purser_changes (
  account TEXT NOT NULL, seq BIGINT NOT NULL, product TEXT NOT NULL, tier_before TEXT NOT NULL, tier TEXT NOT NULL, cause TEXT NOT NULL,
  customer TEXT NOT NULL, subscription TEXT NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (account, seq)) {without_rowid};
CREATE UNIQUE INDEX purser_changes_seq ON purser_changes (seq);

CREATE TABLE purser_consumers (consumer TEXT PRIMARY KEY, seq BIGINT NOT NULL, moved_at_ms BIGINT NOT NULL) {without_rowid};

CREATE TABLE purser_intents (
  account TEXT NOT NULL, intent TEXT NOT NULL, kind TEXT NOT NULL, claim TEXT NOT NULL, state BIGINT NOT NULL, path TEXT NOT NULL,
  form TEXT NOT NULL, fingerprint TEXT NOT NULL, price TEXT NOT NULL, object TEXT NOT NULL, url TEXT NOT NULL, expires_at_ms BIGINT NOT NULL,
  error TEXT NOT NULL, request_id TEXT NOT NULL, tries BIGINT NOT NULL, created_at_ms BIGINT NOT NULL, tried_at_ms BIGINT NOT NULL,
  PRIMARY KEY (account, intent)) {without_rowid};
CREATE INDEX purser_intents_open ON purser_intents (tried_at_ms) WHERE state = 0 OR state = 3;

CREATE TABLE purser_claims (account TEXT NOT NULL, claim TEXT NOT NULL, intent TEXT NOT NULL, PRIMARY KEY (account, claim)) {without_rowid};

CREATE VIEW purser_v_tier AS SELECT account, product, tier, customer, subscription, since_ms FROM purser_tiers;
CREATE VIEW purser_v_change AS
  SELECT seq, account, product, tier_before, tier, cause, customer, subscription, at_ms FROM purser_changes;
CREATE VIEW purser_v_credit AS
  SELECT account, tier AS item, quantity, price, customer, item AS session, livemode, stripe_account FROM purser_grants WHERE cause = 'credit';
CREATE VIEW purser_v_intent AS
  SELECT account, intent, kind, claim, CASE state WHEN 0 THEN 'open' WHEN 1 THEN 'done' WHEN 2 THEN 'failed' ELSE 'unknown' END AS state,
         price, object, expires_at_ms, error, request_id, tries, created_at_ms, tried_at_ms
  FROM purser_intents;
)sql";

// Inbound. purser_gaps: objects to fetch, and why. purser_mentions: which object names which other id (an invoice its payment_intent, a
// refund its charge), so that money finds what it was paid for. purser_erased: keyed hashes of ids whose data is gone and must stay gone;
// purser_erasures: erasures that are not finished (without an account: only the file must still be scrubbed).
// purser_objects: expect_at_ms = when something must have happened at Stripe, seen_at_ms = first seen, boundary_s = facts before it are
// in one checkpoint, finding = what an operator should know of it.
constexpr const char *version_3 = R"sql(
ALTER TABLE purser_objects ADD COLUMN expect_at_ms BIGINT NOT NULL DEFAULT 9223372036854775807;
ALTER TABLE purser_objects ADD COLUMN seen_at_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purser_objects ADD COLUMN boundary_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purser_objects ADD COLUMN finding TEXT NOT NULL DEFAULT '';
CREATE INDEX purser_objects_expect ON purser_objects (expect_at_ms) WHERE expect_at_ms < 9223372036854775807;
CREATE INDEX purser_objects_nobodys ON purser_objects (outcome, seen_at_ms) WHERE outcome IN (4, 5);

CREATE TABLE purser_gaps (
  livemode BIGINT NOT NULL, stripe_account TEXT NOT NULL, object_type TEXT NOT NULL, object_id TEXT NOT NULL, reason TEXT NOT NULL,
  since_ms BIGINT NOT NULL, due_at_ms BIGINT NOT NULL, tries BIGINT NOT NULL, held_until_ms BIGINT NOT NULL,
  PRIMARY KEY (livemode, stripe_account, object_type, object_id)) {without_rowid};
CREATE INDEX purser_gaps_due ON purser_gaps (due_at_ms);

CREATE TABLE purser_mentions (
  mentioned TEXT NOT NULL, livemode BIGINT NOT NULL, stripe_account TEXT NOT NULL, object_type TEXT NOT NULL, object_id TEXT NOT NULL,
  PRIMARY KEY (mentioned, livemode, stripe_account, object_type, object_id)) {without_rowid};

CREATE INDEX purser_mentions_object ON purser_mentions (object_id);

CREATE TABLE purser_erased (
  kind TEXT NOT NULL, name_hash BYTEA NOT NULL, account_key BYTEA NOT NULL, changed BIGINT NOT NULL, at_ms BIGINT NOT NULL,
  PRIMARY KEY (kind, name_hash)) {without_rowid};
CREATE INDEX purser_erased_changed ON purser_erased (changed) WHERE kind = 'account';
CREATE TABLE purser_erasures (
  account TEXT NOT NULL, account_key BYTEA NOT NULL, names TEXT NOT NULL, at_ms BIGINT NOT NULL,
  PRIMARY KEY (account, account_key)) {without_rowid};
CREATE INDEX purser_accounts_key ON purser_accounts (account_key);
ALTER TABLE purser_accounts ADD COLUMN closed_at_ms BIGINT NOT NULL DEFAULT 0;

ALTER TABLE purser_grants ADD COLUMN held_back TEXT NOT NULL DEFAULT '';
ALTER TABLE purser_grants ADD COLUMN period_end_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purser_grants ADD COLUMN trial_end_ms BIGINT NOT NULL DEFAULT 0;
DROP VIEW purser_v_grant;
CREATE VIEW purser_v_grant AS
  SELECT account, product, tier, cause, subscription, item, price, customer, status, quantity, valid_until_ms, unconfirmed, livemode,
         stripe_account, held_back, period_end_ms, trial_end_ms
  FROM purser_grants;

CREATE VIEW purser_v_gap AS
  SELECT object_type AS type, object_id AS id, reason, since_ms, due_at_ms, tries, livemode, stripe_account FROM purser_gaps;
DROP VIEW purser_v_finding;
CREATE VIEW purser_v_finding AS
  SELECT 'price_not_in_catalog' AS finding, object_id AS object, unmapped AS detail FROM purser_objects WHERE unmapped <> ''
  UNION ALL
  SELECT 'unconfirmed', object_id, object_type FROM purser_objects WHERE doubt <> 0
  UNION ALL
  SELECT 'price_drift', object_id, finding FROM purser_objects WHERE object_type = 'price' AND finding <> ''
  UNION ALL
  SELECT 'not_found_at_stripe', object_id, object_type FROM purser_gaps WHERE reason = 'not_found'
  UNION ALL
  SELECT 'customer_with_two_accounts', customer, min(account) || ', ' || max(account) FROM purser_links
    GROUP BY customer, stripe_account HAVING min(account) <> max(account)
  UNION ALL
  SELECT reason, event, type FROM purser_quarantine;
)sql";

constexpr std::array<Migration, 3> all{{{1, version_1}, {2, version_2}, {3, version_3}}};

}  // namespace

std::span<const Migration> migrations() { return all; }

}  // namespace purser::store
