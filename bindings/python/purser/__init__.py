"""Subscriptions, webhooks, tiers and entitlements inside the host's own process and on the host's own store.

    with Purser.open(store="sqlite:purser.db", catalog="catalog.json") as purser:
        receipt = purser.webhook_receive(body=body, signature=header)  # answer receipt.http_status
        if purser.check("acct_42", "crm"): ...

Verbs take keywords, block, and let other threads run; `await purser.aio.<verb>(...)` is the same verb for an event loop.
"""

from enum import IntEnum

from . import _purser
from ._aio import Aio
from ._purser import *  # noqa: F403  ManualClock, PurserError and the classes of all results
from ._purser import version as __version__


class LogLevel(IntEnum):
    DEBUG = 0
    INFO = 1
    WARNING = 2
    ERROR = 3


class Purser(_purser.Store):
    """An open store, made by Purser.open(store=..., ...). Open one per store and process and share it between threads."""

    __slots__ = ("__weakref__",)

    @property
    def aio(self):
        """The verbs as coroutines."""
        return Aio(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


__all__ = ["LogLevel", "Purser"] + [name for name in vars(_purser) if not name.startswith("_") and name not in ("Store", "version")]
