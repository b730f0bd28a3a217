"""`previous_attributes` of every *.updated event equals the difference of consecutive GETs.

Of one step there may be several events of an object. So, for each object: the state before the first is the GET before the step; each event's object with its previous_attributes put back is the
object of the event before; the last event's object is the GET after the step; and what previous_attributes names is exactly what differs.

usage: test_previous.py DRIVER [SEEDS [STEPS]]"""
import json
import sys

import walks
from support import CATALOG, Box

WATCHED = {"customer": "customers", "subscription": "subscriptions", "invoice": "invoices", "product": "products", "price": "prices", "checkout.session": "checkout/sessions",
           "payment_intent": "payment_intents", "charge": "charges", "payment_method": "payment_methods", "refund": "refunds",
           "dispute": "disputes", "subscription_schedule": "subscription_schedules", "transfer": "transfers"}


def difference(before, after):
    """What Stripe would write: members that differ, as they were; inside objects only what differs; lists whole."""
    found = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        found[key] = difference(old, new) if isinstance(old, dict) and isinstance(new, dict) else old
    return found


def plain(value):
    """Stripe writes a list inside an object as {data: […]} or whole; `null` in metadata for a key that was not there."""
    if isinstance(value, dict):
        kept = value if "data" not in value else {"data": value["data"]}
        return {key: plain(inner) for key, inner in kept.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


class Judge:
    def __init__(self, box):
        self.box, self.known, self.updates, self.problems = box, {}, 0, []

    def read(self, kind, identity):
        status, body = self.box.ask("GET", f"/v1/{WATCHED[kind]}/{identity}")
        return body if status == 200 else None

    def step(self, what):
        last = {}
        for event in self.box.fresh_events():
            thing = event["data"]["object"]
            if thing["object"] not in WATCHED or "id" not in thing:
                continue
            name = (thing["object"], thing["id"])
            if "previous_attributes" in event["data"]:
                self.updated(what, event, self.known.get(name))
            elif event["type"].endswith(".updated"):
                self.problems.append(f"{what}: {event['type']} without previous_attributes")
            self.known[name] = last[name] = thing
        for (kind, identity), thing in last.items():
            now = self.read(kind, identity)
            if now is not None and now.get("deleted") is not True and now != thing:
                self.problems.append(f"{what}: {kind}: GET after the step is not the last event's object: {json.dumps(difference(thing, now))[:300]}")

    def updated(self, what, event, before):
        self.updates += 1
        said, after = event["data"]["previous_attributes"], event["data"]["object"]
        if before is None:
            self.problems.append(f"{what}: {event['type']} of an object that no event told of before")
        elif plain(said) != plain(difference(before, after)):
            self.problems.append(f"{what}: {event['type']}: previous_attributes {json.dumps(said)[:300]}, difference {json.dumps(difference(before, after))[:300]}")


def watch(driver, seed, steps, story):
    with Box(driver, seed=seed, catalog=CATALOG) as box:
        judge = Judge(box)
        judge.step("start")
        box.acted = lambda words: judge.step(f"seed {seed}: {' '.join(map(str, words))}")
        if story:
            walks.story(box)
        else:
            walk = walks.Walk(box, seed)
            for _ in range(steps):
                walk.step()
        judge.step("end")
        return judge


def main():
    driver = sys.argv[1]
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    judges = [watch(driver, 1, 0, True)] + [watch(driver, seed, steps, False) for seed in range(1, seeds + 1)]
    problems = [problem for judge in judges for problem in judge.problems]
    for problem in problems[:40]:
        print(problem)
    updates = sum(judge.updates for judge in judges)
    print(f"{updates} *.updated events: {len(problems)} problems")
    return 1 if problems or updates < 20 * len(judges) // 4 else 0


if __name__ == "__main__":
    sys.exit(main())
