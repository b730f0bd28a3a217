"""Buys, closes, opens again: the tier is in the store.  program.py STORE CATALOG; with `watch` instead: says when it sees the tier."""
import sys
import time

from purser import Purser, Sandbox


def watch(store, catalog):
    with Purser.open(store=store, catalog=catalog, mode="sandbox") as purser:
        print("watching", flush=True)
        while not purser.check("acct_42", "crm"):
            time.sleep(0.001)
        print(time.time(), flush=True)


def buy(store, catalog):
    with Sandbox(catalog=catalog, seed=1) as box:
        with Purser.open(**box.config, store=store) as purser:
            session = purser.checkout_create(account="acct_42", email="ann@example.com", tier="ultralead", interval="month",
                                             success_url="https://app.example.com/welcome", cancel_url="https://app.example.com/pricing")
            box.pay(session.session_id)
            box.deliver(purser, order="shuffled", repeat=3)
            print(time.time(), flush=True)
            print("after:", int(purser.check("acct_42", "crm")))
        with Purser.open(**box.config, store=store) as purser:
            print("again:", int(purser.check("acct_42", "crm")))


if sys.argv[1] == "watch":
    watch(*sys.argv[2:])
else:
    buy(*sys.argv[1:])
