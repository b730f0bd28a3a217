"""What the receiving side's commands say: billing, invoices, gaps, sweep, parked, health, ledger, tidy, and an account's end."""
import contextlib
import http.server
import json
import sqlite3
import threading
import urllib.parse

from support import CATALOG, HISTORIES, Case, main, run

STORY = HISTORIES / "add-on-beside-the-tier.jsonl"
AT = 1760000100
KEY = {"STRIPE_SECRET_KEY": "sk_test_51Nx7vKq2Tz8Rm4Wp"}


class Stripe(http.server.BaseHTTPRequestHandler):
    """Answers GET with what the server's `objects` hold by path; everything else does not exist."""

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        self.server.asked.append(path)
        found = self.server.objects.get(path)
        body = json.dumps(found or {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No such object"}}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def stripe(objects):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stripe)
    server.objects, server.asked = objects, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def invoice(number, status, remaining, created, customer="cus_1"):
    return {"id": f"evt_in_{number}", "object": "event", "type": "invoice.paid" if status == "paid" else "invoice.payment_failed", "created": created, "livemode": False,
            "data": {"object": {"id": f"in_{number}", "object": "invoice", "customer": customer, "number": f"A-{number}", "status": status, "currency": "usd", "total": 4900,
                                "amount_due": 4900, "amount_paid": 4900 - remaining, "amount_remaining": remaining, "attempt_count": 1, "attempted": True, "created": created,
                                "hosted_invoice_url": f"https://invoice.stripe.com/i/{number}", "lines": {"object": "list", "data": []}}}}


class Inbound(Case):
    def lines(self, name, *documents):
        return self.file(name, "\n".join(json.dumps(one) for one in documents))

    def json(self, schema, *words, **more):
        return self.conforms(self.ok(*words, "--store", self.store, "--json", **more).json(), schema)

    def people(self, *words):
        return self.ok(*words, "--store", self.store).out

    def as_test_store(self):
        """Another mode: only a host makes such a store, from an offline one nobody would ask Stripe."""
        with contextlib.closing(sqlite3.connect(self.store)) as database, database:
            database.execute("update purser_meta set value = 'test' where name = 'mode'")

    def test_billing_and_invoices(self):
        self.replay(STORY)
        self.replay(self.lines("invoices.jsonl", invoice(1, "paid", 0, AT - 200), invoice(2, "open", 4900, AT - 100)))
        billing = self.json("account-billing", "account", "billing", "acct_1", "--at", AT)
        self.assertEqual(billing["owed"], [{"currency": "usd", "amount": 4900, "invoices": 1}])
        self.assertEqual([one["kind"] for one in billing["notices"]], ["payment_failed"])
        self.assertEqual([one["items"] for one in billing["subscriptions"]], ["app/tier-a", "pool"])
        self.assertRegex(self.people("account", "billing", "acct_1"), r"(?m)^Owed\n  49\.00 usd  1 open invoice$")
        listed = self.json("invoice-list", "invoice", "list", "acct_1")
        self.assertEqual([(one["number"], one["status"], one["amount_remaining"]) for one in listed["invoices"]], [("A-2", "open", 4900), ("A-1", "paid", 0)])
        self.assertEqual(listed["more"], False)
        first = self.json("invoice-list", "invoice", "list", "acct_1", "--limit", 1)
        self.assertEqual(([one["number"] for one in first["invoices"]], first["more"]), (["A-2"], True))
        self.assertIn("A-2  2025-10-09 08:53:20 UTC  49.00 usd  open  49.00 usd owed\n", self.people("invoice", "list", "acct_1"))
        self.assertEqual(self.people("invoice", "list", "nobody"), "No invoices.\n")
        self.json("account-billing", "account", "billing", "nobody")

    def test_parked_and_health(self):
        line = STORY.read_text().splitlines()[0].replace('"purser_account":"acct_1"', '"note":"none"')
        self.replay(self.file("one.jsonl", line), more=("--now", AT))
        listed = self.json("parked-list", "parked", "list")
        self.assertEqual([(one["type"], one["customer"], one["outcome"]) for one in listed["objects"]], [("subscription", "cus_1", "parked")])
        self.assertIn("subscription  sub_1  cus_1  parked  since 2025-10-09 08:55:00 UTC\n", self.people("parked", "list"))
        self.assertEqual(self.people("parked", "list", "--foreign"), "Nothing is parked.\n")
        health = self.json("health", "health")
        self.assertEqual((health["events"], health["parked"], health["foreign"]), (1, 1, 0))
        self.assertRegex(self.people("health"), r"(?m)^  parked now +1$")
        self.ok("account", "link", "acct_7", "cus_1", "--store", self.store)
        self.assertEqual(self.json("parked-list", "parked", "list")["objects"], [])

    def test_a_gap_is_listed_and_fetched(self):
        subscription = json.loads(STORY.read_text().splitlines()[0])["data"]["object"]
        # An invoice names a subscription that nobody has told of.
        named = invoice(1, "paid", 0, AT)
        named["data"]["object"]["parent"] = {"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}}
        self.ok("account", "link", "acct_1", "cus_1", "--store", self.replayed())
        self.replay(self.lines("named.jsonl", named), more=("--now", AT))
        gaps = self.json("gap-list", "gap", "list")
        self.assertEqual([(one["type"], one["id"], one["tries"]) for one in gaps["gaps"] if one["type"] == "subscription"], [("subscription", "sub_1", 0)])
        self.assertRegex(self.people("gap", "list"), r"(?m)^  subscription +sub_1 ")
        self.fails(3, "gap", "fetch", "--store", self.store, says="STRIPE_SECRET_KEY")
        self.as_test_store()
        self.fails(3, "gap", "fetch", "--store", self.store, says="STRIPE_SECRET_KEY")
        with stripe({"/v1/subscriptions/sub_1": subscription}) as (server, base):
            asking = ("gap", "fetch", "--api-base", base, "--now", AT + 60)
            fetched = self.json("gap-fetch", *asking, environment=KEY)
            self.assertEqual(fetched["fetched"], 1, fetched)
            self.assertIn("/v1/subscriptions/sub_1", server.asked)
        self.assertEqual(self.show("acct_1", AT)["tiers"], {"app": "tier-a"})
        self.assertEqual([one for one in self.json("gap-list", "gap", "list")["gaps"] if one["type"] == "subscription"], [])
        self.assertEqual(self.json("health", "health")["fetches"], 1)

    def replayed(self):
        self.replay("-")
        return self.store

    def test_a_sweep_takes_in_what_never_came(self):
        event = json.loads(STORY.read_text().splitlines()[0])
        self.replay("-")
        self.as_test_store()
        with stripe({"/v1/events": {"object": "list", "has_more": False, "data": [event]}}) as (_, base):
            swept = self.json("event-sweep", "event", "sweep", "--api-base", base, "--since", event["created"] - 10, "--now", event["created"] + 600, environment=KEY)
            self.assertEqual((swept["listed"], swept["missed"]), (1, 1))
            again = self.ok("event", "sweep", "--store", self.store, "--api-base", base, "--now", event["created"] + 600, environment=KEY)
            self.assertIn("1 event in Stripe's list; none was missed\n", again.out)
        self.assertEqual(self.show("acct_1", event["created"] + 600)["tiers"], {"app": "tier-a"})

    def test_no_word_of_the_key(self):
        self.replay(STORY)
        self.as_test_store()
        with stripe({}) as (_, base):
            for words in (("gap", "fetch"), ("event", "sweep"), ("account", "close", "acct_1")):
                ran = run(*words, "--store", self.store, "--api-base", base, environment=KEY)
                self.assertNotIn(KEY["STRIPE_SECRET_KEY"][8:], ran.out + ran.err, words)

    def test_ledger(self):
        self.replay(STORY)
        verified = self.json("ledger-verify", "ledger", "verify")
        self.assertEqual((verified["intact"], verified["chains"], verified["erased"], verified["broken"]), (True, 1, 0, []))
        self.assertRegex(self.people("ledger", "verify", "acct_1"), r"\Aintact  1 chain, \d+ entr(y|ies), 0 erased\n\Z")
        self.fails(3, "ledger", "verify", "nobody", "--store", self.store, says="none")
        with contextlib.closing(sqlite3.connect(self.store)) as database, database:
            database.execute("update purser_ledger set at_ms = at_ms + 1 where seq = 1")
        broken = run("ledger", "verify", "--store", self.store, "--json")
        self.assertEqual((broken.code, broken.json()["intact"]), (1, False))
        self.assertEqual([(one["account"], one["seq"]) for one in self.conforms(broken.json(), "ledger-verify")["broken"]], [("acct_1", 1)])

    def test_tidy(self):
        self.replay(STORY, more=("--now", AT))
        self.assertEqual(self.json("store-tidy", "store", "tidy", "--now", AT + 60)["payloads"], 0)
        self.assertGreater(self.json("store-tidy", "store", "tidy", "--now", AT + 400 * 86400, "--budget", 5)["payloads"], 0)
        self.assertRegex(self.people("store", "tidy"), r"(?m)^  event bodies deleted +\d+$")

    def test_erasing_is_said_twice(self):
        self.replay(STORY)
        self.fails(2, "account", "erase", "acct_1", "--store", self.store, says="--yes-erase")
        self.fails(2, "account", "erase", "acct_1", "--store", self.store, "--yes-erase", "acct_2", says="nothing was erased")
        self.fails(3, "account", "erase", "acct_1", "--store", self.store, "--yes-erase", "acct_1", says="close")
        self.assertEqual(self.show("acct_1", AT)["customer"], "cus_1")

    def test_the_end_of_an_account(self):
        ended = STORY.read_text().splitlines()
        for number, line in enumerate(list(ended)):
            event = json.loads(line)
            if event.get("object") == "event" and event["data"]["object"]["object"] == "subscription":
                event.update(id=f"evt_end_{number}", type="customer.subscription.deleted", created=AT)
                event["data"]["object"].update(status="canceled", ended_at=AT)
                event["data"].pop("previous_attributes", None)
                ended.append(json.dumps(event))
        self.replay(self.file("ended.jsonl", "\n".join(dict.fromkeys(ended))))
        closed = self.conforms(run("account", "close", "acct_1", "--store", self.store, "--json").json(), "account-close")
        self.assertEqual((closed["open"], closed["ends_ms"]), (0, 0))
        exported = json.loads(self.ok("account", "export", "acct_1", "--store", self.store).out)
        self.assertIn("cus_1", json.dumps(exported))
        erased = self.json("account-erase", "account", "erase", "acct_1", "--yes-erase", "acct_1")
        self.assertEqual(erased["customers"], 1)
        self.assertEqual(self.show("acct_1", AT)["customer"], None)
        self.assertNotIn(b"cus_1", self.store.read_bytes())
        self.assertEqual(self.json("ledger-verify", "ledger", "verify")["erased"], 1)
        self.fails(3, "account", "export", "acct_1", "--store", self.store, says="none")

    def test_no_store_is_made(self):
        for words in (("gap", "list"), ("gap", "fetch"), ("event", "sweep"), ("parked", "list"), ("health",), ("ledger", "verify"), ("store", "tidy"), ("invoice", "list", "a"),
                      ("account", "billing", "a"), ("account", "close", "a"), ("account", "export", "a"), ("account", "erase", "a", "--yes-erase", "a")):
            self.fails(3, *words, "--store", self.store, says=self.store)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_limits(self):
        self.replay(STORY)
        for words in (("invoice", "list", "acct_1", "--limit", "0"), ("parked", "list", "--limit", "x"), ("gap", "fetch", "--limit", "1001"), ("store", "tidy", "--budget", "0")):
            self.assertEqual(run(*words, "--store", self.store).code, 2, words)
        self.assertIn("acct_1", self.people("account", "billing", "acct_1"))


if __name__ == "__main__":
    main()
