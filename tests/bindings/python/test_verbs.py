"""Every verb in both forms, and what goes in and comes out."""

import ast
import asyncio
import inspect
import pickle
import unittest
from pathlib import Path

import purser
from purser import ManualClock, Purser
from support import CATALOG, PACKAGE, SECRET, START_MS, event, folder, open_store, signature, signed

STUB = ast.parse((PACKAGE / "purser/__init__.pyi").read_text(encoding="utf-8"))
CLASSES = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}


def methods(name):
    return {node.name: node for node in CLASSES[name].body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


class Declared(unittest.TestCase):
    def test_every_declared_parameter_is_there_and_no_other(self):
        seen = 0
        for owner in ("Purser", "Aio"):
            for name, node in methods(owner).items():
                if not node.args.kwonlyargs:
                    continue
                real = inspect.signature(getattr(Purser, name)).parameters
                declared = {a.arg: default is not None for a, default in zip(node.args.kwonlyargs, node.args.kw_defaults)}
                self.assertEqual({k: p.default is not p.empty for k, p in real.items() if p.kind is p.KEYWORD_ONLY}, declared, f"{owner}.{name}")
                seen += 1
        self.assertGreaterEqual(seen, 17)

    def test_the_stub_names_all_that_the_package_shows(self):
        declared = {node.name for node in STUB.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
        self.assertEqual({name for name in declared if not name.startswith("_")} - {"Aio"}, set(purser.__all__))

    def test_attributes_of_results(self):
        for name, node in CLASSES.items():
            if name in ("Aio", "LogLevel", "ManualClock", "Purser", "PurserError", "Sandbox", "ApiAnswer", "DeliveryReport") or name.startswith("_"):
                continue
            declared = [n.name for n in node.body if isinstance(n, ast.FunctionDef)]
            made = getattr(purser, name)
            shown = [*purser.Change._fields, "done"] if issubclass(made, purser.OpenChange) else [n for n in vars(made) if n in declared and not n.startswith("_")]
            self.assertEqual(declared, shown, name)
            self.assertTrue(declared, name)

    def test_words_of_the_sandbox(self):
        words = {name for name in vars(purser.Sandbox) if not name.startswith("_")}
        self.assertEqual({name for name in methods("Sandbox") if not name.startswith("_")}, words)
        for name in ("DeliveryReport", "ApiAnswer"):
            self.assertEqual([node.target.id for node in CLASSES[name].body if isinstance(node, ast.AnnAssign)], list(getattr(purser, name)._fields))

    def test_version(self):
        self.assertRegex(purser.__version__, r"^\d+\.\d+\.\d+$")


class Verbs(unittest.TestCase):
    def setUp(self):
        self.store = open_store()
        self.addCleanup(self.store.close)

    def test_a_delivery_and_what_follows(self):
        receipt = self.store.webhook_receive(**signed(event(1)))
        self.assertEqual((receipt.outcome, receipt.http_status, receipt.event_id, receipt.account), ("applied", 200, "evt_1", "acct_1"))
        self.assertIs(receipt.unconfirmed, False)
        self.assertEqual(self.store.webhook_receive(**signed(event(1))).outcome, "duplicate")
        view = self.store.account_read(account="acct_1")
        self.assertEqual([(held.product, held.tier) for held in view.tiers], [("app", "pro")])
        self.assertEqual(view.features, ["crm", "leads"])
        self.assertEqual(view.limits[0].limit, 5)
        self.assertEqual(view.grants[0].price, "price_pro")
        self.assertEqual(self.store.account_link(account="acct_2", customer="cus_2").changed, True)
        self.assertEqual(self.store.secrets_set(secrets=[SECRET, "whsec_second_of_two"]).secrets, 2)
        self.assertEqual(self.store.query(sql="select 7 as n, x'00' as b, null as z").rows, [[7, b"\0", None]])
        report = self.store.event_replay(documents=event(3).encode(), totals=True)
        self.assertEqual((report.documents, {o.outcome: o.count for o in report.outcomes}["applied"]), (1, 1))

    def test_awaited(self):
        async def flow():
            receipts = await asyncio.gather(*(self.store.aio.webhook_receive(**signed(event(n))) for n in range(1, 21)))
            self.assertEqual({r.outcome for r in receipts}, {"applied"})
            self.assertEqual((await self.store.aio.account_read(account="acct_7")).tiers[0].tier, "pro")
            self.assertTrue((await self.store.aio.webhook_verify(**signed(event(1)), secrets=[SECRET], now_ms=START_MS)).accepted)
            with self.assertRaises(purser.PurserError) as caught:
                await self.store.aio.account_read(account="")
            self.assertEqual(caught.exception.reason, "argument_missing")
        asyncio.run(flow())

    def test_verify_needs_no_store(self):
        for verify in (Purser.webhook_verify, self.store.webhook_verify):
            verdict = verify(**signed(event(1)), secrets=["whsec_not_this_one", SECRET], now_ms=START_MS)
            self.assertTrue(verdict.accepted, verdict.message)

    def test_forms_of_a_body(self):
        body = event(1)
        raw = body.encode()
        for given in (body, raw, bytearray(raw), memoryview(raw), memoryview(bytearray(b"xx" + raw))[2:]):
            self.assertEqual(self.store.webhook_receive(body=given, signature=signature(body)).event_id, "evt_1", type(given))

    def test_paths(self):
        file = folder(self) / "catalog.json"
        file.write_text(CATALOG)
        self.assertFalse(self.store.catalog_apply(path=Path(file)).changed)
        with Purser.open(store=folder(self) / "a store.db", mode="offline", catalog=file) as other:
            self.assertEqual(other.tier("anybody", "app"), "free")

    def test_none_says_nothing(self):
        self.assertEqual(self.store.account_read(account="a", at_ms=None, deadline_ms=None).account, "a")

    def test_results_are_values(self):
        one = self.store.account_read(account="acct_1")
        with self.assertRaises(AttributeError):
            one.account = "other"
        self.assertEqual(one, self.store.account_read(account="acct_1"))
        self.assertEqual(pickle.loads(pickle.dumps(one)), one)
        self.assertRegex(repr(one.tiers[0]), r"^purser\.TierHeld\(product='app', tier='free'\)$")

    def test_the_clock_decides(self):
        clock = ManualClock(START_MS)
        with open_store(clock=clock) as store:
            store.webhook_receive(**signed(event(1)))
            self.assertTrue(store.check("acct_1", "crm"))
            clock.advance(60 * 86400 * 1000)
            self.assertFalse(store.check("acct_1", "crm"))
            clock.set(START_MS)
            self.assertTrue(store.check("acct_1", "crm"))
            self.assertEqual(clock.now_ms, START_MS)

    def test_the_log(self):
        heard = []

        def log(level, message):
            heard.append((level, message))
            raise RuntimeError("nobody hears this")

        with open_store(log=log, log_level=purser.LogLevel.DEBUG):
            pass
        self.assertTrue(heard)
        self.assertTrue(all(isinstance(level, int) and isinstance(message, str) and SECRET not in message for level, message in heard))


if __name__ == "__main__":
    unittest.main()
