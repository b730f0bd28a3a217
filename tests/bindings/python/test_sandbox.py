"""The sandbox in Python: the whole story, every word, and ends in any order."""

import gc
import threading
import unittest
import urllib.request

from purser import ManualClock, Purser, PurserError, Sandbox
from support import SOURCE, program

CATALOG = SOURCE / "examples/catalog.json"
START_MS = 1_700_000_000_000
DAY_MS = 86_400_000
BUY = {"account": "acct_42", "tier": "ultralead", "interval": "month", "success_url": "https://app.example.com/welcome"}


class Sandboxes(unittest.TestCase):
    def open(self, **options):
        box = Sandbox(**{"catalog": CATALOG, "seed": 1, "start_ms": START_MS, **options})
        self.addCleanup(box.close)
        purser = Purser.open(**box.config, store="sqlite::memory:")
        self.addCleanup(purser.close)
        return box, purser

    def refused(self, code, call, *args, **fields):
        with self.assertRaises(PurserError) as caught:
            call(*args, **fields)
        self.assertEqual(caught.exception.code, code, caught.exception)
        return caught.exception

    def test_the_whole_story(self):
        box, purser = self.open()
        buy = purser.checkout_create(**BUY, email="ann@example.com", metadata={"team": "blue"})
        box.pay(buy.session_id)
        self.assertIsNone(box.deliver(purser))
        self.assertTrue(purser.check("acct_42", "crm"))
        self.assertEqual(self.refused("conflict", purser.checkout_create, **BUY).reason, "already_subscribed")
        answer = box.request("GET", f"/v1/checkout/sessions/{buy.session_id}")
        self.assertEqual((answer.status, answer.body["status"], answer.body["metadata"]["team"]), (200, "complete", "blue"))

        subscription = purser.checkout_confirm(account="acct_42", session=buy.session_id).subscription
        box.cancel(subscription, at_period_end=True)
        box.resume(subscription)
        box.cancel(subscription, at_period_end=True)
        report = box.deliver(purser, order="shuffled", repeat=3)
        self.assertEqual((report.delivered, report.requests, report.refused, report.waiting), (3, 9, 0, 0))
        before = box.now_ms
        box.advance(50 * DAY_MS)
        self.assertEqual(box.now_ms, before + 50 * DAY_MS)
        self.assertFalse(purser.check("acct_42", "crm"), "ended by the clock, before any webhook")
        box.deliver(purser, order="reversed")
        seen = []
        for change in purser.changes("users", wait=0):
            seen.append((change.tier_before, change.tier))
            change.done()
        self.assertEqual(seen, [("free", "full"), ("full", "free")])

    def test_every_other_word(self):
        box, purser = self.open()
        buy = purser.checkout_create(**BUY)
        box.decline(buy.session_id)
        box.pay(buy.session_id)
        self.assertGreater(box.deliver(purser, unsigned=True).refused, 0)
        self.assertEqual(box.deliver(purser, only="checkout.session.completed").delivered, 1)
        self.assertEqual(box.deliver(purser, older_than_ms=3_600_000).requests, 0)
        box.deliver(purser, drop_percent=0)
        confirmed = purser.checkout_confirm(account="acct_42", session=buy.session_id)
        box.swap(confirmed.subscription, quantity=2)
        box.card(confirmed.customer, "declined")
        self.assertTrue(box.rotate_secret().startswith("whsec_"))
        box.fail("status", status=400, path="/v1/checkout/sessions")
        self.assertRaises(PurserError, purser.checkout_create, **{**BUY, "account": "acct_43"})
        box.fail()
        other = purser.checkout_create(**{**BUY, "account": "acct_43"})
        box.abandon(other.session_id)
        at = box.serve()
        third = purser.checkout_create(**{**BUY, "account": "acct_44"})
        self.assertTrue(third.url.startswith(at), third.url)
        with urllib.request.urlopen(third.url, timeout=20) as page:
            self.assertEqual(page.status, 200)
        box.webhook_url("http://127.0.0.1:9/webhook")
        box.webhook_url(None)
        self.assertEqual(box.request("POST", "/v1/customers", {"name": "Änn & Söhne"}).body["name"], "Änn & Söhne")

    def test_the_words_of_dashboards_and_banks(self):
        box, purser = self.open()
        buy = purser.checkout_create(**BUY)
        box.pay(buy.session_id)
        confirmed = purser.checkout_confirm(account="acct_42", session=buy.session_id)
        subscription, customer = confirmed.subscription, confirmed.customer
        box.advance(46 * DAY_MS)  # past the trial and its first renewal

        def state():
            return box.request("GET", f"/v1/subscriptions/{subscription}").body

        box.refund(subscription, amount_minor=100)
        box.dispute(subscription)
        box.dispute(subscription, "won")
        self.refused("conflict", box.dispute, subscription, "lost")
        box.pause(subscription, behavior="keep_as_draft")
        self.assertEqual(state()["pause_collection"]["behavior"], "keep_as_draft")
        box.unpause(subscription)
        box.entitle(state()["items"]["data"][0]["price"]["id"], "crm")
        self.assertEqual(len(box.request("GET", f"/v1/entitlements/active_entitlements?customer={customer}").body["data"]), 1)
        box.card(customer, "action")
        box.advance(32 * DAY_MS)
        self.assertEqual(state()["status"], "past_due")
        box.confirm(subscription)
        self.assertEqual(state()["status"], "active")
        account = box.connect()
        box.request("POST", "/v1/transfers", {"amount": 500, "currency": "usd", "destination": account})
        payout = box.request("POST", f"{account}/v1/payouts", {"amount": 500, "currency": "usd"}).body["id"]
        box.payout_end(payout)
        box.payout_end(payout, "failed")
        box.send("transfer.paid", box.request("GET", "/v1/transfers").body["data"][0]["id"])
        report = box.deliver(purser, api_version="2024-09-30.acacia,2026-06-24.dahlia", thin=2, hold_percent=30, lose="invoice.updated", order="shuffled")
        self.assertEqual(report.refused, 0)
        self.assertGreater(report.waiting, 0)
        box.delete_customer(customer)
        box.deliver(purser)
        box.resend(box.request("GET", "/v1/events?limit=1").body["data"][0]["id"])
        self.assertEqual(box.deliver(purser, repeat=1).requests, 1)

    def test_refused(self):
        box, purser = self.open()
        self.refused("not_found", box.pay, "cs_test_unknown")
        self.refused("invalid", box.pay, 5)
        self.refused("invalid", box.card, "cus_1", "stolen")
        self.refused("invalid", box.deliver, purser, order="random")
        self.refused("invalid", box.deliver)
        self.assertRaises(TypeError, box.deliver, 5)
        self.assertRaises(TypeError, box.deliver, purser, ordr="shuffled")
        self.assertRaises(TypeError, Sandbox, catlog="x")
        self.assertRaises(PurserError, Sandbox, catalog="/nowhere/catalog.json")
        self.refused("invalid", Purser.open, **box.config, store="sqlite::memory:", clock=ManualClock(1))
        buy = purser.checkout_create(**BUY)
        box.pay(buy.session_id)
        self.refused("conflict", box.pay, buy.session_id)

    def test_the_same_seed_gives_the_same_ids(self):
        def ids(seed):
            box, purser = self.open(seed=seed)
            buy = purser.checkout_create(**BUY)
            box.pay(buy.session_id)
            box.deliver(purser)
            return buy.session_id, buy.customer, purser.account_read(account="acct_42").grants[0].subscription
        self.assertEqual(ids(9), ids(9))
        self.assertNotEqual(ids(9)[0], ids(10)[0])

    def test_other_threads_run_meanwhile(self):
        box, purser = self.open()
        buy = purser.checkout_create(**BUY)
        box.pay(buy.session_id)
        worker = threading.Thread(target=box.deliver, args=(purser,), kwargs={"repeat": 200})
        worker.start()
        looks = 0
        while worker.is_alive():
            purser.check("acct_42", "crm")
            looks += 1
        worker.join()
        self.assertGreater(looks, 0)
        self.assertTrue(purser.check("acct_42", "crm"))

    def test_closed_in_any_order(self):
        box = Sandbox(catalog=CATALOG, start_ms=START_MS)
        first, second = (Purser.open(**box.config, store="sqlite::memory:") for _ in range(2))
        buy = first.checkout_create(**BUY)
        box.pay(buy.session_id)
        worker = threading.Thread(target=lambda: box.deliver(first, repeat=50))
        worker.start()
        first.close()
        worker.join()
        box.close()
        box.close()
        self.refused("closed", box.pay, buy.session_id)
        self.refused("closed", lambda: box.now_ms)
        self.refused("closed", Purser.open, **box.config, store="sqlite::memory:")
        self.assertTrue(second.checkout_create(**BUY).session_id.startswith("cs_"), "a store keeps its sandbox")
        del box
        gc.collect()
        self.assertFalse(second.check("acct_42", "crm"))
        second.close()

    def test_forgotten_and_forked(self):
        done = program(f"""
for i in range(10):
    box = Sandbox(catalog={str(CATALOG)!r})
    purser = Purser.open(**box.config, store="sqlite::memory:")
    if i % 2: box.serve()
    purser.check("a", "b")
child = os.fork()
if child == 0:
    sys.exit(0)
print(os.waitpid(child, 0)[1])
""")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "0\n", ""))


if __name__ == "__main__":
    unittest.main()
