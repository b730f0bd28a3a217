"""Writes cases.json. Run it after a change: python3 tests/parity/make.py"""
import hashlib
import hmac
import json
import pathlib

NOW_S = 1_750_000_000
DAY_S = 86_400
SECRET = "whsec_parity_0123456789abcdef"


def subscription(n, key, **more):
    item = {"id": f"si_{n}", "object": "subscription_item", "quantity": 1, "current_period_start": NOW_S, "current_period_end": NOW_S + 30 * DAY_S,
            "price": {"id": f"price_{n}", "object": "price", "lookup_key": key}}
    return {"id": f"sub_{n}", "object": "subscription", "customer": f"cus_{n}", "status": "active", "cancel_at_period_end": False, "metadata": {},
            "items": {"object": "list", "data": [item]}, **more}


def event(id, object, kind="created", at=NOW_S, before=None, **more):
    data = {"object": object} if before is None else {"object": object, "previous_attributes": before}
    return json.dumps({"id": id, "object": "event", "api_version": "2026-06-24.dahlia", "livemode": False, "type": f"customer.subscription.{kind}", "created": at,
                       "data": data, **more}, separators=(",", ":"), ensure_ascii=False)


def signed(body, at=NOW_S, secret=SECRET):
    return f"t={at},v1=" + hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()


def outcome(name):
    order = ["rejected", "applied", "applied_unmapped", "duplicate", "parked", "foreign", "recorded", "late", "test_event", "quarantined"]
    return f"outcomes.{order.index(name)}.count"


VIEW = ["account", "mode", "customer", "features", "grants.count"]
full = subscription(1, "ultralead_full_month", metadata={"purser_account": "acct_1"})
parked = subscription(2, "leadsite-ai_pro_month", customer="cus_2")
past_due = {**full, "status": "past_due"}
add_on = subscription(3, "email_pool_month", customer="cus_1")
unmapped = subscription(4, "another_product_month", metadata={"purser_account": "acct_4"})
foreign = subscription(5, "another_product_month", customer="cus_5")
wide = subscription(6, "leadsite-io_starter_month", metadata={"purser_account": "Zoë/日本 🚀"})
delivered = event("evt_parity_verify", full)

CASES = [
    ("policy", "catalog_apply", {"path": "examples/catalog.json"}, ["version", "changed", "accounts"]),
    ("policy text is wrong", "catalog_apply", {"text": "{\"purser_catalog\": 1", "source_name": "text"}, []),
    ("policy file is not there", "catalog_apply", {"path": "examples/no-such-catalog.json"}, []),
    ("policy without a source", "catalog_apply", {}, []),
    ("empty store", "event_replay", {"documents": "\n", "totals": True}, ["documents", "accounts", "subscriptions", "grants", "state_hash"]),
    ("fallback tiers", "account_read", {"account": "nobody"}, VIEW + ["tiers.count", "tiers.0.product", "tiers.0.tier", "tiers.3.product", "tiers.3.tier", "limits.count", "limits.0.meter", "limits.0.limit"]),
    ("no access yet", "check", {"account": "acct_1", "feature": "crm"}, ["value"]),
    ("fallback tier", "tier", {"account": "acct_1", "product": "ultralead"}, ["value"]),
    ("a subscription", "event_replay", {"documents": event("evt_p1", full)}, ["documents", outcome("applied"), "refused.count", "state_hash"]),
    ("its access", "check", {"account": "acct_1", "feature": "crm"}, ["value"]),
    ("its tier", "tier", {"account": "acct_1", "product": "ultralead"}, ["value"]),
    ("another feature", "check", {"account": "acct_1", "feature": "no_such_feature"}, ["value"]),
    ("another product", "tier", {"account": "acct_1", "product": "no_such_product"}, ["value"]),
    ("no account", "check", {"account": "", "feature": "crm"}, ["value"]),
    ("an account too long", "check", {"account": "a" * 201, "feature": "crm"}, ["value"]),
    ("its grants", "account_read", {"account": "acct_1"}, VIEW + ["grants.0." + f for f in ("product", "tier", "cause", "subscription", "item", "price", "status", "reason", "quantity", "valid_until_ms", "unconfirmed")] + ["limits.0.meter", "limits.0.limit", "limits.0.window", "state_hash"]),
    ("unlimited", "account_read", {"account": "acct_1"}, [f"limits.{i}.{f}" for i in range(8) for f in ("meter", "limit")]),
    ("much later", "account_read", {"account": "acct_1", "at_ms": (NOW_S + 60 * DAY_S) * 1000}, ["features", "grants.0.reason", "grants.0.valid_until_ms"]),
    ("the same again", "event_replay", {"documents": event("evt_p1", full)}, [outcome("duplicate"), outcome("applied")]),
    ("nobody's", "event_replay", {"documents": event("evt_p2", parked)}, [outcome("parked"), outcome("applied")]),
    ("linked", "account_link", {"account": "acct_2", "customer": "cus_2"}, ["changed", "subscriptions"]),
    ("linked again", "account_link", {"account": "acct_2", "customer": "cus_2"}, ["changed", "subscriptions"]),
    ("linked to another", "account_link", {"account": "acct_3", "customer": "cus_2"}, []),
    ("its tier after the link", "tier", {"account": "acct_2", "product": "leadsite-ai"}, ["value"]),
    ("by an alias", "tier", {"account": "acct_2", "product": "leadsite_ai"}, ["value"]),
    ("a link without a customer", "account_link", {"account": "acct_2"}, []),
    ("several documents", "event_replay", {"documents": "\n".join([event("evt_p3", add_on), event("evt_p4", unmapped), event("evt_p5", foreign), "{not json", event("evt_000000000000000", full)]), "totals": True},
     ["documents", outcome("applied"), outcome("applied_unmapped"), outcome("foreign"), outcome("test_event"), "refused.count", "refused.0.line", "accounts", "subscriptions", "grants", "state_hash"]),
    ("an add-on beside a tier", "account_read", {"account": "acct_1"}, ["grants.count", "grants.0.cause", "grants.1.cause", "grants.1.tier", "grants.1.product"]),
    ("past due", "event_replay", {"documents": event("evt_p6", past_due, "updated", NOW_S + 5, {"status": "active"})}, [outcome("applied")]),
    ("in its grace", "account_read", {"account": "acct_1"}, ["grants.0.status", "grants.0.reason", "grants.0.valid_until_ms"]),
    ("letters of the world", "event_replay", {"documents": event("evt_p7", wide)}, [outcome("applied")]),
    ("their account", "account_read", {"account": "Zoë/日本 🚀"}, ["account", "customer", "features"]),
    ("their check", "check", {"account": "Zoë/日本 🚀", "feature": "leads"}, ["value"]),
    ("read without an account", "account_read", {}, []),
    ("read of an account too long", "account_read", {"account": "a" * 201}, []),
    ("a query", "query", {"sql": "select 1, -2, 2.5, 'text', null, x'00ff', 9223372036854775807"}, ["columns", "row_count", "truncated"] + [f"rows.0.{i}" for i in range(7)]),
    ("a query cut off", "query", {"sql": "select 1 union all select 2 union all select 3", "row_limit": 2}, ["row_count", "truncated", "rows.1.0"]),
    ("a query that writes", "query", {"sql": "delete from purser_events"}, []),
    ("a query that is wrong", "query", {"sql": "select from"}, []),
    ("a query of nothing", "query", {}, []),
    ("a right signature", "webhook_verify", {"body": delivered, "signature": signed(delivered), "secrets": [SECRET], "now_ms": NOW_S * 1000}, ["accepted", "verdict", "event_id", "event_type", "thin", "livemode", "created_ms"]),
    ("the second of two secrets", "webhook_verify", {"body": delivered, "signature": signed(delivered), "secrets": ["whsec_an_older_one_123456", SECRET], "now_ms": NOW_S * 1000}, ["accepted", "verdict"]),
    ("a changed body", "webhook_verify", {"body": delivered + " ", "signature": signed(delivered), "secrets": [SECRET], "now_ms": NOW_S * 1000}, ["accepted", "verdict", "event_id"]),
    ("too old", "webhook_verify", {"body": delivered, "signature": signed(delivered), "secrets": [SECRET], "now_ms": (NOW_S + 301) * 1000}, ["accepted", "verdict"]),
    ("old enough", "webhook_verify", {"body": delivered, "signature": signed(delivered), "secrets": [SECRET], "now_ms": (NOW_S + 301) * 1000, "tolerance_s": 600}, ["accepted", "verdict"]),
    ("no signature", "webhook_verify", {"body": delivered, "secrets": [SECRET], "now_ms": NOW_S * 1000}, ["accepted", "verdict"]),
    ("no secret", "webhook_verify", {"body": delivered, "signature": signed(delivered), "now_ms": NOW_S * 1000}, ["accepted", "verdict"]),
    ("delivery without a secret", "webhook_receive", {"body": delivered, "signature": signed(delivered)}, ["outcome", "http_status", "reason"]),
    ("a placeholder", "secrets_set", {"secrets": ["PLACEHOLDER_ADD_YOUR_KEY"]}, []),
    ("secrets", "secrets_set", {"secrets": [SECRET]}, ["secrets"]),
    ("delivery", "webhook_receive", {"body": delivered, "signature": signed(delivered)}, ["outcome", "http_status", "event_id", "event_type", "account", "reason", "unconfirmed"]),
    ("delivery with a wrong signature", "webhook_receive", {"body": delivered, "signature": signed(delivered, secret="whsec_somebody_elses_123456")}, ["outcome", "http_status", "event_id", "reason"]),
    ("delivery without a body", "webhook_receive", {}, ["outcome", "http_status", "reason"]),
    ("to an endpoint that is not there", "webhook_receive", {"body": delivered, "signature": signed(delivered), "endpoint": "second"}, ["outcome", "http_status", "reason"]),
    ("the end", "event_replay", {"documents": "\n", "totals": True}, ["accounts", "subscriptions", "grants", "state_hash"]),
]

table = {"catalog": "examples/catalog.json", "now_ms": NOW_S * 1000, "cases": [dict(zip(("name", "verb", "in", "print"), c)) for c in CASES]}
path = pathlib.Path(__file__).with_name("cases.json")
path.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n")
print(f"{len(CASES)} cases")
