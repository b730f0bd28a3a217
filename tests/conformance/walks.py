"""What happens in a sandbox: the story that every platform lives through, and random walks over the same verbs."""
import random

from support import ACTION, DAY_MS, DECLINED, GOOD, NONE, Refused

MONTH_DAYS = 32  # a renewal's invoice is finalized an hour after the period's end


def price(box, lookup_key):
    return box.get("/v1/prices", lookup_keys=[lookup_key])["data"][0]


def session(box, lookup_key="app_starter_month", mode="subscription", **more):
    wanted = {"mode": mode, "line_items": [{"price": price(box, lookup_key)["id"], "quantity": 1}],
              "success_url": "https://app.example.com/welcome?s={CHECKOUT_SESSION_ID}", "cancel_url": "https://app.example.com/pricing",
              "client_reference_id": "acct_1", "metadata": {"purser_account": "acct_1"}}
    if mode == "subscription":
        wanted["subscription_data"] = {"metadata": {"purser_account": "acct_1"}}
    return box.post("/v1/checkout/sessions", {**wanted, **more})


def customer(box, **more):
    return box.post("/v1/customers", {"email": "ann@example.com", "name": "Ann", "metadata": {"purser_account": "acct_1"}, **more})


def bought(box, lookup_key="app_starter_month", **more):
    """A paid session: (session, subscription)."""
    opened = session(box, lookup_key, **more)
    box.do("pay", opened["id"])
    paid = box.get(f"/v1/checkout/sessions/{opened['id']}")
    return paid, box.get(f"/v1/subscriptions/{paid['subscription']}")


def look(box):
    """Every list of the API once, so that every object is seen in its last state too, and single objects expanded."""
    for kind in ("products", "prices", "customers", "checkout/sessions", "subscriptions?status=all", "invoices", "invoice_payments", "payment_intents", "charges", "events",
                 "coupons", "promotion_codes", "refunds", "disputes", "subscription_schedules", "transfers", "accounts", "entitlements/features"):
        path, _, query = kind.partition("?")
        for thing in box.pages(f"/v1/{path}", **dict(pair.split("=") for pair in query.split("&") if pair)):
            if path in ("customers", "subscriptions", "invoices", "payment_intents", "charges", "refunds", "disputes", "subscription_schedules", "transfers"):
                box.ask("GET", f"/v1/{path}/{thing['id']}")
            if path == "customers":
                box.ask("GET", "/v1/payment_methods", {"customer": thing["id"]})
                box.ask("GET", "/v1/entitlements/active_entitlements", {"customer": thing["id"]})
            if path == "subscriptions":
                box.ask("GET", f"/v1/subscriptions/{thing['id']}", {"expand": ["customer", "latest_invoice", "default_payment_method"]})
                box.ask("GET", "/v1/subscription_items", {"subscription": thing["id"]})
            if path == "checkout/sessions":
                box.ask("GET", f"/v1/checkout/sessions/{thing['id']}", {"expand": ["line_items", "customer", "subscription", "payment_intent"]})
                box.ask("GET", f"/v1/checkout/sessions/{thing['id']}/line_items")


def story(box):
    """Buy, swap, quantity, fail, recover, cancel, undo, trial, one-time, decline, expire, errors: each at least once."""
    ann = customer(box)
    _, subscription = bought(box, customer=ann["id"])
    name = subscription["id"]
    box.do("swap", name, price(box, "app_pro_month")["id"], 0)
    box.do("swap", name, "", 3)
    box.advance(MONTH_DAYS)
    box.do("card", ann["id"], DECLINED)
    box.advance(MONTH_DAYS)
    box.do("card", ann["id"], GOOD)
    box.do("cancel", name, 1)
    box.do("resume", name)
    box.do("swap", name, price(box, "app_pro_year")["id"], 1)
    box.do("cancel", name, 1)
    box.advance(370)
    _, second = bought(box, customer=ann["id"])
    box.do("cancel", second["id"], 0)
    _, third = bought(box, "app_pro_month", customer=ann["id"], subscription_data={"trial_period_days": 14, "metadata": {"purser_account": "acct_1"}})
    box.advance(15)
    box.do("card", ann["id"], DECLINED)
    box.advance(60)
    box.do("card", ann["id"], NONE)
    once = session(box, "website_once", mode="payment", customer_email="bob@example.com")
    box.do("decline", once["id"])
    box.do("pay", once["id"])
    left = session(box)
    box.do("abandon", left["id"])
    forgotten = session(box)
    box.ask("POST", f"/v1/checkout/sessions/{session(box)['id']}/expire")
    box.advance(2)
    box.get(f"/v1/checkout/sessions/{forgotten['id']}")
    portals(box, ann["id"])
    api(box, third["id"])
    money_back(box)
    waiting(box)
    later(box)
    connected(box)
    for path in ("/v1/customers/cus_none", "/v1/subscriptions/sub_none", "/v1/prices/price_none", "/v1/checkout/sessions/cs_none"):
        box.ask("GET", path)
    box.ask("POST", "/v1/checkout/sessions", {"mode": "subscription"})
    box.ask("POST", "/v1/checkout/sessions", {"mode": "sideways", "success_url": "https://app.example.com"})
    look(box)


def portals(box, customer_id):
    _, held = bought(box, "app_starter_month", customer=customer_id)
    base = {"customer": customer_id, "return_url": "https://app.example.com/account"}
    update = {"subscription": held["id"], "items": [{"id": held["items"]["data"][0]["id"], "price": price(box, "app_pro_month")["id"], "quantity": 1}]}
    box.post("/v1/billing_portal/sessions", base)
    for kind, more in (("payment_method_update", {}), ("subscription_cancel", {"subscription_cancel": {"subscription": held["id"]}}),
                       ("subscription_update", {"subscription_update": {"subscription": held["id"]}}),
                       ("subscription_update_confirm", {"subscription_update_confirm": update})):
        box.post("/v1/billing_portal/sessions", {**base, "flow_data": {"type": kind, **more}})


def api(box, ended):
    """What a holder of the key does without a buyer."""
    product = box.post("/v1/products", {"name": "Made by the API", "metadata": {"tier": "gold"}})
    made = box.post("/v1/prices", {"product": product["id"], "currency": "eur", "unit_amount": 1234, "recurring": {"interval": "month"}, "lookup_key": "gold"})
    bea = customer(box, email="bea@example.com")
    box.post(f"/v1/customers/{bea['id']}", {"name": "Bea", "metadata": {"seen": "1"}})
    method = box.post("/v1/payment_methods/pm_card_visa/attach", {"customer": bea["id"]})
    box.post(f"/v1/customers/{bea['id']}", {"invoice_settings": {"default_payment_method": method["id"]}})
    subscription = box.post("/v1/subscriptions", {"customer": bea["id"], "items": [{"price": made["id"]}], "metadata": {"purser_account": "acct_2"}})
    box.post(f"/v1/subscriptions/{subscription['id']}", {"metadata": {"note": "kept"}, "cancel_at_period_end": True})
    box.post(f"/v1/subscriptions/{subscription['id']}", {"cancel_at_period_end": False})
    box.ask("DELETE", f"/v1/subscriptions/{subscription['id']}")
    box.ask("POST", f"/v1/subscriptions/{ended}", {"cancel_at_period_end": True})
    box.ask("DELETE", f"/v1/customers/{bea['id']}")
    box.ask("GET", f"/v1/customers/{bea['id']}")
    box.ask("POST", "/v1/products/" + product["id"], {"active": False})


def money_back(box):
    """Refunds in part and whole, disputes won and lost."""
    for verb in ((("refund", 100), ("refund", 0)), (("dispute", 0), ("dispute", 1)), (("dispute", 2),)):
        _, held = bought(box)
        for word, number in verb:
            box.do(word, held["id"], number)
    box.advance(6)
    box.ask("POST", "/v1/refunds", {"charge": "ch_none"})


def waiting(box):
    """Pauses, payments that wait for the card's holder, pending updates, a trial that ends without a card, a deleted customer."""
    bea = customer(box)
    _, held = bought(box, customer=bea["id"])
    box.do("pause", held["id"], 0, box.now_ms() + 40 * DAY_MS)
    box.advance(41)
    box.do("pause", held["id"], 1, 0)
    box.do("unpause", held["id"])
    box.do("card", bea["id"], ACTION)
    change = {"items": [{"id": held["items"]["data"][0]["id"], "quantity": 3}], "payment_behavior": "pending_if_incomplete", "proration_behavior": "always_invoice"}
    box.post(f"/v1/subscriptions/{held['id']}", change)
    box.advance(2)
    box.post(f"/v1/subscriptions/{held['id']}", change)
    box.do("confirm", held["id"])
    cy = customer(box)
    trial = box.post("/v1/subscriptions", {"customer": cy["id"], "items": [{"price": price(box, "app_pro_month")["id"]}], "trial_period_days": 5,
                                           "trial_settings": {"end_behavior": {"missing_payment_method": "pause"}}})
    box.advance(6)
    box.do("card", cy["id"], GOOD)
    box.do("resume", trial["id"])
    box.do("delete_customer", cy["id"])


def later(box):
    """Schedules, and Stripe's own entitlements."""
    box.do("entitle", "app_pro_month", "crm")
    _, held = bought(box)
    made = box.post("/v1/subscription_schedules", {"from_subscription": held["id"]})
    first = made["phases"][0]
    phases = [{"items": [{"price": price(box, "app_starter_month")["id"], "quantity": 1}], "start_date": first["start_date"], "end_date": first["end_date"]},
              {"items": [{"price": price(box, "app_pro_month")["id"], "quantity": 2}], "iterations": 1}]
    box.post(f"/v1/subscription_schedules/{made['id']}", {"phases": phases})
    box.advance(MONTH_DAYS)
    box.ask("GET", "/v1/entitlements/active_entitlements", {"customer": held["customer"]})
    product = price(box, "app_pro_month")["product"]
    box.ask("GET", f"/v1/products/{product}/features")
    box.advance(MONTH_DAYS)


def connected(box):
    """Transfers, reversals, payouts."""
    _, account = box.do("connect")
    box.get(f"/v1/accounts/{account}")
    sent = box.post("/v1/transfers", {"amount": 1000, "currency": "usd", "destination": account})
    box.post(f"/v1/transfers/{sent['id']}/reversals", {"amount": 300})
    box.get(f"/v1/transfers/{sent['id']}")
    box.get(f"/v1/transfers/{sent['id']}/reversals")
    paid = box.post(f"{account}/v1/payouts", {"amount": 200, "currency": "usd"})
    box.post(f"{account}/v1/payouts/{box.post(f'{account}/v1/payouts', {'amount': 100, 'currency': 'usd'})['id']}/cancel")
    box.advance(3)
    box.do("payout_end", paid["id"], 1)
    for path in ("payouts", "events", "balance"):
        box.get(f"{account}/v1/{path}")


class Walk:
    """Some seeded steps; what cannot be done at a moment is refused and left out."""

    def __init__(self, box, seed):
        self.box, self.random = box, random.Random(seed)
        self.customers, self.subscriptions, self.sessions = [], [], []

    def step(self):
        choices = [self.buy] + ([self.end_session] if self.sessions else []) + ([self.change] * 4 if self.subscriptions else []) + [self.wait] * 2
        choices += [self.card] if self.customers else []
        try:
            self.random.choice(choices)()
        except Refused:
            pass

    def buy(self):
        if not self.customers or self.random.random() < 0.3:
            self.customers.append(customer(self.box)["id"])
        key, mode = self.random.choice([("app_starter_month", "subscription"), ("app_pro_month", "subscription"), ("app_pro_year", "subscription"),
                                        ("pool_month", "subscription"), ("website_once", "payment")])
        more = {"customer": self.random.choice(self.customers)} if self.random.random() < 0.7 else {"customer_email": "cy@example.com"}
        if mode == "subscription" and self.random.random() < 0.3:
            more["subscription_data"] = {"trial_period_days": 7}
        opened = session(self.box, key, mode, **more)
        self.sessions.append(opened["id"])
        if self.random.random() < 0.8:
            self.end_session("pay")

    def end_session(self, verb=None):
        name = self.sessions.pop()
        self.box.do(verb or self.random.choice(["pay", "decline", "abandon"]), name)
        seen = self.box.get(f"/v1/checkout/sessions/{name}")
        if seen["status"] == "open":
            self.sessions.append(name)
        if seen.get("subscription"):
            self.subscriptions.append(seen["subscription"])

    def change(self):
        name = self.random.choice(self.subscriptions)
        verb = self.random.choice(["swap", "quantity", "cancel", "cancel_now", "resume", "metadata", "refund", "dispute", "pause", "unpause", "confirm", "pending"])
        if verb == "swap":
            key = self.random.choice(["app_starter_month", "app_pro_month", "app_starter_year", "app_pro_year"])
            self.box.do("swap", name, price(self.box, key)["id"], 0)
        elif verb == "quantity":
            self.box.do("swap", name, "", self.random.randint(1, 5))
        elif verb == "metadata":
            self.box.post(f"/v1/subscriptions/{name}", {"metadata": {"n": str(self.random.randint(1, 3)), "gone": ""}})
        elif verb in ("resume", "unpause", "confirm"):
            self.box.do(verb, name)
        elif verb == "refund":
            self.box.do("refund", name, self.random.choice([0, 100]))
        elif verb == "dispute":
            self.box.do("dispute", name, self.random.randint(0, 2))
        elif verb == "pause":
            self.box.do("pause", name, self.random.randint(0, 2), self.random.choice([0, self.box.now_ms() + 20 * DAY_MS]))
        elif verb == "pending":
            item = self.box.get(f"/v1/subscriptions/{name}")["items"]["data"][0]["id"]
            self.box.post(f"/v1/subscriptions/{name}", {"items": [{"id": item, "quantity": self.random.randint(1, 5)}], "payment_behavior": "pending_if_incomplete",
                                                        "proration_behavior": "always_invoice"})
        else:
            self.box.do("cancel", name, 1 if verb == "cancel" else 0)

    def card(self):
        self.box.do("card", self.random.choice(self.customers), self.random.choice([GOOD, GOOD, DECLINED, ACTION, NONE]))

    def wait(self):
        self.box.advance(self.random.choice([1, 3, 8, 16, 32]))
