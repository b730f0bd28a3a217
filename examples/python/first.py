# The first program: a signed subscription event goes in, an access decision comes out. It needs no Stripe account.
#   pip install purser && python first.py
import hashlib
import hmac
import json
import time
from pathlib import Path

from purser import Purser

secret = "whsec_of_the_first_program"  # Stripe shows yours beside the webhook endpoint

with Purser.open(
    store="sqlite::memory:",  # a file in production: "sqlite:purser.db"
    mode="test",
    catalog=Path(__file__).parent.parent / "catalog.json",  # which price buys which tier
    webhook_secrets=[secret],
) as purser:
    print("before:", purser.check("acct_42", "crm"))

    # What Stripe sends when acct_42 subscribes. The checkout wrote the account into the metadata.
    now = int(time.time())
    item = {"id": "si_1", "quantity": 1, "current_period_start": now, "current_period_end": now + 30 * 86400,
            "price": {"id": "price_1", "lookup_key": "ultralead_full_month"}}
    subscription = {"id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active",
                    "metadata": {"purser_account": "acct_42"}, "items": {"object": "list", "data": [item]}}
    body = json.dumps({"id": "evt_1", "object": "event", "type": "customer.subscription.created", "created": now,
                       "livemode": False, "data": {"object": subscription}})
    signature = f"t={now},v1=" + hmac.new(secret.encode(), f"{now}.{body}".encode(), hashlib.sha256).hexdigest()

    # Your webhook route: hand over the raw body and the Stripe-Signature header, answer with http_status. It never raises.
    receipt = purser.webhook_receive(body=body, signature=signature)
    print(f"delivered: {receipt.outcome}, answer Stripe with {receipt.http_status}")

    # Your other routes: may this account do this? Decided in memory.
    print("crm:", purser.check("acct_42", "crm"))
    print("ultralead:", purser.tier("acct_42", "ultralead"))

    for held in purser.account_read(account="acct_42").tiers:
        print(f"{held.product}: {held.tier}")
