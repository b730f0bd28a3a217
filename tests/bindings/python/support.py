"""What the tests of the Python package share: Stripe's side, a store, and programs in a process of their own."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from purser import ManualClock, Purser

PACKAGE = Path(os.environ["PURSER_PYTHON_PACKAGE"])  # <build>/python-package; set by ctest
SOURCE = Path(__file__).resolve().parents[3]
SECRET = "whsec_python_test_4f9ab3d1"
START_MS = 1_700_000_000_000
MONTH_S = 30 * 86400

CATALOG = """{
  "purser_catalog": 1, // comments are allowed
  "features": {"crm": "CRM", "leads": "Leads"},
  "meters": {"seats": {"window": "lifetime"}},
  "products": {"app": {"fallback": "free", "tiers": {
    "free": {},
    "pro": {"features": ["leads", "crm"], "limits": {"seats": 5}, "prices": [{"id": "price_pro", "currency": "usd", "interval": "month", "unit_amount": 9900}]}}}}
}"""


def event(n=1, account=None, now_s=START_MS // 1000):
    item = {"id": f"si_{n}", "quantity": 1, "current_period_start": now_s, "current_period_end": now_s + MONTH_S, "price": {"id": "price_pro"}}
    subscription = {"id": f"sub_{n}", "object": "subscription", "customer": f"cus_{n}", "status": "active",
                    "metadata": {"purser_account": account or f"acct_{n}"}, "items": {"object": "list", "data": [item]}}
    return json.dumps({"id": f"evt_{n}", "object": "event", "type": "customer.subscription.created", "created": now_s, "livemode": False,
                       "data": {"object": subscription}})


def signature(body, now_s=START_MS // 1000, secret=SECRET):
    return f"t={now_s},v1=" + hmac.new(secret.encode(), f"{now_s}.{body}".encode(), hashlib.sha256).hexdigest()


def signed(body):
    return {"body": body, "signature": signature(body)}


def open_store(**config):
    """A store in memory with the catalog of the tests and a clock that stands still."""
    store = Purser.open(**{"store": "sqlite::memory:", "mode": "offline", "webhook_secrets": [SECRET], "clock": ManualClock(START_MS), **config})
    if config.get("threads") != 0:
        store.catalog_apply(text=CATALOG)
    return store


def folder(test):
    made = tempfile.TemporaryDirectory()
    test.addCleanup(made.cleanup)
    return Path(made.name)


def run(*command, timeout=120, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout, check=False, **options)


def program(body, *flags, first="", timeout=60):
    """`first`, then `body` in a process of its own, with this module's names. A deadlock ends it: TimeoutExpired."""
    begin = f"{first}\nimport asyncio, gc, os, sys, threading, time, weakref\nfrom purser import *\nfrom support import *\n"
    return run(sys.executable, *flags, "-c", begin + body, cwd=Path(__file__).parent, timeout=timeout)
