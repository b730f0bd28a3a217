#!/usr/bin/env python3
"""corpus.py CORPUS OUT: makes histories of the subscriptions in recorded API exchanges.

Each subscription's successive renderings become events with unique ids, seconds from the recording and previous_attributes computed from
the rendering before; twice, once in the shape of 2020 and once in the shape of 2025 and later. What must come out is read off the last
rendering here, by rules written down a second time. Every recorded price buys a tier of its own.
"""
import copy, email.utils, json, pathlib, sys

DAY, SLACK, GRACE = 86_400, 72 * 3600, 14 * 86_400


def walk(value, found):
    if isinstance(value, dict):
        if value.get("object") == "subscription" and "status" in value and "items" in value:
            found.append(value)
        for inner in value.values():
            walk(inner, found)
    elif isinstance(value, list):
        for inner in value:
            walk(inner, found)


def renderings(corpus):
    """subscription id → [(seconds, object)], in the order of recording."""
    seen = {}
    for path in sorted((corpus / "exchanges").glob("*.json")):
        recording = json.loads(path.read_text())
        if not isinstance(recording, dict):
            continue
        for step in recording["steps"]:
            found = []
            walk(step["response"].get("body"), found)
            at = int(email.utils.parsedate_to_datetime(step["recorded_at"]).timestamp())
            for o in found:
                seen.setdefault(o["id"], []).append((at, o))
    return seen


def ident(value):
    return value["id"] if isinstance(value, dict) else value


def flat(o):
    """Only ids where the recording had expanded objects, so that a change is a change of the subscription."""
    o = copy.deepcopy(o)
    for key in ("customer", "latest_invoice", "default_payment_method", "pending_setup_intent", "schedule"):
        o[key] = ident(o.get(key))
    return o


def old_shape(o):
    o = copy.deepcopy(o)
    items = o["items"]["data"]
    for side in ("current_period_start", "current_period_end"):
        values = [i.pop(side) for i in items if side in i]
        if values:
            o[side] = max(values)
    for i in items:
        if i.get("price") and not i.get("plan"):
            i["plan"] = {"id": i["price"]["id"], "object": "plan"}
    if "discounts" in o:
        discounts = o.pop("discounts") or []
        o["discount"] = {"id": ident(discounts[0]), "object": "discount"} if discounts else None
    return o


def new_shape(o):
    o = copy.deepcopy(o)
    for i in o["items"]["data"]:
        for side in ("current_period_start", "current_period_end"):
            if side not in i and o.get(side):
                i[side] = o[side]
        if not i.get("price") and i.get("plan"):
            i["price"] = {"id": i["plan"]["id"], "object": "price"}
        i.pop("plan", None)
    for side in ("current_period_start", "current_period_end", "plan", "quantity"):
        o.pop(side, None)
    if "discount" in o:
        discount = o.pop("discount")
        o["discounts"] = [discount["id"]] if discount else []
    return o


def previous(before, after):
    out = {}
    for key in sorted(set(before) | set(after)):
        a, b = before.get(key), after.get(key)
        if a != b:
            out[key] = previous(a, b) if isinstance(a, dict) and isinstance(b, dict) else copy.deepcopy(a)
    return out


def end_of(o):
    """STRIPE.md section 4, a second time: (valid until in seconds, exact)."""
    o = new_shape(o)
    items = o["items"]["data"]
    end = max(i.get("current_period_end") or 0 for i in items)
    start = max(i.get("current_period_start") or 0 for i in items)
    cancel_at = o.get("cancel_at") or 0
    if o.get("pause_collection"):
        return 0, True
    if o["status"] == "past_due":
        return (min(start + GRACE, cancel_at) if cancel_at else start + GRACE), True
    if o["status"] == "trialing":
        behavior = ((o.get("trial_settings") or {}).get("end_behavior") or {}).get("missing_payment_method")
        end, exact = o["trial_end"], not (o.get("default_payment_method") or o.get("default_source")) or behavior in ("cancel", "pause")
    elif o["status"] == "active":
        exact = False
    else:
        return 0, True
    exact = exact or o.get("cancel_at_period_end")
    until = end + (0 if exact else SLACK)
    if cancel_at and (cancel_at <= end or cancel_at <= until):
        return min(cancel_at, until), True
    return until, bool(exact)


def expected(o, account, at, tiers):
    o = new_shape(o)
    until, exact = end_of(o)
    open_now = at < until
    if open_now:
        reason = {"trialing": "trial", "past_due": "grace"}.get(o["status"], "active")
    elif o.get("pause_collection") and o["status"] in ("active", "trialing", "past_due"):
        reason = "paused"
    elif o["status"] in ("incomplete", "unpaid", "paused"):
        reason = o["status"]
    else:
        reason = "ended" if exact else "stale"
    grants = [{"tier": "shop/" + tiers[i["price"]["id"]], "cause": "subscription", "subscription": o["id"], "item": i["id"],
               "price": i["price"]["id"], "status": o["status"], "reason": reason, "valid_until_ms": until * 1000, "unconfirmed": False}
              for i in sorted(o["items"]["data"], key=lambda i: i["id"])]
    order = list(tiers.values())
    held = max((order.index(g["tier"].split("/")[1]) for g in grants), default=-1) if open_now else -1
    names = sorted({g["tier"].split("/")[1] for g in grants}) if open_now else []
    return {"account": account, "mode": "offline", "customer": o["customer"], "tiers": {"shop": order[held] if held >= 0 else "free"},
            "features": names, "limits": {}, "grants": grants}


def main():
    corpus, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    seen = renderings(corpus)
    prices = sorted({(i.get("price") or i.get("plan"))["id"] for states in seen.values() for _, o in states for i in o["items"]["data"]})
    tiers = {price: f"t{n:02d}" for n, price in enumerate(prices)}
    catalog = {"purser_catalog": 1, "features": {t: t for t in tiers.values()}, "products": {"shop": {"fallback": "free", "tiers": {
        "free": {}, **{t: {"features": [t], "prices": [{"id": price, "currency": "usd", "interval": "month", "unit_amount": 100}]}
                       for price, t in tiers.items()}}}}}
    (out / "catalog.json").write_text(json.dumps(catalog))
    for subscription, states in seen.items():
        for shape, render, version in (("old", old_shape, "2020-08-27"), ("new", new_shape, "2025-10-29.clover")):
            documents, before, last = [], None, None
            for at, o in states:
                o = render(flat(o))
                o["metadata"] = {**(o.get("metadata") or {}), "purser_account": "acct_" + subscription}
                if before == o:
                    continue
                kind = "created" if before is None else "deleted" if o["status"] == "canceled" else "updated"
                data = {"object": o}
                if before is not None and kind == "updated":
                    data["previous_attributes"] = previous(before, o)
                documents.append({"id": f"evt_{subscription}_{len(documents)}", "object": "event", "type": "customer.subscription." + kind,
                                  "created": at + len(documents), "api_version": version, "livemode": False, "data": data})
                before, last = o, o
            at = documents[-1]["created"]
            name = f"{subscription}-{shape}"
            (out / f"{name}.jsonl").write_text("".join(json.dumps(d, sort_keys=True) + "\n" for d in documents))
            (out / f"{name}.expected.json").write_text(json.dumps({"at": at, "show": expected(last, "acct_" + subscription, at, tiers)}))


main()
