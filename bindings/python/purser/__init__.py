"""Subscriptions, webhooks, tiers and entitlements inside the host's own process and on the host's own store.

    with Purser.open(store="sqlite:purser.db", catalog="catalog.json") as purser:
        receipt = purser.webhook_receive(body=body, signature=header)  # answer receipt.http_status
        if purser.check("acct_42", "crm"): ...
        for change in purser.changes("users-table"):  # your own users table learns; at least once, in order
            ...
            change.done()

Routes for FastAPI: `from purser.fastapi import billing, require_feature`. Without a Stripe account:

    with Sandbox(catalog="catalog.json", seed=1) as box, Purser.open(**box.config, store="sqlite::memory:") as purser:
        buy = purser.checkout_create(account="acct_42", tier="ultralead", interval="month", success_url="https://app.example.com/welcome")
        box.pay(buy.session_id)
        box.deliver(purser, order="shuffled", repeat=3)

Verbs take keywords, block, and let other threads run; `await purser.aio.<verb>(...)` is the same verb for an event loop.
"""

from enum import IntEnum

from . import _aio, _changes, _pages, _purser  # noqa: F401  _aio: Purser.aio
from ._changes import AwaitedChange, OpenChange
from ._purser import *  # noqa: F403  Purser, ManualClock, PurserError and the classes of all results
from ._purser import version as __version__
from ._sandbox import ApiAnswer, DeliveryReport, Sandbox

_purser.Purser.changes = _changes.changes
_aio.Aio.changes = _changes.aio_changes
for _list in ("invoices", "parked", "earnings"):
    setattr(_purser.Purser, _list, getattr(_pages, _list))
    setattr(_aio.Aio, _list, getattr(_pages, f"aio_{_list}"))


class LogLevel(IntEnum):
    DEBUG = 0
    INFO = 1
    WARNING = 2
    ERROR = 3


__all__ = ["ApiAnswer", "AwaitedChange", "DeliveryReport", "LogLevel", "OpenChange", "Sandbox"] + [name for name in vars(_purser) if not name.startswith("_") and name != "version"]
