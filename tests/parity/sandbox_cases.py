"""The cases of sandbox.json: money comes in, by the sandbox of one seed. They run in their order on one store.

No state_hash here: metadata.purser_intent is random, and part of what is observed.
"""

DAY_MS = 86_400_000
START_MS = 1_700_000_000_000
HOME = "https://app.example.com"
URLS = {"success_url": f"{HOME}/welcome?session={{CHECKOUT_SESSION_ID}}", "cancel_url": f"{HOME}/pricing"}
SUCCESS = {"success_url": f"{HOME}/welcome"}
BUY = {"account": "acct_1", "tier": "ultralead", "interval": "month"}

CHECKOUT = ["session_id", "url", "price", "customer", "mode", "expires_at_ms", "reused"]
CONFIRMATION = ["session_id", "status", "payment_status", "customer", "subscription", "outcome", "granted", "unconfirmed"]
PORTAL = ["session_id", "url", "customer"]
CHANGES = [f"changes.*.{field}" for field in ("seq", "account", "product", "tier_before", "tier", "cause", "customer", "subscription", "at_ms")] + ["cursor"]
ACCOUNT = ["customer", "tiers.*.tier", "features", "limits.*.limit", "grants.*.reason", "grants.*.status", "grants.*.valid_until_ms"]
LISTED = ["version", "tiers.*.kind", "tiers.*.tier", "tiers.*.trial_days", "offers.*.lookup_key", "offers.*.unit_amount", "features.*.feature", "limits.*.limit"]

cases = []


def case(name, verb, given, *printed, ends="ok", **keep):
    """`ends`: the reason of the error that is expected; what all languages agree on can still be wrong."""
    cases.append({"name": name, "verb": verb, "in": given, "print": list(printed), "ends": ends} | ({"keep": keep} if keep else {}))


def kept(name):
    return {"kept": name}


def refusals():
    case("catalog_listed", "catalog_read", {}, *LISTED)
    other, wrong = "origin_not_allowed", "url_invalid"
    for name, url, ends in (("other_origin", "https://app.example.com.evil.com/", other), ("no_scheme", "//evil.com", wrong), ("script", "javascript:alert(1)", wrong),
                            ("plain_http", "http://app.example.com/", other), ("user", "https://app.example.com@evil.com/", wrong), ("relative", "/welcome", wrong),
                            ("empty", "", "argument_missing")):
        case(f"buy_{name}", "checkout_create", {**BUY, "success_url": url}, *CHECKOUT, ends=ends)
    case("buy_cancel_elsewhere", "checkout_create", {**BUY, **SUCCESS, "cancel_url": "https://evil.com/"}, *CHECKOUT, ends="origin_not_allowed")
    for name, more, ends in (
        ("no_tier", {"tier": "ultraled"}, "tier_not_sold"), ("free", {"tier": "ultralead/free"}, "tier_not_sold"), ("several_tiers", {"tier": "leadsite-ai"}, "several_prices"),
        ("yearly", {"interval": "year"}, "price_not_sold"), ("currency", {"currency": "eur"}, "price_not_sold"), ("both", {"price": "ultralead_full_month"}, "argument_missing"),
        ("quantity", {"quantity": -1}, "argument_out_of_range"), ("long_name", {"name": {"repeat": ["n", 257]}}, "argument_too_long"),
        ("metadata", {"metadata": {"purser_account": "acct_2"}}, "metadata_key_taken"),
        ("promotion", {"promotion_code": "SPRING", "allow_promotion_codes": True}, "promotion_twice"),
    ):
        case(f"buy_{name}", "checkout_create", {**BUY, **SUCCESS, **more}, *CHECKOUT, ends=ends)
    case("buy_unknown_price", "checkout_create", {"account": "acct_1", "price": "price_of_another_shop", **SUCCESS}, *CHECKOUT, ends="price_not_in_catalog")
    case("buy_nothing", "checkout_create", {"account": "acct_1", **SUCCESS}, *CHECKOUT, ends="argument_missing")
    case("buy_nobody", "checkout_create", {"account": "", "tier": "ultralead", **SUCCESS}, *CHECKOUT, ends="argument_missing")
    case("portal_before", "portal_create", {"account": "acct_1", "return_url": f"{HOME}/"}, *PORTAL, ends="no_billing_account")
    case("confirm_unknown", "checkout_confirm", {"account": "acct_1", "session": "cs_test_unknown"}, *CONFIRMATION, ends="session_not_found")
    case("pay_unknown", "box_pay", {"session": "cs_test_unknown"}, ends="session_unknown")


def purchase():
    wish = {**BUY, **URLS, "email": "ann@example.com", "name": "Ann", "metadata": {"team": "blue", "ü": "ö"}}
    case("buy_first", "checkout_create", {**wish, "locale": "en"}, *CHECKOUT, replaced="session_id")
    case("buy", "checkout_create", {**wish, "locale": "de"}, *CHECKOUT, session="session_id", customer="customer")
    case("buy_again", "checkout_create", {**wish, "locale": "de"}, *CHECKOUT)
    case("pay_replaced", "box_pay", {"session": kept("replaced")}, ends="session_not_open")
    # Not its outcome: whether this fetch says anything new depends on how long the one before it took.
    case("confirm_too_soon", "checkout_confirm", {"account": "acct_1", "session": kept("session")}, *(field for field in CONFIRMATION if field != "outcome"))
    case("confirm_of_another", "checkout_confirm", {"account": "acct_2", "session": kept("session")}, *CONFIRMATION, ends="session_not_found")
    case("changes_before", "change_next", {"consumer": "users"}, *CHANGES)
    case("decline", "box_decline", {"session": kept("session")})
    case("pay", "box_pay", {"session": kept("session")})
    case("pay_again", "box_pay", {"session": kept("session")}, ends="session_not_open")
    case("check_before", "check", {"account": "acct_1", "feature": "crm"}, "value")
    case("confirm", "checkout_confirm", {"account": "acct_1", "session": kept("session")}, *CONFIRMATION, subscription="subscription")
    case("check_confirmed", "check", {"account": "acct_1", "feature": "crm"}, "value")
    case("deliver", "box_deliver", {"order": "shuffled", "repeat": 3})
    case("deliver_again", "box_deliver", {"order": "reversed"})
    case("read_bought", "account_read", {"account": "acct_1"}, *ACCOUNT)
    case("buy_held", "checkout_create", {**BUY, **URLS}, *CHECKOUT, ends="already_subscribed")
    case("changes", "change_next", {"consumer": "users", "limit": 1}, *CHANGES)
    case("changes_done", "change_done", {"consumer": "users", "seq": 1}, "seq")
    case("changes_done_again", "change_done", {"consumer": "users", "seq": 0}, "seq")
    case("changes_after", "change_next", {"consumer": "users"}, *CHANGES)
    case("changes_never_given", "change_done", {"consumer": "users", "seq": 1000000}, "seq", ends="seq_unknown")
    case("changes_nobody", "change_next", {"consumer": ""}, *CHANGES, ends="argument_missing")
    case("settle", "outbox_settle", {"limit": 10}, "settled", "failed", "open")


def portal():
    home = {"account": "acct_1", "return_url": f"{HOME}/account"}
    case("portal", "portal_create", home, *PORTAL)
    case("portal_cancel", "portal_create", {**home, "flow": "cancel"}, *PORTAL)
    case("portal_elsewhere", "portal_create", {**home, "return_url": "https://evil.com/"}, *PORTAL, ends="origin_not_allowed")
    case("portal_other_product", "portal_create", {**home, "flow": "cancel", "product": "leadsite-ai"}, *PORTAL, ends="no_subscription")
    case("cancel", "box_cancel", {"subscription": kept("subscription"), "at_period_end": True})
    case("cancel_delivered", "box_deliver", {})
    case("read_cancelled", "account_read", {"account": "acct_1"}, *ACCOUNT)
    case("resume", "box_resume", {"subscription": kept("subscription")})
    case("resume_delivered", "box_deliver", {"repeat": 2})
    case("read_resumed", "account_read", {"account": "acct_1"}, *ACCOUNT)
    case("cancel_now", "box_cancel", {"subscription": kept("subscription")})
    case("cancel_unknown", "box_cancel", {"subscription": "sub_unknown"}, ends="subscription_unknown")
    case("cancelled_delivered", "box_deliver", {"order": "shuffled"})
    case("check_cancelled", "check", {"account": "acct_1", "feature": "crm"}, "value")
    case("changes_cancelled", "change_next", {"consumer": "users"}, *CHANGES)


def failures():
    case("stripe_refuses", "box_fail", {"path": "/v1/checkout", "kind": "status", "status": 400})
    case("buy_refused", "checkout_create", {"account": "acct_3", "tier": "ultralead", **SUCCESS}, *CHECKOUT, ends="api_error")
    case("buy_one_time", "checkout_create", {"account": "acct_4", "tier": "additional_website", "quantity": 2, **SUCCESS}, *CHECKOUT, extra="session_id")
    case("pay_one_time", "box_pay", {"session": kept("extra")})
    case("one_time_delivered", "box_deliver", {"repeat": 2})
    case("read_one_time", "account_read", {"account": "acct_4"}, "tiers.*.tier", "limits.*.meter", "limits.*.limit")
    case("buy_monthly", "checkout_create", {"account": "acct_5", "tier": "leadsite-ai/pro", "trial_days": -1, **SUCCESS}, *CHECKOUT, monthly="session_id")
    case("pay_monthly", "box_pay", {"session": kept("monthly")})
    case("confirm_monthly", "checkout_confirm", {"account": "acct_5", "session": kept("monthly")}, "status", "granted", later="subscription")
    case("monthly_delivered", "box_deliver", {"order": "shuffled"})
    # One day after the renewal: within its slack. Beyond it the tier would end by time alone, at a moment of the background thread.
    case("month_passes", "box_advance", {"duration_ms": 31 * DAY_MS})
    case("renewals_delivered", "box_deliver", {"order": "reversed", "repeat": 2})
    case("read_renewed", "account_read", {"account": "acct_5"}, *ACCOUNT)
    case("changes_of_all", "change_next", {"consumer": "another"}, *CHANGES)
    inbound()
    # Last: from here on the outbox tries again by itself, in its own time.
    case("stripe_is_down", "box_fail", {"path": "/v1/checkout", "kind": "not_sent", "count": -1})
    case("buy_while_down", "checkout_create", {"account": "acct_3", "tier": "ultralead", "deadline_ms": 100, **SUCCESS}, ends="host")


def inbound():
    """What did not come, and an account's end, with Stripe asked."""
    # Not what was fetched: the engine's own thread may have been first.
    case("gap_fetch", "gap_fetch", {"limit": 10}, "failed", "not_found")
    case("cancel_untold", "box_cancel", {"subscription": kept("later"), "at_period_end": True})
    case("lost", "box_deliver", {"drop_percent": 100})
    case("read_untold", "billing_read", {"account": "acct_5"}, "notices.*.kind", "subscriptions.*.items")
    case("sweep", "event_sweep", {}, "listed")
    case("read_swept", "billing_read", {"account": "acct_5"}, "notices.*.kind", "notices.*.at_ms", "subscriptions.*.status", "subscriptions.*.cancels_at_ms", "owed.*.amount")
    case("invoices_bought", "invoice_list", {"account": "acct_5"}, "invoices.*.status", "invoices.*.total", "invoices.*.amount_remaining", "invoices.*.currency")
    case("close", "account_close", {"account": "acct_5", "when": "at_period_end"}, "subscriptions", "open", "ends_ms")
    case("close_now", "account_close", {"account": "acct_5", "when": "now"}, "subscriptions", "open", "ends_ms")
    case("buy_closed", "checkout_create", {"account": "acct_5", "tier": "ultralead", **SUCCESS}, *CHECKOUT, ends="account_closed")
    case("closed_delivered", "box_deliver", {})
    case("erase", "account_erase", {"account": "acct_5"}, "customers")
    case("ledger", "ledger_verify", {}, "intact", "erased")
    case("health", "health_read", {}, "unconfirmed", "mismatched_renderings", "quarantined")


def table():
    for part in (refusals, purchase, portal, failures):
        part()
    return {"catalog": "examples/catalog.json", "sandbox": {"seed": 7, "start_ms": START_MS}, "cases": cases}
