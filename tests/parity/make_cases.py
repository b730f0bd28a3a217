"""Writes cases.json and sandbox.json: make_cases.py [--check]. Signatures are computed here, so that no runner needs to sign."""

import hashlib
import hmac
import json
import sys
from pathlib import Path

import sandbox_cases

NOW_S = 1_700_000_000
MONTH_S = 30 * 86400
SECRET = "whsec_of_the_parity_table"
OLD_SECRET = "whsec_the_one_before_it"
AWAY = "whsec_of_another_endpoint"

cases = []


def case(name, verb, given, *printed):
    cases.append({"name": name, "verb": verb, "in": given, "print": list(printed)})


def signature(body, secret=SECRET, at=NOW_S):
    return f"t={at},v1=" + hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()


def signed(body, **how):
    return {"body": body, "signature": signature(body, **how)}


def event(n, lookup_key="ultralead_full_month", account=None, kind="customer.subscription.created", id=None, **subscription):
    price = {"id": f"price_of_{lookup_key}", "lookup_key": lookup_key}
    item = {"id": f"si_{n}", "quantity": 1, "current_period_start": NOW_S, "current_period_end": NOW_S + MONTH_S, "price": price}
    metadata = {"purser_account": account} if account else {}
    shape = {"id": f"sub_{n}", "object": "subscription", "customer": f"cus_{n}", "status": "active", "metadata": metadata,
             "items": {"object": "list", "data": [item]}, **subscription}
    document = {"id": id or f"evt_{n}", "object": "event", "type": kind, "created": NOW_S, "livemode": False, "data": {"object": shape}}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


RECEIPT = ["outcome", "http_status", "event_id", "event_type", "account", "reason", "message", "unconfirmed"]
VERDICT = ["accepted", "verdict", "message", "event_id", "event_type", "thin", "livemode", "created_ms"]
ACCOUNT = ["account", "mode", "customer", "tiers.*.product", "tiers.*.tier", "features", "limits.*.meter", "limits.*.limit", "limits.*.window", "state_hash"]
GRANTS = [f"grants.*.{field}" for field in ("product", "tier", "cause", "subscription", "item", "price", "status", "reason", "quantity", "valid_until_ms", "unconfirmed")]
REPLAY = ["documents", "outcomes.*.outcome", "outcomes.*.count", "refused.*.line", "refused.*.reason", "refused.*.message", "accounts", "subscriptions", "grants", "state_hash"]
ANSWER = ["columns", "row_count", "truncated", "rows"]
LATER = (NOW_S + 60 * 86400) * 1000
ANN = "änn 日本 \"quoted\" \\ 🎈"


def verify():
    ping = '{"id":"evt_ping","object":"event","type":"invoice.paid","created":1700000000,"livemode":true}'
    thin = '{"id":"evt_thin","object":"v2.core.event","type":"v1.billing.meter.error_report_triggered","created":"2023-11-14T22:13:20.000Z","livemode":false}'
    now = {"now_ms": NOW_S * 1000}
    case("verify_accepted", "webhook_verify", {**signed(ping), "secrets": [OLD_SECRET, SECRET], **now}, *VERDICT)
    case("verify_thin", "webhook_verify", {**signed(thin), "secrets": [SECRET], **now}, *VERDICT)
    case("verify_other_secret", "webhook_verify", {**signed(ping), "secrets": [OLD_SECRET], **now}, *VERDICT)
    case("verify_no_secret", "webhook_verify", {**signed(ping), "secrets": [], **now}, *VERDICT)
    case("verify_placeholder", "webhook_verify", {**signed(ping), "secrets": ["whsec_..."], **now}, *VERDICT)
    case("verify_no_header", "webhook_verify", {"body": ping, "secrets": [SECRET], **now}, *VERDICT)
    case("verify_empty_body", "webhook_verify", {**signed(""), "secrets": [SECRET], **now}, *VERDICT)
    case("verify_too_old", "webhook_verify", {**signed(ping, at=NOW_S - 301), "secrets": [SECRET], **now}, *VERDICT)
    case("verify_at_the_edge", "webhook_verify", {**signed(ping, at=NOW_S - 300), "secrets": [SECRET], **now}, *VERDICT)
    case("verify_own_tolerance", "webhook_verify", {**signed(ping, at=NOW_S - 301), "secrets": [SECRET], "tolerance_s": 301, **now}, *VERDICT)
    case("verify_future", "webhook_verify", {**signed(ping, at=NOW_S + 301), "secrets": [SECRET], **now}, *VERDICT)
    case("verify_negative_tolerance", "webhook_verify", {**signed(ping), "secrets": [SECRET], "tolerance_s": -1, **now}, *VERDICT)
    duplicate = '{"id":"evt_a","id":"evt_b"}'
    case("verify_duplicate_key", "webhook_verify", {**signed(duplicate), "secrets": [SECRET], **now}, *VERDICT)
    case("verify_not_json", "webhook_verify", {**signed("a\tb\n\u0001"), "secrets": [SECRET], **now}, *VERDICT)


def receive():
    first = event(1, account="acct_1")
    case("check_before", "check", {"account": "acct_1", "feature": "crm"}, "value")
    case("receive_applied", "webhook_receive", signed(first), *RECEIPT)
    case("receive_duplicate", "webhook_receive", signed(first), *RECEIPT)
    case("check_after", "check", {"account": "acct_1", "feature": "crm"}, "value")
    case("check_other_feature", "check", {"account": "acct_1", "feature": "no_such"}, "value")
    case("check_empty", "check", {"account": "", "feature": ""}, "value")
    case("tier_held", "tier", {"account": "acct_1", "product": "ultralead"}, "value")
    case("tier_fallback", "tier", {"account": "nobody", "product": "ultralead"}, "value")
    case("tier_unknown_product", "tier", {"account": "acct_1", "product": "no_such"}, "value")
    case("receive_parked", "webhook_receive", signed(event(2)), *RECEIPT)
    case("receive_unmapped", "webhook_receive", signed(event(3, lookup_key="not_in_the_catalog", account="acct_3")), *RECEIPT)
    case("receive_foreign", "webhook_receive", signed(event(4, lookup_key="of_another_shop")), *RECEIPT)
    case("receive_recorded", "webhook_receive", signed('{"id":"evt_5","object":"event","type":"balance.available","created":1700000000,"livemode":false,"data":{"object":{"object":"balance"}}}'), *RECEIPT)
    case("receive_test_event", "webhook_receive", signed(event(6, account="acct_6", id="evt_00000000000000")), *RECEIPT)
    case("receive_no_created", "webhook_receive", signed('{"id":"evt_7","object":"event","type":"customer.updated","livemode":false,"data":{"object":{"id":"cus_7","object":"customer"}}}'), *RECEIPT)
    case("receive_bad_signature", "webhook_receive", {"body": first, "signature": signature(first, OLD_SECRET)}, *RECEIPT)
    case("receive_nothing", "webhook_receive", {}, *RECEIPT)
    case("receive_too_big", "webhook_receive", {"body": {"repeat": ["x", 1048577]}, "signature": "t=1,v1=00"}, *RECEIPT)
    case("receive_long_header", "webhook_receive", {"body": first, "signature": {"repeat": ["v1=0,", 2000]}}, *RECEIPT)
    case("receive_unknown_endpoint", "webhook_receive", {**signed(first), "endpoint": "away"}, *RECEIPT)
    case("secrets_new_endpoint", "secrets_set", {"endpoint": "away", "secrets": [AWAY]}, "secrets")
    case("receive_new_endpoint", "webhook_receive", {**signed(event(8, account=ANN), secret=AWAY), "endpoint": "away"}, *RECEIPT)
    case("secrets_roll", "secrets_set", {"secrets": [OLD_SECRET, SECRET]}, "secrets")
    case("receive_old_secret", "webhook_receive", signed(event(9, account="acct_9"), secret=OLD_SECRET), *RECEIPT)
    case("secrets_blank", "secrets_set", {"secrets": [" "]}, "secrets")
    case("secrets_api_key", "secrets_set", {"secrets": ["sk_test_0123456789"]}, "secrets")


def accounts():
    case("read_held", "account_read", {"account": "acct_1"}, *ACCOUNT, *GRANTS)
    case("read_later", "account_read", {"account": "acct_1", "at_ms": LATER}, "tiers.3.product", "tiers.3.tier", "grants.0.reason", "grants.0.valid_until_ms")
    case("read_unknown", "account_read", {"account": "nobody"}, *ACCOUNT, *GRANTS)
    case("read_any_text", "account_read", {"account": ANN}, "account", "customer", "grants.0.subscription")
    case("read_empty_id", "account_read", {"account": ""})
    case("read_long_id", "account_read", {"account": {"repeat": ["a", 201]}})
    case("read_longest_id", "account_read", {"account": {"repeat": ["a", 200]}}, "account")
    case("read_negative_deadline", "account_read", {"account": "acct_1", "deadline_ms": -1})
    case("link_parked", "account_link", {"account": "acct_2", "customer": "cus_2"}, "changed", "subscriptions")
    case("check_linked", "check", {"account": "acct_2", "feature": "crm"}, "value")
    case("link_again", "account_link", {"account": "acct_2", "customer": "cus_2"}, "changed", "subscriptions")
    case("link_conflict", "account_link", {"account": "acct_1", "customer": "cus_2"}, "changed")
    case("link_unseen", "account_link", {"account": "acct_10", "customer": "cus_10"}, "changed", "subscriptions")
    case("link_no_customer", "account_link", {"account": "acct_2", "customer": ""}, "changed")


def replays():
    cancelled = event(1, account="acct_1", id="evt_20", kind="customer.subscription.updated", cancel_at=NOW_S + 86400)
    lines = "\n".join([cancelled, event(10, lookup_key="email_pool_month"), '{"purser":"link","account":"acct_11","customer":"cus_11"}', "not json", '["a list"]', ""])
    case("replay_lines", "event_replay", {"documents": lines, "totals": True}, *REPLAY)
    case("replay_again", "event_replay", {"documents": lines, "totals": False}, *REPLAY)
    case("replay_empty", "event_replay", {"documents": ""}, *REPLAY)
    case("read_cancelled", "account_read", {"account": "acct_1", "at_ms": (NOW_S + 86400) * 1000}, "tiers.3.tier", "grants.0.reason", "grants.0.valid_until_ms")
    case("read_add_on", "account_read", {"account": "acct_10"}, "limits.*.limit", "grants.*.tier", "grants.*.cause")


LISTED = [f"invoices.*.{field}" for field in ("invoice", "number", "status", "subscription", "billing_reason", "currency", "total", "amount_due", "amount_paid", "amount_remaining",
                                             "amount_refunded", "disputed", "attempt_count", "created_ms", "due_ms", "next_attempt_ms", "period_start_ms", "period_end_ms",
                                             "hosted_url", "pdf_url")]
HELD = [f"subscriptions.*.{field}" for field in ("subscription", "customer", "status", "items", "collection_method", "period_start_ms", "period_end_ms", "trial_end_ms", "cancels_at_ms",
                                                "ended_ms", "paused", "schedule", "unconfirmed")]
TOLD = [f"notices.*.{field}" for field in ("kind", "subscription", "invoice", "currency", "amount", "at_ms", "url")] + [f"owed.*.{field}" for field in ("currency", "amount", "invoices")]
EARNED = ["stripe_account", "charges_enabled", "payouts_enabled", *(f"sums.*.{field}" for field in ("currency", "accrued", "reversed", "reserved", "paid", "failed", "available")),
          *(f"entries.*.{field}" for field in ("kind", "id", "status", "currency", "amount", "reversed", "created_ms", "arrival_ms")), "next"]
PARKED = [f"objects.*.{field}" for field in ("type", "id", "customer", "suggestion", "outcome", "stripe_account", "since_ms")]
HEALTH = ["events", "gaps", "gaps_per_1000_events", "waiting_gaps", "oldest_gap_ms", "fetches", "not_found", "unconfirmed", "mismatched_renderings", "swept_missed", "swept_until_ms",
          "late", "parked", "foreign", "quarantined"]


def invoice(n, number, status, remaining, id):
    line = {"id": f"il_{number}", "period": {"start": NOW_S, "end": NOW_S + MONTH_S}, "amount": 49900}
    shape = {"id": f"in_{number}", "object": "invoice", "customer": f"cus_{n}", "number": number, "status": status, "currency": "usd", "total": 49900, "amount_due": 49900,
             "amount_paid": 49900 - remaining, "amount_remaining": remaining, "attempt_count": 1, "attempted": True, "created": NOW_S, "billing_reason": "subscription_cycle",
             "hosted_invoice_url": f"https://invoice.stripe.com/i/{number}", "parent": {"type": "subscription_details", "subscription_details": {"subscription": f"sub_{n}"}},
             "lines": {"object": "list", "data": [line]}}
    kind = "invoice.paid" if status == "paid" else "invoice.payment_failed"
    return json.dumps({"id": id, "object": "event", "type": kind, "created": NOW_S, "livemode": False, "data": {"object": shape}}, separators=(",", ":"))


def billing():
    case("invoice_paid", "webhook_receive", signed(invoice(1, "A-1", "paid", 0, "evt_30")), *RECEIPT)
    case("invoice_failed", "webhook_receive", signed(invoice(1, "A-2", "open", 49900, "evt_31")), *RECEIPT)
    case("invoices", "invoice_list", {"account": "acct_1"}, *LISTED)
    case("invoices_first", "invoice_list", {"account": "acct_1", "limit": 1}, "invoices.*.number")
    cases[-1]["keep"] = {"second": "next"}
    case("invoices_second", "invoice_list", {"account": "acct_1", "limit": 1, "after": {"kept": "second"}}, "invoices.*.number", "next")
    case("invoices_of_nobody", "invoice_list", {"account": "nobody"}, *LISTED, "next")
    case("invoices_no_account", "invoice_list", {"account": ""}, "next")
    case("invoices_limit", "invoice_list", {"account": "acct_1", "limit": 1001}, "next")
    case("invoices_bad_page", "invoice_list", {"account": "acct_1", "after": "no page"}, "next")
    case("billing", "billing_read", {"account": "acct_1"}, "account", "customer", *HELD, *TOLD)
    case("billing_later", "billing_read", {"account": "acct_1", "at_ms": LATER}, *TOLD)
    case("billing_of_nobody", "billing_read", {"account": "nobody"}, "account", "customer", *HELD, *TOLD)
    case("billing_no_account", "billing_read", {"account": ""}, "customer")
    case("earnings_none", "earning_read", {"stripe_account": "acct_connected"}, *EARNED)
    case("earnings_no_account", "earning_read", {"stripe_account": ""}, *EARNED)


def inbound():
    case("receive_another_parked", "webhook_receive", signed(event(12)), "outcome")
    case("parked_all", "parked_list", {}, *PARKED, "next")
    case("parked_foreign", "parked_list", {"foreign": True}, *PARKED, "next")
    case("parked_limit", "parked_list", {"limit": -1}, "next")
    case("health", "health_read", {}, *HEALTH)
    case("gaps_offline", "gap_fetch", {"limit": 5}, "fetched")
    case("gaps_limit", "gap_fetch", {"limit": 1001}, "fetched")
    case("sweep_offline", "event_sweep", {}, "listed")
    case("sweep_negative", "event_sweep", {"since_ms": -1}, "listed")
    case("tidy", "store_tidy", {"budget_ms": 100}, "payloads", "compacted", "forgotten", "more")
    case("tidy_too_long", "store_tidy", {"budget_ms": 3600001}, "more")
    case("ledger_all", "ledger_verify", {}, "intact", "erased", "broken.*.account", "broken.*.account_key", "broken.*.seq")
    case("ledger_one", "ledger_verify", {"account": "acct_1"}, "intact", "chains", "erased")
    case("ledger_of_nobody", "ledger_verify", {"account": "nobody"}, "intact")


def ends():
    case("close_offline", "account_close", {"account": "acct_1", "when": "now"}, "subscriptions")
    case("close_nobody", "account_close", {"account": "nobody"}, "subscriptions")
    case("close_no_account", "account_close", {"account": ""}, "subscriptions")
    case("export", "account_export", {"account": "acct_1"}, "payloads")
    case("export_nobody", "account_export", {"account": "nobody"}, "payloads")
    case("erase_living", "account_erase", {"account": "acct_1"}, "customers")
    case("erase_nobody", "account_erase", {"account": "nobody"}, "customers")
    ended = event(1, account="acct_1", id="evt_40", kind="customer.subscription.deleted", status="canceled", ended_at=NOW_S)
    case("ended", "event_replay", {"documents": ended}, "documents")
    case("erase", "account_erase", {"account": "acct_1"}, "customers", "objects", "payloads", "intents")
    case("erase_again", "account_erase", {"account": "acct_1"}, "customers")
    case("read_erased", "account_read", {"account": "acct_1"}, "customer", "grants.*.tier")
    case("receive_erased", "webhook_receive", signed(event(1, account="acct_1", id="evt_41")), "outcome", "http_status", "account")
    case("ledger_erased", "ledger_verify", {}, "intact", "erased")


def catalogs():
    mistakes = '{"purser_catalog": 1, "features": {"crm": "CRM"}, "products": {"app": {"fallback": "none", "tiers": {"free": {"features": ["cmr"]}}}}}'
    small = """{
  "purser_catalog": 1, // comments are allowed
  "features": {"crm": "CRM"},
  "meters": {"seats": {"window": "lifetime"}},
  "products": {"ultralead": {"fallback": "free", "tiers": {"free": {}, "full": {"features": ["crm"], "limits": {"seats": "unlimited"},
    "prices": [{"lookup_key": "ultralead_full_month", "currency": "usd", "interval": "month", "unit_amount": 49900}]}}}}
}"""
    case("catalog_mistakes", "catalog_apply", {"text": mistakes, "source_name": "mistakes.json"}, "version")
    case("catalog_no_file", "catalog_apply", {"path": "no/such/catalog.json"}, "version")
    case("catalog_nothing", "catalog_apply", {}, "version")
    case("catalog_both", "catalog_apply", {"path": "a", "text": "{}"}, "version")
    case("catalog_too_big", "catalog_apply", {"text": {"repeat": [" ", 1048577]}}, "version")
    case("catalog_other", "catalog_apply", {"text": small}, "version", "changed", "accounts")
    case("catalog_same", "catalog_apply", {"text": small}, "version", "changed", "accounts")
    case("read_other_catalog", "account_read", {"account": "acct_1"}, *ACCOUNT)
    case("check_other_catalog", "check", {"account": "acct_2", "feature": "crm"}, "value")


def queries():
    every = "select 1 as \"one\", -9007199254740991 as least, 2.5 as real, -0.125, 'ä\"\\' || char(10, 9, 127, 0) || 'z' as text, x'00ff7f' as bytes, null as none"
    case("query_every_type", "query", {"sql": every}, *ANSWER)
    case("query_no_rows", "query", {"sql": "select 1 as a where 0"}, *ANSWER)
    case("query_limited", "query", {"sql": "with recursive n(i) as (select 1 union all select i + 1 from n where i < 9) select i from n", "row_limit": 3}, *ANSWER)
    case("query_events", "query", {"sql": "select count(*) as events from purser_v_event"}, *ANSWER)
    case("query_would_write", "query", {"sql": "delete from purser_events"}, "row_count")
    case("query_wrong", "query", {"sql": "select from"}, "row_count")
    case("query_empty", "query", {"sql": ""}, "row_count")
    case("query_negative_limit", "query", {"sql": "select 1", "row_limit": -1}, "row_count")


def opens():
    memory = {"store": "sqlite::memory:"}
    case("open_offline", "open", {**memory, "mode": "offline"})
    case("open_unknown_mode", "open", {**memory, "mode": "staging"})
    case("open_no_store", "open", {"store": ""})
    case("open_must_exist", "open", {"store": "sqlite:no/such/store.db", "mode": "offline", "must_exist": True})
    case("open_placeholder", "open", {**memory, "mode": "test", "webhook_secrets": ["whsec_..."]})
    case("open_no_secrets", "open", {**memory, "mode": "test", "webhook_secrets": []})
    case("open_no_catalog", "open", {**memory, "mode": "test", "catalog": "no/such/catalog.json"})
    case("open_many_threads", "open", {**memory, "mode": "offline", "threads": 65})


def table():
    for part in (verify, receive, accounts, replays, billing, inbound, catalogs, queries, ends, opens):
        part()
    return {"catalog": "examples/catalog.json", "now_ms": NOW_S * 1000, "webhook_secrets": [SECRET], "cases": cases}


def main(arguments):
    here = Path(__file__).parent
    for file, whole in ((here / "cases.json", table()), (here / "sandbox.json", sandbox_cases.table())):
        text = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
        if arguments != ["--check"]:
            file.write_text(text, encoding="utf-8")
        elif file.read_text(encoding="utf-8") != text:
            sys.exit(f"{file.name} is not what make_cases.py writes: run it again and commit both")


if __name__ == "__main__":
    main(sys.argv[1:])
