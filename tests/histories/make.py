#!/usr/bin/env python3
"""Writes the committed histories: documents in tests/histories/*.jsonl, and beside each NAME.expected.json with what
`purser account show` must say after them, whatever their order and repetition; `also`: sums of connected accounts, prices' drift.

Rows are written in the notation of the fold's table: `+A@0` created in state A, `A>B@5` an update from A to B five seconds
later, `?B@5` an event without previous_attributes, `-X@9` deleted in state X, `X>Y!@9` an update into a terminal status,
`fetch B@100` an object that was read when the server's clock said 100. What must come out is written by hand in the rows; this
program knows nothing of the engine.  `make.py --check` fails when the committed files differ.
"""
import copy, json, pathlib, sys

HERE = pathlib.Path(__file__).resolve().parent
START = 1_760_000_000          # unix seconds; second 0 of every row
DAY = 86_400
PERIOD = 30 * DAY
GRACE, SLACK = 14 * DAY, 72 * 3600
CUSTOMER, ACCOUNT, CONNECTED = "cus_1", "acct_1", "acct_connected"
FEATURES = {"tier-a": ["a"], "tier-b": ["b"], "tier-c": ["c"], "tier-d": ["d"], "free": []}
SEATS = {"tier-a": 1, "tier-b": 2, "tier-c": 3, "tier-d": 4, "free": 0}


def item(letter, item_id="si_1"):
    return {"id": item_id, "object": "subscription_item", "quantity": 1, "metadata": {},
            "current_period_start": START, "current_period_end": START + PERIOD,
            "price": {"id": f"price_{letter.lower()}", "object": "price", "lookup_key": f"app_{letter.lower()}",
                      "currency": "usd", "type": "recurring"}}


def subscription(letter, **more):
    """State A…D: active on that tier. E: incomplete_expired, X: canceled, Y: canceled and touched again: all were on tier A."""
    dead = {"E": "incomplete_expired", "X": "canceled", "Y": "canceled"}.get(letter)
    o = {"id": "sub_1", "object": "subscription", "customer": CUSTOMER, "status": dead or "active", "livemode": False,
         "cancel_at": None, "cancel_at_period_end": False, "canceled_at": START + 50 if dead else None,
         "ended_at": START + 50 if dead else None, "collection_method": "charge_automatically", "created": START,
         "default_payment_method": "pm_1", "latest_invoice": "in_1", "pause_collection": None, "schedule": None,
         "trial_start": None, "trial_end": None, "metadata": {"purser_account": ACCOUNT},
         "items": {"object": "list", "data": [item("A" if dead else letter)]}}
    if letter == "Y":
        o["metadata"]["note"] = "touched"
    o.update(more)
    return o


def previous(before, after):
    """Stripe's previous_attributes: the changed keys with their old values; arrays whole, objects key by key."""
    out = {}
    for key in sorted(set(before) | set(after)):
        a, b = before.get(key), after.get(key)
        if a == b:
            continue
        both = isinstance(a, dict) and isinstance(b, dict)
        out[key] = previous(a, b) if both else copy.deepcopy(a)
    return out


def event(number, kind, at, obj, prev=None, version="2026-06-24.dahlia", **more):
    data = {"object": obj}
    if prev is not None:
        data["previous_attributes"] = prev
    return {"id": f"evt_{number:04d}", "object": "event", "api_version": version, "created": START + at, "livemode": False,
            "type": kind, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None}, "data": data, **more}


def fetch(letter, at, **more):
    return {"purser": "fetch", "date": START + at, "lo": START + at - 1, "object": subscription(letter, **more)}


def row(text):
    documents = []
    for number, word in enumerate(text.replace("fetch ", "fetch:").split(), 1):
        body, at = word.split("@")
        at, terminal = int(at), body.endswith("!")
        body = body.rstrip("!")
        if body.startswith("fetch:"):
            documents.append(fetch(body[6:], at))
        elif body[0] == "+":
            documents.append(event(number, "customer.subscription.created", at, subscription(body[1])))
        elif body[0] == "-":
            documents.append(event(number, "customer.subscription.deleted", at, subscription(body[1])))
        elif body[0] == "?":
            documents.append(event(number, "customer.subscription.trial_will_end", at, subscription(body[1])))
        else:
            a, b = body.split(">")
            before, after = subscription(a), subscription(b)
            documents.append(event(number, "customer.subscription.updated", at, after, previous(before, after)))
            assert not terminal or after["status"] != "active"
    return documents


def grant(tier, status="active", valid_until=None, reason="active", **more):
    g = {"tier": tier, "cause": "subscription", "subscription": "sub_1", "item": "si_1",
         "price": "price_" + tier.split("/")[1][-1] if "/" in tier else "price_pool", "status": status, "reason": reason,
         "valid_until_ms": (START + PERIOD + SLACK) * 1000 if valid_until is None else valid_until * 1000}
    g.update(more)
    return g


def show(tier, grants, account=ACCOUNT, customer=CUSTOMER, pool=False):
    features = sorted(FEATURES[tier] + (["pool"] if pool else []))
    limits = {"mails": {"limit": 800 if pool else 0, "window": "day"}, "seats": {"limit": SEATS[tier], "window": "lifetime"}}
    return {"account": account, "mode": "offline", "customer": customer, "tiers": {"app": tier}, "features": features,
            "limits": limits, "grants": grants}


def of_letter(letter, unconfirmed=False):
    if letter in "EXY":
        status = "incomplete_expired" if letter == "E" else "canceled"
        return show("free", [grant("app/tier-a", status, 0, "ended", unconfirmed=unconfirmed)])
    tier = f"tier-{letter.lower()}"
    return show(tier, [grant(f"app/{tier}", unconfirmed=unconfirmed)])


# The fold's table: facts → state, `?` = not decided (a guess, marked unconfirmed).
TABLE = {
    1: ("+A@0 A>B@0", "B"), 2: ("A>B@0", "B"), 3: ("+A@0 A>B@0 B>A@0", "A"), 4: ("+A@0 A>B@0 B>A@0 A>B@0", "B"),
    5: ("+A@0 A>B@0 C>D@0", "D?"), 6: ("+A@0 A>B@10 C>D@100", "D"), 7: ("+A@0 B>C@100", "C"), 8: ("+A@0 B>C@100 C>D@100", "D?"),
    9: ("+A@0 A>B@50 ?B@50", "B"), 10: ("+A@0 ?B@50", "B"), 11: ("+A@0 ?B@0", "B"), 12: ("+A@0 ?B@50 ?C@50", "C?"),
    13: ("A>B@50 -X@50", "X"), 14: ("-X@50 A>B@70", "X"), 15: ("-X@50 X>Y!@50", "Y"), 16: ("+A@0 A>E!@0", "E"),
    17: ("+A@2 A>B@0", "B"), 18: ("+A@3 A>B@1 B>C@2 C>D@1", "D"), 19: ("A>B@0 B>A@0", "A?"),
    20: ("+A@-99 A>B@-50 A>B@0 B>A@0", "B"), 21: ("A>B@50 B>B@50", "B"), 22: ("+A@0 A>B@50 C>C@50", "C?"),
    23: ("+A@0 A>B@50 A>B@50", "B?"), 24: ("+A@0 fetch B@100", "B"), 25: ("+A@0 fetch B@100 A>B@50", "B"),
    26: ("+A@0 fetch B@100 B>C@200", "C"), 27: ("fetch B@100 A>B@99", "B"), 28: ("fetch A@100 A>B@99", "A?"),
    29: ("fetch A@100 A>B@103", "B?"), 30: ("A>B@99 fetch A@100", "A?"), 31: ("A>B@99 fetch A@100 fetch B@120", "B"),
    32: ("-X@50 fetch A@52", "X"), 33: ("fetch X@40 A>B@50", "X"), 34: ("fetch B@100 +A@100", "B"),
    35: ("fetch B@100 +A@100 A>B@100", "B"), 36: ("+A@0 A>B@98 B>C@98 C>D@99 fetch D@100", "D"),
    37: ("+A@0 A>B@98 B>C@98 C>D@99 fetch B@98", "D?"), 38: ("fetch B@100", "B"), 39: ("fetch B@100 A>B@100 B>A@101", "B?"),
    40: ("-X@50 +A@0 fetch A@400", "X"), 41: ("+A@0 A>B@20 B>A@40 A>B@60 B>A@80", "A"),
    42: ("+A@0 A>B@0 " + " ".join("B>C@0 C>B@0" for _ in range(100)), "B"),
}


def table():
    for number, (text, answer) in TABLE.items():
        yield f"fold-{number:02d}", row(text), of_letter(answer[0], unconfirmed=answer.endswith("?"))


def old_shape(o):
    """The same subscription as an endpoint of 2020 renders it: the period on the subscription, plan beside price, discount."""
    o = copy.deepcopy(o)
    first = o["items"]["data"][0]
    o["current_period_start"], o["current_period_end"] = first["current_period_start"], first["current_period_end"]
    for i in o["items"]["data"]:
        del i["current_period_start"], i["current_period_end"]
        i["plan"] = {"id": i["price"]["id"], "object": "plan"}
    o["discount"] = None
    return o


def special():
    """Rows 43–52 of the table, as far as they are about facts and not about fetching."""
    new, old = subscription("A"), subscription("B")
    prev_new, prev_old = previous(new, old), previous(old_shape(new), old_shape(old))
    yield ("fold-43-two-renderings",
           [event(1, "customer.subscription.created", 0, new),
            event(2, "customer.subscription.updated", 9, old, prev_new),
            event(2, "customer.subscription.updated", 9, old_shape(old), prev_old, version="2020-08-27")], of_letter("B"))
    dummy = event(0, "customer.subscription.deleted", 5, subscription("X"))
    yield ("fold-44-dummy-ids",
           [event(1, "customer.subscription.created", 0, new), {**dummy, "id": "evt_00000000000000"},
            {**dummy, "id": "evt_000000000000000000000000"}], of_letter("A"))
    live = event(3, "customer.subscription.deleted", 5, {**subscription("X", customer="cus_other"), "metadata": {}})
    yield ("fold-45-other-livemode", [event(1, "customer.subscription.created", 0, new), {**live, "livemode": True}], of_letter("A"))
    noted = subscription("A", metadata={"purser_account": ACCOUNT, "k": "v"})
    yield ("fold-46-metadata-null",
           [event(1, "customer.subscription.created", 0, new),
            event(2, "customer.subscription.updated", 0, noted, {"metadata": {"k": None}}),
            event(3, "customer.subscription.updated", 0, subscription("B", metadata=noted["metadata"]),
                  previous(noted, subscription("B", metadata=noted["metadata"])))], of_letter("B"))
    two = subscription("A", items={"object": "list", "data": [item("A"), {**item("A", "si_2"), "price": {"id": "price_pool", "lookup_key": None}}]})
    yield ("fold-47-removed-item",
           [event(1, "customer.subscription.created", 0, two),
            event(2, "customer.subscription.updated", 0, new, {"items": {"data": two["items"]["data"]}})], of_letter("A"))
    paused = subscription("A", pause_collection={"behavior": "void", "resumes_at": None})
    yield ("fold-48-pause-and-resume",
           [event(1, "customer.subscription.created", 0, new),
            event(2, "customer.subscription.updated", 0, paused, {"pause_collection": None}),
            event(3, "customer.subscription.updated", 0, subscription("B"), {"pause_collection": {"behavior": "void", "resumes_at": None},
                  "items": {"data": new["items"]["data"]}})], of_letter("B"))
    session = {"id": "cs_1", "object": "checkout.session", "status": "complete", "payment_status": "paid", "mode": "subscription",
               "customer": CUSTOMER, "subscription": "sub_1", "metadata": {"purser_account": ACCOUNT}}
    invoice = {"id": "in_1", "object": "invoice", "customer": CUSTOMER, "status": "paid",
               "parent": {"subscription_details": {"subscription": "sub_1"}}}
    bare = subscription("A", metadata={})
    yield ("fold-49-session-and-invoice-first",
           [event(1, "checkout.session.completed", 1, session), event(2, "invoice.paid", 2, invoice),
            event(3, "customer.subscription.created", 0, bare), {"purser": "fetch", "date": START + 60, "lo": START + 59, "object": bare}],
           of_letter("A"))
    yield ("fold-50-linked-by-the-host",
           [{"purser": "link", "account": ACCOUNT, "customer": CUSTOMER}, event(1, "customer.subscription.created", 0, bare)], of_letter("A"))


def faults():
    """What other libraries get wrong because of order."""
    incomplete, active = subscription("A", status="incomplete"), subscription("A")
    yield ("created-after-updated",
           [event(1, "customer.subscription.created", 0, incomplete),
            event(2, "customer.subscription.updated", 0, active, {"status": "incomplete"})], of_letter("A"))
    yield ("updated-after-deleted",
           [event(1, "customer.subscription.created", 0, active),
            event(2, "customer.subscription.updated", 40, subscription("B"), previous(active, subscription("B"))),
            event(3, "customer.subscription.deleted", 40, subscription("X"))], of_letter("X"))
    customer = {"id": CUSTOMER, "object": "customer", "email": "ann@example.com", "livemode": False, "metadata": {}}
    yield ("customer-deleted-before-subscription",
           [event(1, "customer.created", 0, customer), event(2, "customer.subscription.created", 1, active),
            event(3, "customer.deleted", 30, customer), event(4, "customer.subscription.deleted", 30, subscription("X"))], of_letter("X"))
    addon = {**subscription("A"), "id": "sub_2", "items": {"object": "list", "data": [
        {**item("A", "si_2"), "price": {"id": "price_pool", "object": "price", "lookup_key": "pool_month"}}]}}
    gone = {**addon, "status": "canceled", "canceled_at": START + 50, "ended_at": START + 50}
    pool = grant("pool", cause="add_on", subscription="sub_2", item="si_2", price="price_pool")
    yield ("add-on-beside-the-tier",
           [event(1, "customer.subscription.created", 0, active), event(2, "customer.subscription.created", 5, addon)],
           show("tier-a", [grant("app/tier-a"), pool], pool=True))
    yield ("add-on-cancelled-keeps-the-tier",
           [event(1, "customer.subscription.created", 0, active), event(2, "customer.subscription.created", 5, addon),
            event(3, "customer.subscription.deleted", 50, gone)],
           show("tier-a", [grant("app/tier-a"), {**pool, "status": "canceled", "valid_until_ms": 0, "reason": "ended"}]))
    ends = subscription("A", cancel_at=START + PERIOD)
    yield ("portal-cancel-sets-only-cancel-at",
           [event(1, "customer.subscription.created", 0, active),
            event(2, "customer.subscription.updated", 20, ends, {"cancel_at": None})],
           show("tier-a", [grant("app/tier-a", valid_until=START + PERIOD)]))
    paused = subscription("A", pause_collection={"behavior": "mark_uncollectible", "resumes_at": None})
    yield ("pause-collection-keeps-active",
           [event(1, "customer.subscription.created", 0, active),
            event(2, "customer.subscription.updated", 20, paused, {"pause_collection": None})],
           show("free", [grant("app/tier-a", valid_until=0, reason="paused")]))
    due = subscription("A", status="past_due", latest_invoice="in_2")
    yield ("first-decline-does-not-lock-out",
           [event(1, "customer.subscription.created", 0, active),
            event(2, "customer.subscription.updated", 20, due, {"status": "active", "latest_invoice": "in_1"})],
           show("tier-a", [grant("app/tier-a", "past_due", START + GRACE, "grace")]))
    yield ("basil-moved-the-period",
           [event(1, "customer.subscription.created", 0, old_shape(active), version="2020-08-27"),
            event(2, "customer.subscription.updated", 20, subscription("B"), previous(active, subscription("B")))], of_letter("B"))
    yield ("old-shape-throughout",
           [event(1, "customer.subscription.created", 0, old_shape(active), version="2020-08-27"),
            event(2, "customer.subscription.updated", 0, old_shape(subscription("B")),
                  previous(old_shape(active), old_shape(subscription("B"))), version="2020-08-27")], of_letter("B"))
    trial = subscription("A", status="trialing", trial_start=START, trial_end=START + 14 * DAY)
    yield ("trial-then-active",
           [event(1, "customer.subscription.created", 0, trial),
            event(2, "customer.subscription.trial_will_end", 60, trial),
            event(3, "customer.subscription.updated", 90, active, {"status": "trialing", "trial_start": START, "trial_end": START + 14 * DAY})],
           of_letter("A"))
    yield ("trial-with-a-card-has-slack", [event(1, "customer.subscription.created", 0, trial)],
           show("tier-a", [grant("app/tier-a", "trialing", START + 14 * DAY + SLACK, "trial")]))
    no_card = {**trial, "default_payment_method": None}
    with_card = {**customer, "invoice_settings": {"default_payment_method": "pm_9"}}
    yield ("trial-with-the-customers-card-has-slack",
           [event(1, "customer.created", 0, customer), event(2, "customer.subscription.created", 1, no_card),
            event(3, "customer.updated", 9, with_card, {"invoice_settings": {"default_payment_method": None}})],
           show("tier-a", [grant("app/tier-a", "trialing", START + 14 * DAY + SLACK, "trial")]))
    yield ("trial-without-a-card-ends-exactly",
           [event(1, "customer.created", 0, customer), event(2, "customer.subscription.created", 1, no_card)],
           show("tier-a", [grant("app/tier-a", "trialing", START + 14 * DAY, "trial")]))


def paid(old=False, **more):
    """What one payment of the first period leaves: its invoice, and today the payment between it and its payment_intent."""
    line = {"id": "il_1", "amount": 1000, "period": {"start": START, "end": START + PERIOD}}
    invoice = {"id": "in_1", "object": "invoice", "customer": CUSTOMER, "status": "paid", "currency": "usd", "total": 1000, "amount_due": 1000,
               "amount_paid": 1000, "amount_remaining": 0, "created": START, "billing_reason": "subscription_create"}
    if old:
        line.update(price={"id": "price_a"}, subscription_item="si_1", proration=False)
        return [event(2, "invoice.paid", 1, {**invoice, "subscription": "sub_1", "charge": "ch_1", "lines": {"data": [line]}, **more}, version="2020-08-27")]
    line.update(pricing={"price_details": {"price": "price_a"}}, parent={"subscription_item_details": {"subscription_item": "si_1"}})
    payment = {"id": "inpay_1", "object": "invoice_payment", "invoice": "in_1", "status": "paid", "amount_paid": 1000, "currency": "usd",
               "payment": {"type": "payment_intent", "payment_intent": "pi_1"}}
    return [event(2, "invoice.paid", 1, {**invoice, "parent": {"subscription_details": {"subscription": "sub_1"}}, "lines": {"data": [line]}, **more}),
            event(3, "invoice_payment.paid", 1, payment)]


def charge(refunded, **more):
    return {"id": "ch_1", "object": "charge", "customer": CUSTOMER, "status": "succeeded", "currency": "usd", "amount": 1000,
            "amount_refunded": refunded, "refunded": refunded == 1000, "payment_intent": "pi_1", **more}


def dispute(status):
    return {"id": "dp_1", "object": "dispute", "charge": "ch_1", "payment_intent": "pi_1", "amount": 1000, "currency": "usd",
            "status": status, "reason": "fraudulent"}


def money():
    """What finds its subscription through the ids that it names."""
    bought = event(1, "customer.subscription.created", 0, subscription("A"))
    refund = {"id": "re_1", "object": "refund", "charge": "ch_1", "payment_intent": "pi_1", "amount": 1000, "currency": "usd",
              "status": "succeeded"}
    refunded = show("free", [grant("app/tier-a", valid_until=0, reason="refunded")])
    yield ("refund-in-full-ends-access",
           [bought, *paid(), event(4, "charge.refunded", 50, charge(1000)), event(5, "refund.created", 50, refund)], refunded)
    yield ("refund-in-full-by-the-refund-alone", [bought, *paid(), event(5, "refund.created", 50, refund)], refunded)
    yield ("refund-in-full-in-the-shape-of-2020",
           [bought, *paid(old=True), event(4, "charge.refunded", 50, charge(1000, invoice="in_1"), version="2020-08-27")], refunded)
    yield ("refund-in-part-keeps-access",
           [bought, *paid(), event(4, "charge.refunded", 50, charge(999)), event(5, "refund.created", 50, {**refund, "amount": 999})],
           of_letter("A"))
    yield ("refund-that-failed-keeps-access",
           [bought, *paid(), event(5, "refund.created", 50, refund), event(6, "refund.failed", 70, {**refund, "status": "failed"})],
           of_letter("A"))
    opened = event(4, "charge.dispute.created", 50, dispute("needs_response"))
    disputed = show("free", [grant("app/tier-a", valid_until=0, reason="disputed")])
    yield "dispute-open-suspends", [bought, *paid(), opened], disputed
    yield "dispute-won-restores", [bought, *paid(), opened, event(5, "charge.dispute.closed", 70, dispute("won"))], of_letter("A")
    yield "dispute-lost-suspends", [bought, *paid(), opened, event(5, "charge.dispute.closed", 70, dispute("lost"))], disputed

    def payout(status):
        return {"id": "po_1", "object": "payout", "amount": 600, "currency": "usd", "status": status, "created": START + 5,
                "arrival_date": START + DAY}
    transfer = {"id": "tr_1", "object": "transfer", "amount": 1000, "amount_reversed": 0, "reversed": False, "currency": "usd",
                "destination": CONNECTED, "created": START}
    sums = {"currency": "usd", "accrued": 1000, "reversed": 100, "reserved": 0, "paid": 0, "failed": 600, "available": 900}
    yield ("payout-paid-then-failed",
           [bought, event(2, "transfer.reversed", 9, {**transfer, "amount_reversed": 100}),
            event(3, "payout.created", 5, payout("pending"), account=CONNECTED),
            event(4, "payout.paid", 60, payout("paid"), {"status": "pending"}, account=CONNECTED),
            event(5, "payout.failed", 90, payout("failed"), {"status": "paid"}, account=CONNECTED)],
           {**of_letter("A"), "also": {"earnings": {CONNECTED: [sums]}}})

    def summary(*keys):
        data = [{"id": f"ent_{k}", "object": "entitlements.active_entitlement", "feature": f"feat_{k}", "lookup_key": k} for k in keys]
        return {"object": "entitlements.active_entitlement_summary", "customer": CUSTOMER, "livemode": False,
                "entitlements": {"object": "list", "data": data, "has_more": False}}
    given = {"tier": "d", "cause": "entitlement", "subscription": "", "item": "feat_d", "price": "", "status": "active", "reason": "active",
             "valid_until_ms": (1 << 63) - 1}
    yield ("entitlement-summary-replaces",
           [bought, event(2, "entitlements.active_entitlement_summary.updated", 10, summary("b", "c")),
            event(3, "entitlements.active_entitlement_summary.updated", 40, summary("d", "of_nobody"))],
           {**show("tier-a", [given, grant("app/tier-a")]), "features": ["a", "d"]})
    price = {"id": "price_a", "object": "price", "lookup_key": "app_a", "currency": "usd", "unit_amount": 1000, "type": "recurring",
             "recurring": {"interval": "month", "interval_count": 1}, "active": True, "product": "prod_1"}
    dearer = {**price, "unit_amount": 1100, "active": False}
    yield ("price-drift",
           [bought, event(2, "price.created", 0, price), event(3, "price.updated", 40, dearer, previous(price, dearer))],
           {**of_letter("A"), "also": {"drift": {
               "price_a": "unit_amount: expected 1000, found 1100; active: expected a price that is sold, found archived"}}})


def a_year():
    """One account's story in one piece: more documents than can be enumerated, with same-second pairs and a toggle."""
    def state(letter, **more):
        return subscription(letter, **more)
    steps = [("incomplete", state("A", status="incomplete"), 0), ("active", state("A"), 0), ("up", state("B"), 100), ("down", state("A"), 100),
             ("cancel", state("A", cancel_at=START + PERIOD), 200), ("undo", state("A"), 260),
             ("fail", state("A", status="past_due", latest_invoice="in_2"), 1000), ("recover", state("A", latest_invoice="in_2"), 1500),
             ("up again", state("C", latest_invoice="in_2"), 1500)]
    customer = {"id": CUSTOMER, "object": "customer", "email": "ann@example.com", "livemode": False, "metadata": {}}
    documents = [event(900, "customer.created", 0, customer)]
    before = None
    for number, (_, after, at) in enumerate(steps, 1):
        kind = "created" if before is None else "updated"
        documents.append(event(number, f"customer.subscription.{kind}", at, after, None if before is None else previous(before, after)))
        before = after
    addon = {**subscription("A"), "id": "sub_2", "items": {"object": "list", "data": [
        {**item("A", "si_2"), "price": {"id": "price_pool", "object": "price", "lookup_key": "pool_month"}}]}}
    documents.append(event(800, "customer.subscription.created", 2000, addon))
    documents.append({"purser": "fetch", "date": START + 3000, "lo": START + 2999, "object": before})
    pool = grant("pool", cause="add_on", subscription="sub_2", item="si_2", price="price_pool")
    yield "a-year-of-an-account", documents, show("tier-c", [grant("app/tier-c"), pool], pool=True)
    yield "a-year-without-the-fetch", documents[:-1], show("tier-c", [grant("app/tier-c"), pool], pool=True)


def text_of(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def files():
    for source in (table, special, faults, money, a_year):
        for name, documents, expected in source():
            for g in expected["grants"]:
                g.setdefault("unconfirmed", False)
            yield f"{name}.jsonl", "".join(text_of(d) + "\n" for d in documents)
            also = expected.pop("also", None)
            document = {"at": START + 100, "show": expected, **({"also": also} if also else {})}
            yield f"{name}.expected.json", json.dumps(document, indent=1, sort_keys=True) + "\n"


def main():
    wrong = []
    for name, content in files():
        path = HERE / name
        if "--check" in sys.argv:
            if not path.exists() or path.read_text() != content:
                wrong.append(name)
        else:
            path.write_text(content)
    if wrong:
        sys.exit("these histories differ from what make.py writes: " + ", ".join(wrong) + "; run tests/histories/make.py")


main()
