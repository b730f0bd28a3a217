"""The change feed: at least once, in order, a cursor per consumer, and ends that end it."""

import asyncio
import threading
import time
import unittest

from purser import PurserError
from support import event, folder, open_store, signed


def receive(store, n):
    store.webhook_receive(**signed(event(n)))


def collect(feed, each=lambda change: change.done()):
    seen = []
    for change in feed:
        seen.append((change.account, change.product, change.tier_before, change.tier))
        each(change)
    return seen


def upgrades(*numbers):
    return [(f"acct_{n}", "app", "free", "pro") for n in numbers]


class Changes(unittest.TestCase):
    def open(self, **config):
        store = open_store(**config)
        self.addCleanup(store.close)
        return store

    def test_in_order_and_once_done_never_again(self):
        path = folder(self) / "purser.db"
        with open_store(store=path) as store:
            for n in range(1, 6):
                receive(store, n)
            self.assertEqual(collect(store.changes("users-table", wait=0, limit=2)), upgrades(1, 2, 3, 4, 5))
            self.assertEqual(collect(store.changes("users-table", wait=0)), [])
            self.assertEqual(collect(store.changes("mails", wait=0), lambda change: None), upgrades(1, 2, 3, 4, 5))
        with open_store(store=path) as store:
            receive(store, 6)
            self.assertEqual(collect(store.changes("users-table", wait=0)), upgrades(6))
            self.assertEqual(collect(store.changes("mails", wait=0)), upgrades(1, 2, 3, 4, 5, 6))

    def test_fields(self):
        store = self.open()
        receive(store, 1)
        change = next(store.changes("users-table"))
        self.assertEqual((change.customer, change.subscription, change.tier), ("cus_1", "sub_1", "pro"))
        self.assertIn("evt_1", change.cause)
        self.assertGreater(change.seq, 0)
        self.assertIn("acct_1", repr(change))
        self.assertIsNone(change.done())
        self.assertRaises(AttributeError, lambda: change.nothing)

    def test_a_failure_gives_it_once_more(self):
        store = self.open()
        receive(store, 1)
        receive(store, 2)

        def write(change):
            if change.account == "acct_2":
                raise ConnectionError
            change.done()

        self.assertRaises(ConnectionError, collect, store.changes("users-table", wait=0), write)
        self.assertEqual(collect(store.changes("users-table", wait=0)), upgrades(2))

    def test_what_is_passed_over_comes_again_after_a_pause(self):
        store = self.open()
        receive(store, 1)
        feed, at = store.changes("users-table", poll=0.04), []
        for _ in range(3):
            next(feed)
            at.append(time.monotonic())
        self.assertGreaterEqual(at[1] - at[0], 0.035)
        self.assertGreaterEqual(at[2] - at[1], 0.07)

    def test_later_and_close(self):
        store = self.open()
        threading.Timer(0.05, receive, (store, 1)).start()
        threading.Timer(0.4, store.close).start()
        began = time.monotonic()
        self.assertEqual(collect(store.changes("users-table", poll=0.02)), upgrades(1))
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(collect(store.changes("users-table")), [])

    def test_wait(self):
        store = self.open()
        began = time.monotonic()
        self.assertEqual(collect(store.changes("users-table", wait=0.2, poll=0.05)), [])
        self.assertTrue(0.19 <= time.monotonic() - began < 3)

    def test_refused(self):
        store = self.open()
        self.assertRaises(PurserError, next, store.changes(""))
        self.assertRaises(PurserError, next, store.changes("a", limit=5000))
        self.assertRaises(ValueError, store.changes, "a", wait=-1)
        self.assertRaises(ValueError, store.changes, "a", poll=0)
        self.assertRaises(TypeError, store.changes)

    def test_awaited(self):
        store = self.open()
        for n in (1, 2, 3):
            receive(store, n)

        async def main():
            seen = []
            async for change in store.aio.changes("users-table", wait=0, limit=2):
                seen.append((change.account, change.product, change.tier_before, change.tier))
                await change.done()
            self.assertEqual(seen, upgrades(1, 2, 3))
            waiting = asyncio.ensure_future(store.aio.changes("users-table").__anext__())
            await asyncio.sleep(0.05)
            receive(store, 4)
            self.assertEqual((await asyncio.wait_for(waiting, 5)).account, "acct_4")
            store.change_done(consumer="mails", seq=store.change_next(consumer="mails").changes[-1].seq)
            cancelled = asyncio.ensure_future(store.aio.changes("mails", poll=5).__anext__())
            await asyncio.sleep(0.02)
            cancelled.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await cancelled

        asyncio.run(main())


if __name__ == "__main__":
    unittest.main()
