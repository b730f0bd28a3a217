# A checkout from the click to the access, against the sandbox: no Stripe account is needed.
#   pip install purser && python checkout.py
from pathlib import Path

from purser import Purser, Sandbox

catalog = Path(__file__).parent.parent / "catalog.json"

with Sandbox(catalog=catalog, seed=1) as box, Purser.open(**box.config, store="sqlite::memory:") as purser:  # production: Purser.open(store=…, catalog=…)
    print("before:", "yes" if purser.check("acct_42", "crm") else "no")

    buy = purser.checkout_create(
        account="acct_42",
        email="ann@example.com",
        tier="ultralead",  # a product key names its only paid tier
        interval="month",
        success_url="https://app.example.com/welcome",
        cancel_url="https://app.example.com/pricing",
    )
    print("mode:", buy.mode)
    box.pay(buy.session_id)  # the buyer on the page at buy.url
    box.deliver(purser, order="shuffled", repeat=3)  # signed webhooks, through webhook_receive: whatever order, however often
    assert purser.check("acct_42", "crm")
    print("after:", "yes" if purser.check("acct_42", "crm") else "no")

    # How the host's own users table learns; without wait=0 it goes on for ever.
    users = {"acct_42": {"ultralead": "free"}}
    for change in purser.changes("users-table", wait=0):
        users[change.account][change.product] = change.tier
        change.done()
        print(f"{change.account}: {change.product} {change.tier_before} -> {change.tier}")
    assert users == {"acct_42": {"ultralead": "full"}}
