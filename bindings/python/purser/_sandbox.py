"""The stand-in for Stripe, with a clock of its own: `with Sandbox(catalog="catalog.json") as box, Purser.open(**box.config, store=…) as purser`."""

import json
from typing import NamedTuple
from urllib.parse import urlencode

from . import _purser


class DeliveryReport(NamedTuple):
    """What became of a delivery. An event whose answer is not 2xx goes on waiting."""

    delivered: int
    refused: int
    dropped: int
    requests: int
    waiting: int


class ApiAnswer(NamedTuple):
    """Stripe's answer to one request; the body is its JSON."""

    status: int
    body: object


class Sandbox:
    """A stateful stand-in for Stripe. The same seed and the same calls give the same ids. Every word may be called from any thread and lets others run."""

    def __init__(self, *, catalog=None, **options):
        self._box = _purser._sandbox_open({"catalog": catalog, **options})
        self._catalog = catalog

    @property
    def config(self):
        """For Purser.open(**box.config, store=…): the catalog and this sandbox."""
        return {"sandbox": self} if self._catalog is None else {"catalog": self._catalog, "sandbox": self}

    def _run(self, word, store=None, **fields):
        return _purser._sandbox_call(self._box, word, fields, store)

    # the buyer on the checkout page
    def pay(self, session):
        """Pays with a good card."""
        self._run("pay", session=session)

    def decline(self, session):
        """Tries a card that is declined: the session stays open."""
        self._run("decline", session=session)

    def abandon(self, session):
        """Goes away for good: the session expires."""
        self._run("abandon", session=session)

    # the customer in the portal
    def cancel(self, subscription, *, at_period_end=False):
        """Cancels now or at the end of the period."""
        self._run("cancel", subscription=subscription, at_period_end=at_period_end)

    def resume(self, subscription):
        """Takes a cancellation at the period's end back."""
        self._run("resume", subscription=subscription)

    def swap(self, subscription, *, price=None, quantity=None):
        """Changes to another price (id or lookup key) or quantity, prorated."""
        self._run("swap", subscription=subscription, price=price, quantity=quantity)

    def card(self, customer, card):
        """What the customer's card does from now on: good, declined, none or action (every payment waits for confirm)."""
        self._run("card", customer=customer, card=card)

    def confirm(self, payment):
        """The card's holder agrees to a payment (pi_…, in_…, sub_…) that waits for that."""
        self._run("confirm", payment=payment)

    # the host's people in the dashboard
    def refund(self, payment, *, amount_minor=None):
        """Gives money back: ch_…, pi_…, in_…, cs_… or sub_… (its newest payment); without an amount all that is left."""
        self._run("refund", payment=payment, amount_minor=amount_minor)

    def dispute(self, payment, outcome="opened"):
        """The cardholder's bank disputes a payment (opened), or the dispute ends: won or lost."""
        self._run("dispute", payment=payment, outcome=outcome)

    def pause(self, subscription, *, behavior="void", resumes_at_ms=None):
        """Pauses the collection of payments: void, keep_as_draft or mark_uncollectible."""
        self._run("pause", subscription=subscription, behavior=behavior, resumes_at_ms=resumes_at_ms)

    def unpause(self, subscription):
        """Ends that pause."""
        self._run("unpause", subscription=subscription)

    def delete_customer(self, customer):
        """Deletes a customer for good: its subscriptions are cancelled."""
        self._run("delete_customer", customer=customer)

    def entitle(self, product, feature):
        """Puts a feature of Stripe's own entitlements on a product (prod_…, or a price of it by id or lookup key)."""
        self._run("entitle", product=product, feature=feature)

    def connect(self):
        """A connected account that can be paid: acct_…. Its events go to the endpoint `connect`."""
        return self._run("connect")

    def payout_end(self, payout, outcome="paid"):
        """What the bank does with a payout: paid, failed (also one that was paid) or canceled."""
        self._run("payout_end", payout=payout, outcome=outcome)

    @property
    def secret_key(self):
        """The API key that it takes, for Stripe's own SDK on loopback."""
        return _purser._sandbox_secret_key(self._box)

    # time
    @property
    def now_ms(self):
        """Its clock; unix milliseconds."""
        return _purser._sandbox_now_ms(self._box)

    def advance(self, duration_ms):
        """Lets time pass: renewals, trial ends, retries, cancellations and expiries happen in their order."""
        self._run("advance", duration_ms=duration_ms)

    # webhooks
    def deliver(self, purser=None, **how):
        """All waiting events, signed. Without faults an event that is not answered 2xx is a PurserError; with them the report says it.

        how: order (as_created, reversed, shuffled), repeat, drop_percent, hold_percent, unsigned, older_than_ms, only and lose (types or ids, separated by commas),
        api_version (rendered in these versions' shapes, separated by commas), thin (1 = as notifications, 2 = both), url and connect_url (POST there instead).
        """
        if not how:
            return self._run("deliver", purser)
        return DeliveryReport(**self._run("deliver_with", purser, **how))

    def rotate_secret(self):
        """A new signing secret; for 24 sandbox hours events carry signatures of both."""
        return self._run("rotate_secret")

    def resend(self, event):
        """An event that was delivered or lost waits again, under its own id."""
        self._run("resend", event=event)

    def send(self, type, object):
        """An event of any type about an object as it is now."""
        self._run("send", type=type, object=object)

    def webhook_url(self, url):
        """Where its pages deliver the events that they cause; None = nowhere, they wait."""
        self._run("webhook_url", url=url)

    # the API
    def fail(self, kind="none", **which):
        """What the next requests meet: status (with status=…), lost or not_sent; "none" forgets all faults. path, method, after and count say which."""
        self._run("fail", kind=kind, **which)

    def request(self, method, path, form=None):
        """One request as the holder of the API key. `form` is a dict or form-encoded."""
        encoded = form if form is None or isinstance(form, str) else urlencode(form)
        status, body = self._run("request", method=method, path=path, form=encoded)
        return ApiAnswer(status, json.loads(body))

    def serve(self, port=0):
        """Serves the API and its pages on 127.0.0.1; the address."""
        return self._run("serve", port=port)

    def close(self):
        """Ends this hold on it; stores that were opened on it keep theirs. A second call is fine."""
        _purser._sandbox_close(self._box)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
