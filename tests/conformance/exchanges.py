"""Recorded exchanges with the real API, played against a sandbox: what a recording only refers to is made first, recorded ids become the sandbox's as they come."""
import json
import re
import urllib.parse

from support import Refused

# Not part of the sandbox: (pattern of "METHOD path", why).
NOT_THERE = [
    (r"/v1/credit_notes", "no credit notes"),
    (r"GET /v1/accounts/", "names an account of another recording"),
    (r"GET /v1/invoices/upcoming", "left Stripe's API in basil"),
]
# A request with one of these needs something that the sandbox leaves out.
NOT_THERE_PARAMETERS = [
    (r"^(application_fee_amount|transfer_data|transfer_group|on_behalf_of)", "no Connect"),
    (r"^type=(?!card)", "cards only"),
]
NOT_THERE_RECORDINGS = {"test_connect_customer_is_not_on_parent_account.json": "no Connect"}
# Parameters of old versions, as the pinned one has them: (path, pattern of `key=value`, its form now; empty = left out).
RENAMED = [
    ("/v1/subscriptions", r"^plan=(.*)", r"items[0][price]=\1"),
    ("/v1/subscriptions", r"^quantity=(.*)", r"items[0][quantity]=\1"),
    ("/v1/subscriptions", r"^coupon=(.*)", r"discounts[0][coupon]=\1"),
    ("/v1/", r"^(expand\[\d*\])=latest_invoice\.payment_intent$", r"\1=latest_invoice.payments"),
    ("/v1/", r"^(expand\[\d*\])=(.*?)(\.data)?\.balance_transaction$", r"\1=\2"),
    ("/v1/", r"^expand\[\d*\]=(balance_transaction|invoice(\..*)?)$", ""),  # no balance; no invoice on a charge any more
]
IDENTITY = re.compile(r"^(cus|sub|si|price|prod|pm|card|pi|ch|py|in|il|ii|inpay|cs|bps|bpc|seti|txn|re|di|promo|req|evt|acct|src|tr|trr|po)_\w{6,}$")
ERROR = ("type", "code", "decline_code")


def fields_of(encoded):
    return urllib.parse.parse_qsl(restored(encoded or ""), keep_blank_values=True)


def restored(text):
    """The recordings were scrubbed of secrets, and some names of members with them."""
    return re.sub(r"<[A-Z_]+>", "secret", text.replace("%3CPADDLE_API_KEY%3E", "secret"))


def restored_keys(value):
    if isinstance(value, dict):
        return {restored(key): restored_keys(inner) for key, inner in value.items()}
    return [restored_keys(inner) for inner in value] if isinstance(value, list) else value


class Skipped(Exception):
    pass


class Player:
    """One recording in one sandbox."""

    def __init__(self, box, wrong_key):
        self.box, self.wrong_key, self.names = box, wrong_key, {}
        self.once, self.last_customer = False, None

    def play(self, step):
        """(recorded status, recorded body, status, body); raises Skipped."""
        request, response = step["request"], step["response"]
        url = urllib.parse.urlsplit(request["uri"])
        method = request["method"].upper()
        for pattern, why in NOT_THERE:
            if re.search(pattern, f"{method} {url.path}"):
                raise Skipped(why)
        body = restored_keys(response["body"])
        # A GET's body is nothing to Stripe.
        sent = self.wanted(url.path, fields_of(url.query if method == "GET" else request["form_body"]) + ([] if method == "GET" else fields_of(url.query)))
        if response["status"] == 401:
            return 401, body, *self.wrong_key(method, url.path)
        self.once = ("mode", "payment") in sent
        path = "/".join(self.name(part) for part in url.path.split("/"))
        encoded = urllib.parse.urlencode([(key, self.name(value)) for key, value in sent])
        status, answer = self.box.ask(method, path, encoded)
        if response["status"] < 400 and status < 400:
            self.learn(body, answer)
        return response["status"], body, status, answer

    @staticmethod
    def wanted(path, pairs):
        kept = []
        for key, value in pairs:
            pair = f"{key}={value}"
            for pattern, why in NOT_THERE_PARAMETERS:
                if re.search(pattern, pair):
                    raise Skipped(why)
            for where, pattern, now in RENAMED:
                pair = re.sub(pattern, now, pair) if path.startswith(where) else pair
            if pair:
                kept.append(tuple(pair.split("=", 1)))
        return kept

    def learn(self, recorded, answer):
        """Ids at the same place are the same thing."""
        if isinstance(recorded, dict) and isinstance(answer, dict):
            for key in recorded.keys() & answer.keys():
                self.learn(recorded[key], answer[key])
        elif isinstance(recorded, list) and isinstance(answer, list):
            for one, other in zip(recorded, answer):
                self.learn(one, other)
        elif isinstance(recorded, str) and isinstance(answer, str) and IDENTITY.match(recorded) and IDENTITY.match(answer):
            self.names.setdefault(recorded, answer)

    def name(self, recorded):
        """The sandbox's name for what a recording names; made where it is not there yet."""
        if recorded in self.names:
            return self.names[recorded]
        made = self.make(recorded)
        if made is not None:
            self.names[recorded] = made
            return made
        return recorded

    def make(self, recorded):
        kind = recorded.split("_")[0] if IDENTITY.match(recorded) else recorded
        if kind in ("small-monthly", "default", "price"):
            return self.price(None if self.once else "month", 1000)
        if kind == "small-annual":
            return self.price("year", 10000)
        if kind in ("10BUCKS", "10OFF", "sirmAxRi"):
            return self.box.post("/v1/coupons", {"id": recorded, "amount_off": 1000, "currency": "usd", "duration": "once"})["id"]
        if kind == "cus":
            return self.customer()
        if kind == "sub":
            wanted = {"customer": self.customer(), "items": [{"price": self.name("small-monthly")}]}
            return self.box.post("/v1/subscriptions", wanted)["id"]
        if kind == "pm" and self.last_customer and not recorded.startswith("pm_card_"):
            return self.box.post("/v1/payment_methods/pm_card_visa/attach", {"customer": self.last_customer})["id"]
        if kind in ("pi", "ch", "in", "si", "seti"):
            raise Skipped(f"refers to a {kind}_… of another recording")
        return None

    def customer(self):
        made = self.box.post("/v1/customers", {"email": "user@example.org"})["id"]
        method = self.box.post("/v1/payment_methods/pm_card_visa/attach", {"customer": made})["id"]
        self.box.post(f"/v1/customers/{made}", {"invoice_settings": {"default_payment_method": method}})
        self.last_customer = made
        return made

    def price(self, interval, amount):
        product = self.box.post("/v1/products", {"name": "Small"})["id"]
        recurring = {"recurring": {"interval": interval}} if interval else {}
        return self.box.post("/v1/prices", {"product": product, "currency": "usd", "unit_amount": amount, **recurring})["id"]


def step_of(player, step):
    try:
        return player.play(step)
    except Refused as problem:
        raise Skipped(f"its precondition cannot be made: {str(problem)[:160]}") from problem


def load(folder):
    """[(file, steps)] in the order of the index."""
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return [(entry["file"], json.loads((folder / entry["file"]).read_text(encoding="utf-8"))["steps"]) for entry in index]
