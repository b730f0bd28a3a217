#!/usr/bin/env python3
"""What recorded answers, example objects and events of Stripe's say, one line per object and per error, read from the raw JSON by rules of
its own.

    make_exchange_table.py FOLDER > TABLE        prints the table
    make_exchange_table.py --check FOLDER TABLE  fails where the table is another

The readers under src/stripe are held against the committed table, so nothing here is taken from them: where a fact moved between
API versions, this looks in every place that it ever stood and takes what it finds.
Columns: recording, exchange, version, object, id, status, customer, period end, subscription, facts (amounts in minor units)."""
import json
import pathlib
import sys


def ref(value):
    """A reference: an id, or the whole object."""
    if isinstance(value, dict):
        return value.get("id") or ""
    return value or ""


def inside(value, *path):
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def elements(value):
    return (value.get("data") if isinstance(value, dict) else value) or []


def everywhere(value, name):
    """Every value that stands under a name, at any depth, in the order of the document."""
    found = []
    if isinstance(value, list):
        for element in value:
            found += everywhere(element, name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            found += [inner] if key == name else []
            found += everywhere(inner, name)
    return found


class Object(dict):
    """What is not there reads as null."""

    def __missing__(self, key):
        return None


def say(**facts):
    return " ".join(f"{key}={value}" for key, value in facts.items() if value not in (None, "", 0, False, []))


def price_of(entry):
    places = (inside(entry, "pricing", "price_details", "price"), entry.get("price"), entry.get("plan"))
    return next((ref(place) for place in places if ref(place)), "")


def subscription(o):
    items = elements(o.get("items"))
    ends = [item.get("current_period_end") for item in items] + [o.get("current_period_end")]
    if not items:  # 2014: one plan, on the subscription alone
        items = [{"id": o["id"] + ":plan", "plan": o.get("plan"), "quantity": o.get("quantity")}]
    bought = sorted(f"{item['id']}:{price_of(item)}x{item.get('quantity') or 0}" for item in items)
    return {
        "period_end": max((end for end in ends if end), default=0),
        "facts": say(items=",".join(bought), cancel_at=o.get("cancel_at"), at_end=o.get("cancel_at_period_end"), trial_end=o.get("trial_end"),
                     ended=o.get("ended_at"), invoice=ref(o.get("latest_invoice")), pm=ref(o.get("default_payment_method")),
                     schedule=ref(o.get("schedule")), paused=inside(o, "pause_collection", "behavior")),
    }


def invoice(o):
    links = [ref(link) for link in [o.get("subscription")] + everywhere(o.get("parent"), "subscription") +
             [found for line in elements(o.get("lines")) for found in everywhere(line, "subscription")] if ref(link)]
    lines = elements(o.get("lines"))
    prorations = [any(everywhere({"proration": line.get("proration"), "parent": line.get("parent")}, "proration")) for line in lines]
    paid = sorted({ref(i) for i in [o.get("payment_intent")] + everywhere(o.get("payments"), "payment_intent") if ref(i)})
    taxes = o.get("total_taxes") or o.get("total_tax_amounts") or []
    tax = o["tax"] if isinstance(o.get("tax"), int) else sum(entry["amount"] for entry in taxes)
    if o["deleted"]:
        return {"status": "deleted"}
    settled = o.get("amount_paid", o["amount_due"] if o["paid"] else 0)  # 2017: wholly or not at all
    return {
        "status": o["status"] or ("paid" if o["paid"] else "void" if o["closed"] else "open" if o["attempted"] else "draft"),
        "period_end": max([line["period"]["end"] for line, proration in zip(lines, prorations) if not proration], default=0),
        "subscription": links[0] if links else "",
        "facts": say(due=o["amount_due"], paid=settled, left=(o["amount_due"] or 0) - (settled or 0), subtotal=o["subtotal"], total=o["total"], tax=tax,
                     attempts=o["attempt_count"], number=o.get("number"), reason=o.get("billing_reason"), intents=",".join(paid), charge=ref(o.get("charge")),
                     lines=",".join(sorted(f"{line['id']}:{price_of(line)}:{line['amount']}" for line in lines))),
    }


def charge(o):
    return {"status": o["status"] or ("succeeded" if o["paid"] else ""), "facts": say(amount=o["amount"], refunded=o["amount_refunded"], disputed=o["disputed"], currency=o["currency"],
                         intent=ref(o.get("payment_intent")), invoice=ref(o.get("invoice")))}


def customer(o):
    if o.get("deleted"):
        return {"status": "deleted", "customer": ""}
    return {"status": "delinquent" if o["delinquent"] else "", "customer": "",
            "facts": say(currency=o["currency"], pm=ref(inside(o, "invoice_settings", "default_payment_method")), source=ref(o["default_source"]))}


def session(o):
    return {"status": f"{o['status'] or ''}/{o['payment_status']}", "subscription": ref(o.get("subscription")),
            "facts": say(mode=o["mode"], total=o["amount_total"], currency=o["currency"], intent=ref(o.get("payment_intent")),
                         invoice=ref(o.get("invoice")), reference=o.get("client_reference_id"))}


def invoice_payment(o):
    return {"facts": say(paid=o["amount_paid"], currency=o["currency"], invoice=ref(o["invoice"]),
                         intent=ref(inside(o, "payment", "payment_intent")), charge=ref(inside(o, "payment", "charge")))}


def refund(o):
    return {"customer": "", "facts": say(amount=o["amount"], currency=o["currency"], charge=ref(o["charge"]), intent=ref(o.get("payment_intent")))}


def dispute(o):
    return {"facts": say(amount=o["amount"], currency=o["currency"], charge=ref(o["charge"]), reason=o["reason"])}


def product(o):
    return {"status": "deleted" if o.get("deleted") else "active" if o["active"] else ""}


def price(o):
    if o["deleted"]:
        return {"status": "deleted"}
    amount = o["unit_amount"]
    return {"status": "active" if o["active"] else "",
            "facts": say(type=o["type"], currency=o["currency"], unit="none" if amount is None else str(amount), product=ref(o["product"]),
                         key=o.get("lookup_key"), every=inside(o, "recurring", "interval"), count=inside(o, "recurring", "interval_count"))}


def schedule(o):
    phases = [f"{phase['start_date']}-{phase['end_date']}:" + "+".join(f"{price_of(item)}x{item.get('quantity') or 0}" for item in phase["items"])
              for phase in o["phases"] or []]
    return {"subscription": ref(o["subscription"]) or ref(o["released_subscription"]), "facts": say(phases=",".join(phases), end=o["end_behavior"])}


def transfer(o):
    return {"facts": say(amount=o["amount"], reversed=o["amount_reversed"], currency=o["currency"], to=ref(o["destination"]))}


def payout(o):
    return {"facts": say(amount=o["amount"], currency=o["currency"], arrives=o["arrival_date"] or o["date"], failed=o["failure_code"])}


def account(o):
    able = [word for word in ("charges_enabled", "payouts_enabled", "details_submitted") if o[word]]
    return {"facts": say(able=",".join(able))}


def summary(o):
    held = sorted(f"{ref(e.get('feature'))}:{e.get('lookup_key') or ''}" for e in elements(o["entitlements"]))
    return {"facts": say(held=",".join(held), more=inside(o, "entitlements", "has_more"))}


READ = {"subscription": subscription, "invoice": invoice, "charge": charge, "customer": customer, "checkout.session": session,
        "invoice_payment": invoice_payment, "refund": refund, "dispute": dispute, "product": product, "price": price,
        "subscription_schedule": schedule, "transfer": transfer, "payout": payout, "account": account,
        "entitlements.active_entitlement_summary": summary}


def identity(o):
    """A summary has no id of its own: it is its customer's."""
    return ref(o.get("customer")) if str(o.get("object")).endswith("_summary") else o.get("id")


def known(o):
    return isinstance(o.get("object"), str) and o["object"] in READ and identity(o)


def described(o, kind=None):
    kind = kind or o["object"]
    return {"what": kind, "identity": identity(o), "status": o["status"], "customer": ref(o["customer"]), **READ[kind](o)}


def objects(value):
    """Every object of a type that folds, outer ones first, in the order of the document."""
    if isinstance(value, list):
        for element in value:
            yield from objects(element)
    elif isinstance(value, dict):
        if known(value):
            yield Object(value)
        for inner in value.values():
            yield from objects(inner)


def refusal(status, error):
    """What the error means to a host: the fix, not the code."""
    code, kind = error.get("code"), error["type"]
    meaning = "not_found" if code == "resource_missing" else {401: "refused", 402: "conflict", 404: "not_found"}.get(status, "invalid")
    reason = code or ("authentication_error" if status == 401 else kind)
    return say(type=kind, code=code, meaning=meaning, reason=reason, param=error.get("param"))


def row(recording, number, version, what, identity="", status="", customer="", period_end=0, subscription="", facts=""):
    return "\t".join([recording, str(number), version or "-", what, identity, status or "", customer, str(period_end or ""), subscription, facts])


def event_row(name, event):
    """What an event is about, or `recorded` where nothing is derived from it. Until 2017 a transfer with a status went to a bank."""
    o = Object((event.get("data") or {}).get("object") or {})
    version = event.get("api_version")
    if not known(o):
        return row(name, event.get("type") or "", version, "recorded")
    bank = o["object"] == "transfer" and o["status"] and not ref(o["destination"]).startswith("acct_")
    facts = described(o, "payout" if bank else None)
    if o["object"] == "checkout.session" and not o["status"]:  # it came in 2021; the name of the event said it before
        facts["status"] = "complete" + facts["status"]
    if str(event["type"]).endswith(".deleted"):
        gone = "canceled" if o["object"] == "subscription" else "deleted"
        facts = {"what": o["object"], "identity": o["id"], "status": gone} if gone == "deleted" else {**facts, "status": gone}
    return row(name, event["type"], version, **facts)


def answers(document):
    """(number, API version, HTTP status, body): of a recording, or of a file of Stripe's example objects."""
    for number, step in enumerate(document.get("steps", [])):
        response = step["response"]
        yield number, response["stripe_version"], response["status"], response["body"]
    for name, body in document.get("resources", {}).items():
        yield name, None, 200, body


def rows(folder):
    for file in sorted(pathlib.Path(folder).glob("*.json")):
        if file.name == "index.json":
            continue
        document = json.loads(file.read_text())
        if not {"steps", "resources"} & set(document):
            yield event_row(file.stem, document)
        for number, version, status, body in answers(document):
            found = list(objects(body))
            yield row(file.stem, number, version, "exchange", status=str(status), facts=say(objects=len(found)))
            if status >= 400:
                yield row(file.stem, number, version, "error", status=str(status), facts=refusal(status, body["error"]))
            for o in found:
                yield row(file.stem, number, version, **described(o))


def main(arguments):
    check = arguments[:1] == ["--check"]
    lines = list(rows(arguments[1 if check else 0]))
    if not check:
        print("\n".join(lines))
        return
    committed = pathlib.Path(arguments[2]).read_text().splitlines()
    other = [(a, b) for a, b in zip(lines, committed) if a != b]
    if other or len(lines) != len(committed):
        sys.exit(f"{arguments[2]}: {len(committed)} lines committed, {len(lines)} now; the first that differ: {other[:1]}")


if __name__ == "__main__":
    main(sys.argv[1:])
