"""check and tier: a bool and a text, whatever comes in."""

import sys
import unittest

from support import event, open_store, signed

WRONG = (None, 5, 1.5, b"acct_1", [], object(), "", "a\0b", "acct_1\0", "\ud800", "x" * 100_000)


class Hot(unittest.TestCase):
    def setUp(self):
        self.store = open_store()
        self.addCleanup(self.store.close)
        self.store.webhook_receive(**signed(event(1)))

    def test_yes_and_no(self):
        self.assertIs(self.store.check("acct_1", "crm"), True)
        self.assertIs(self.store.check("acct_2", "crm"), False)
        self.assertIs(self.store.check("acct_1", "no_such"), False)
        self.assertEqual(self.store.tier("acct_1", "app"), "pro")
        self.assertEqual(self.store.tier("acct_2", "app"), "free")
        self.assertIsNone(self.store.tier("acct_1", "no_such"))

    def test_never_raises(self):
        for wrong in WRONG:
            self.assertIs(self.store.check(wrong, "crm"), False)
            self.assertIs(self.store.check("acct_1", wrong), False)
            self.assertIsNone(self.store.tier("acct_1", wrong))
            self.assertIn(self.store.tier(wrong, "app"), (None, "free"))
        for count in (0, 1, 3):
            self.assertIs(self.store.check(*["acct_1"] * count), False)
            self.assertIsNone(self.store.tier(*["acct_1"] * count))

    def test_closed(self):
        self.store.close()
        self.assertIs(self.store.check("acct_1", "crm"), False)
        self.assertIsNone(self.store.tier("acct_1", "app"))

    def test_leaks_nothing(self):
        account = "acct_" + "1"
        before = sys.getrefcount(account), sys.getrefcount(True), sys.getrefcount(None)
        for _ in range(1000):
            self.store.check(account, "crm")
            self.store.check(account, None)
            self.store.tier(account, None)
        after = sys.getrefcount(account), sys.getrefcount(True), sys.getrefcount(None)
        self.assertTrue(all(abs(b - a) < 100 for a, b in zip(before, after)), (before, after))


if __name__ == "__main__":
    unittest.main()
