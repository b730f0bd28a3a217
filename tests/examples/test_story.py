"""./dev demo --script: with catalogs of different shapes it must come to its end; sabotaged, it must not, and name the step."""
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

import support
from support import CATALOG, CATALOGS, main


class Story(unittest.TestCase):
    def tell(self, catalog, *words, store=None):
        with tempfile.TemporaryDirectory(prefix="purser-story-") as folder:
            store = store or pathlib.Path(folder) / "purser.db"
            done = subprocess.run([support.HOST, "--script", "--catalog", str(catalog), "--store", str(store), *words], capture_output=True, text=True,
                                  timeout=300, check=False, env={"PATH": os.environ.get("PATH", "")})
        return done

    def ends_well(self, catalog, *words, **more):
        done = self.tell(catalog, *words, **more)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-1000:])
        self.assertIn("All is as the catalog and Stripe say.", done.stdout)
        self.assertNotIn("\033", done.stdout)  # colour is for terminals
        return done.stdout

    def fails(self, sabotage):
        done = self.tell(CATALOG, "--sabotage", sabotage)
        self.assertEqual(done.returncode, 1, done.stdout[-3000:])
        found = re.search(r"FAILED at step '([a-z-]+)': (.+)", done.stdout)
        self.assertTrue(found, done.stdout[-1000:])
        return found.groups()

    def steps(self, text):
        return re.findall(r"^ *\d+  ([a-z-]+)  ", text, re.MULTILINE)

    def test_shipped_catalog(self):
        text = self.ends_well(CATALOG)
        self.assertEqual(self.steps(text), ["pricing", "sign-in", "refusals", "checkout", "pay", "success-page", "portal", "swap", "swap-back", "quantity", "cancel-undo",
                                            "lost-webhook", "lost-and-back", "gap", "gap-closed", "second", "second-now", "add-on", "one-time", "trial-ending", "renewal",
                                            "past-due", "recovered", "refund", "paid-again", "dispute", "dispute-won", "cancel", "period-end", "again",
                                            "bob-buys", "close", "erase"])
        self.assertIn("left out: change of interval", text)

    def test_one_tier(self):
        text = self.ends_well(CATALOGS / "one-tier.json")
        for what in ("change of tier", "change of interval", "second product", "add-on", "one-time item"):
            self.assertIn(f"left out: {what}", text)

    def test_yearly_only(self):
        text = self.ends_well(CATALOGS / "yearly-only.json")
        self.assertIn("swap", self.steps(text))
        self.assertIn("no grace", text)

    def test_many_terms(self):
        text = self.ends_well(CATALOGS / "many-terms.json")
        self.assertTrue({"swap", "rhythm", "second", "add-on", "one-time"} <= set(self.steps(text)))

    def test_no_tier(self):
        text = self.ends_well(CATALOGS / "no-tier.json")
        self.assertEqual(self.steps(text), ["pricing", "sign-in", "refusals", "add-on", "one-time", "bob-buys", "close", "erase"])
        self.assertIn("left out: tier: ", text)

    def test_strange_keys(self):
        self.ends_well(CATALOGS / "strange-keys.json")

    def test_late_renewal_is_survived(self):
        self.assertIn("access at every minute", self.ends_well(CATALOG, "--sabotage", "late-renewal"))

    def test_lost_webhooks_heal(self):
        self.assertIn("all is as the catalog and Stripe say".lower(), self.ends_well(CATALOG, "--sabotage", "lost-webhooks").lower())

    def test_lost_for_good(self):
        step, what = self.fails("lost-for-good")
        self.assertEqual(step, "pay")
        self.assertIn("expected 'starter', found 'free'", what)

    def test_no_signature(self):
        step, what = self.fails("no-signature")
        self.assertIn(step, ("checkout", "pay"))
        self.assertIn("refused", what)

    def test_wrong_price(self):
        step, what = self.fails("wrong-price")
        self.assertEqual(step, "checkout")
        self.assertIn("price", what)

    def test_the_store_is_left_for_others_to_read(self):
        with tempfile.TemporaryDirectory(prefix="purser-story-") as folder:
            store = pathlib.Path(folder) / "kept.db"
            self.ends_well(CATALOG, store=store)
            users = sqlite3.connect(f"{store}.users").execute("select id, tier, stripe_customer_id, stripe_subscription_id from users where email = 'ann@example.com'").fetchone()
            self.assertRegex(users[1], "^[a-z-]+/[a-z]+$")
            shown = subprocess.run([support.PURSER, "account", "show", users[0], "--store", str(store)], capture_output=True, text=True, check=False,
                                   env={"PATH": os.environ.get("PATH", "")})
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertIn(users[1].split("/")[1], shown.stdout)
            row = sqlite3.connect(f"file:{store}?mode=ro", uri=True).execute("select customer, grants from purser_v_account where account = ?", (users[0],)).fetchone()
            self.assertEqual(row[0], users[2])
            self.assertGreaterEqual(row[1], 1)
            # A sandbox starts empty; an old store is refused, not mixed up.
            again = self.tell(CATALOG, store=store)
            self.assertEqual(again.returncode, 2)
            self.assertIn("exists already", again.stderr)

    def test_usage(self):
        for words in (["--script"], ["--catalog"], ["--port", "x"], ["--sabotage", "nothing"], ["--nothing"]):
            done = subprocess.run([support.HOST, *words], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("usage:", done.stderr)


if __name__ == "__main__":
    main()
