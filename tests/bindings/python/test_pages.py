"""Lists as iterators: every element once, in order, whatever the size of a page; blocking and awaited."""

import asyncio
import unittest

from purser import PurserError
from support import event, open_store, signed


def unlinked(n):
    return event(n).replace('"metadata": {"purser_account": "acct_%d"}' % n, '"metadata": {}')


class Pages(unittest.TestCase):
    def open(self, count):
        store = open_store()
        self.addCleanup(store.close)
        for n in range(1, count + 1):
            self.assertEqual(store.webhook_receive(**signed(unlinked(n))).outcome, "parked")
        return store

    def test_every_parked_object_in_pages_of_any_size(self):
        store = self.open(5)

        async def awaited(limit):
            return [one.id async for one in store.aio.parked(limit=limit)]

        for limit in (None, 0, 1, 2, 5, 1000):
            expected = [f"sub_{n}" for n in range(1, 6)]
            self.assertEqual([one.id for one in store.parked(limit=limit)], expected)
            self.assertEqual(asyncio.run(awaited(limit)), expected)
        self.assertEqual(list(store.parked(foreign=True)), [])

    def test_it_can_be_left_and_refuses_what_the_verb_refuses(self):
        store = self.open(3)
        self.assertEqual(next(store.parked(limit=1)).customer, "cus_1")
        for wrong in (lambda: store.parked(limit=1001), lambda: store.invoices(""), lambda: store.earnings("")):
            with self.assertRaises(PurserError) as raised:
                list(wrong())
            self.assertEqual(raised.exception.code, "invalid")

    def test_nothing(self):
        store = self.open(0)
        self.assertEqual((list(store.invoices("nobody")), list(store.earnings("acct_nobody")), list(store.parked())), ([], [], []))


if __name__ == "__main__":
    unittest.main()
