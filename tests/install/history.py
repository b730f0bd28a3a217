"""The short history every host runs: one subscription of one account, and one signed delivery to verify."""
import hashlib
import hmac
import json
from collections import namedtuple

NOW_S = 1_790_000_000
NOW_MS = NOW_S * 1000
DAY_S = 86_400
SECRET = "whsec_4f1c0b7a9d3e62588c2d1e0f7b6a5948"
Files = namedtuple("Files", "events body header secret")

PRICE = {"id": "price_host", "object": "price", "lookup_key": "leadsite-ai_pro_month", "currency": "usd", "unit_amount": 14900, "type": "recurring",
         "recurring": {"interval": "month", "interval_count": 1}}
ITEM = {"id": "si_host", "object": "subscription_item", "subscription": "sub_host", "quantity": 1, "price": PRICE,
        "current_period_start": NOW_S - DAY_S, "current_period_end": NOW_S + 29 * DAY_S}
SUBSCRIPTION = {"id": "sub_host", "object": "subscription", "customer": "cus_host", "status": "active", "livemode": False, "created": NOW_S - DAY_S,
                "currency": "usd", "cancel_at_period_end": False, "cancel_at": None, "canceled_at": None, "ended_at": None, "collection_method": "charge_automatically",
                "metadata": {"purser_account": "acct_host"}, "items": {"object": "list", "data": [ITEM], "has_more": False}}
EVENT = {"id": "evt_1HostThread", "object": "event", "api_version": "2025-06-30.basil", "created": NOW_S - DAY_S, "livemode": False,
         "type": "customer.subscription.created", "data": {"object": SUBSCRIPTION}}


def write(folder):
    body = json.dumps(EVENT, separators=(",", ":")).encode()
    mac = hmac.new(SECRET.encode(), f"{NOW_S}.".encode() + body, hashlib.sha256).hexdigest()
    (folder / "events.jsonl").write_bytes(body + b"\n")
    (folder / "body.json").write_bytes(body)
    return Files("events.jsonl", "body.json", f"t={NOW_S},v1={mac}", SECRET)
