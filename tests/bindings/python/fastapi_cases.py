"""billing and require_feature on FastAPI. Run by test_fastapi.py."""

import json
import logging
import unittest
from types import SimpleNamespace

from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient
from purser import Purser, PurserError, Sandbox
from purser.fastapi import billing, require_feature
from support import SOURCE, event, open_store, signature

ORIGIN = "https://app.example.com"


def account(request: Request):
    return request.headers.get("x-user")


class Recorded:
    """A store whose verbs that would ask Stripe are recorded."""

    def __init__(self, store, failure=None):
        self.store, self.failure, self.asked = store, failure, []
        self.aio = SimpleNamespace(checkout_create=self.verb(SimpleNamespace(url="https://checkout.stripe.example/cs_1")),
                                   checkout_confirm=self.verb([]), portal_create=self.verb(SimpleNamespace(url="https://billing.stripe.example/bps_1")),
                                   webhook_receive=store.aio.webhook_receive, catalog_read=store.aio.catalog_read)
        self.check, self.allowed_origins = store.check, store.allowed_origins

    def verb(self, answer):
        async def asked(**fields):
            self.asked.append(fields)
            if self.failure:
                raise self.failure
            return answer
        return asked


def app_of(purser, **options):
    app = FastAPI()
    app.include_router(billing(purser, account=account, **options), prefix="/billing")
    for path, feature, more in (("/crm", "crm", {}), ("/unknown", "crmm", {}), ("/throws", "crm", {"account": lambda request: 1 / 0})):
        app.get(path, dependencies=[Depends(require_feature(purser, feature, **more))])(lambda: "in")
    return TestClient(app, base_url=ORIGIN, follow_redirects=False)


class Billing(unittest.TestCase):
    def setUp(self):
        self.store = open_store(allowed_origins=[ORIGIN])
        self.addCleanup(self.store.close)
        self.purser = Recorded(self.store)
        self.app = app_of(self.purser, email=lambda request: "ann@example.com")
        self.ann = {"x-user": "acct_1", "origin": ORIGIN}

    def refuses(self, status, error, answer):
        self.assertEqual((answer.status_code, answer.json()["detail"]["error"]), (status, error), answer.text)

    def test_checkout(self):
        said = {"tier": "app/pro", "interval": "month", "quantity": "2", "account": "acct_of_another", "trialDays": 700, "metadata": {"a": "b"}, "promotionCode": "X"}
        answer = self.app.post("/billing/checkout", headers=self.ann, json=said)
        self.assertEqual((answer.status_code, answer.json()), (200, {"url": "https://checkout.stripe.example/cs_1"}))
        asked = {name: value for name, value in self.purser.asked[-1].items() if value is not None}
        self.assertEqual(asked, {"tier": "app/pro", "interval": "month", "quantity": 2, "account": "acct_1", "email": "ann@example.com", "promotion_code": "X",
                                 "success_url": ORIGIN + "/billing/confirm?session_id={CHECKOUT_SESSION_ID}", "cancel_url": ORIGIN + "/"})
        form = self.app.post("/billing/checkout", headers=self.ann, data={"tier": "app/pro", "quantity": ""})
        self.assertEqual((form.status_code, form.headers["location"]), (303, "https://checkout.stripe.example/cs_1"))

    def test_confirm_portal_plans(self):
        self.assertEqual(self.app.get("/billing/confirm?session_id=cs_1", headers=self.ann).status_code, 200)
        self.assertEqual(self.purser.asked[-1], {"account": "acct_1", "session": "cs_1"})
        browser = self.app.get("/billing/confirm?session_id=cs_1", headers={**self.ann, "accept": "text/html,*/*"})
        self.assertEqual((browser.status_code, browser.headers["location"]), (303, "/"))
        self.assertEqual(self.app.post("/billing/portal", headers=self.ann, json={"flow": "cancel", "return_url": "https://evil.example"}).status_code, 200)
        self.assertEqual(self.purser.asked[-1], {"flow": "cancel", "account": "acct_1", "return_url": ORIGIN + "/"})
        plans = self.app.get("/billing/plans").json()
        self.assertEqual([(offer["price"], offer["unit_amount"]) for offer in plans["offers"]], [("price_pro", 9900)])

    def test_other_origins(self):
        for origin in ("https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null", ""):
            self.refuses(403, "origin_refused", self.app.post("/billing/checkout", headers={**self.ann, "origin": origin}, json={"tier": "app/pro"}))
            self.refuses(403, "origin_refused", self.app.post("/billing/portal", headers={**self.ann, "origin": origin}))
        self.refuses(403, "origin_refused", self.app.post("/billing/portal", headers={"x-user": "acct_1", "sec-fetch-site": "cross-site"}))
        self.assertEqual(self.purser.asked, [])
        self.assertEqual(self.app.post("/billing/portal", headers={"x-user": "acct_1"}).status_code, 200, "a client that is no browser")

    def test_bad_bodies(self):
        def post(**how):
            return self.app.post("/billing/checkout", headers={**self.ann, **how.pop("headers", {})}, **how)
        self.refuses(415, "content_type", post(content="{}", headers={"content-type": "text/plain"}))
        for content in ("[1]", "{", '"x"', "null"):
            self.refuses(400, "body_invalid", post(content=content, headers={"content-type": "application/json"}))
        for said in ({"tier": 5}, {"tier": ["a"]}, {"tier": "a", "quantity": 0}, {"quantity": "2x"}, {"quantity": True}, {"quantity": -1}):
            self.refuses(400, "body_invalid", post(json=said))
        self.refuses(413, "body_too_large", post(json={"tier": "x" * 70_000}))
        self.refuses(401, "sign_in_required", self.app.post("/billing/checkout", headers={"origin": ORIGIN}, json={}))
        self.assertEqual(self.purser.asked, [])

    def test_failures(self):
        logging.getLogger("purser").setLevel(logging.CRITICAL)
        self.addCleanup(logging.getLogger("purser").setLevel, logging.NOTSET)
        for code, reason, status, word in (("conflict", "already_subscribed", 409, "already_subscribed"), ("not_found", "price_unknown", 404, "price_unknown"),
                                           ("limit", "rate_limit", 429, "rate_limit"), ("unavailable", "x", 503, "unavailable"), ("refused", "api_key", 500, "internal")):
            failure = PurserError("why it is so")
            failure.code, failure.reason, failure.message, failure.retry_after_ms = code, reason, "why it is so", 1500 if code == "limit" else 0
            answer = app_of(Recorded(self.store, failure)).post("/billing/checkout", headers=self.ann, json={"tier": "app/pro"})
            self.refuses(status, word, answer)
            self.assertEqual("why it is so" in answer.text, status < 500)
            self.assertEqual(answer.headers.get("retry-after"), "2" if code == "limit" else None)

    def test_webhook_opens_the_gate(self):
        app = app_of(self.store)
        user = {"x-user": "acct_1"}
        self.refuses(401, "sign_in_required", app.get("/crm"))
        denied = app.get("/crm", headers=user)
        self.refuses(402, "feature_required", denied)
        self.assertEqual(denied.json()["detail"], {"error": "feature_required", "feature": "crm", "tiers": ["app/pro"], "message": "'crm' comes with app/pro"})
        body = event()
        bad = app.post("/billing/webhook", content=body, headers={"stripe-signature": "t=1,v1=00"})
        self.assertEqual((bad.status_code, bad.json()["outcome"]), (400, "rejected"))
        good = app.post("/billing/webhook", content=body, headers={"stripe-signature": signature(body), "origin": "https://stripe.example"})
        self.assertEqual((good.status_code, good.json()["outcome"]), (200, "applied"))
        self.assertEqual(app.post("/billing/webhook", content="x" * 1_200_000).status_code, 413)
        self.assertEqual(app.get("/crm", headers=user).status_code, 200)
        self.refuses(401, "sign_in_required", app.get("/throws", headers=user))
        self.store.close()
        self.refuses(403, "feature_required", app.get("/crm", headers=user))
        self.assertEqual(app.post("/billing/webhook", content=body, headers={"stripe-signature": signature(body)}).status_code, 503)

    def test_from_the_click_to_the_gate(self):
        with Sandbox(catalog=SOURCE / "examples/catalog.json", seed=1) as box, Purser.open(**box.config, store="sqlite::memory:") as purser:
            app = app_of(purser)
            self.refuses(402, "feature_required", app.get("/crm", headers=self.ann))
            self.refuses(404, "no_billing_account", app.post("/billing/portal", headers=self.ann))
            url = app.post("/billing/checkout", headers=self.ann, json={"tier": "ultralead", "interval": "month"}).json()["url"]
            session = url.rsplit("/", 1)[1]
            self.refuses(404, "session_not_found", app.get(f"/billing/confirm?session_id={session}", headers={"x-user": "acct_of_another"}))
            box.pay(session)
            confirmed = app.get(f"/billing/confirm?session_id={session}", headers=self.ann).json()
            self.assertEqual((confirmed["status"], confirmed["granted"]), ("complete", True))
            self.assertEqual(app.get("/crm", headers=self.ann).status_code, 200, "before any webhook")
            box.deliver(purser, order="shuffled", repeat=3)
            self.refuses(409, "already_subscribed", app.post("/billing/checkout", headers=self.ann, json={"tier": "ultralead"}))
            self.refuses(400, "argument_out_of_range", app.post("/billing/portal", headers=self.ann, json={"flow": "stop"}))
            portal = app.post("/billing/portal", headers=self.ann, json={"flow": "cancel"}).json()
            self.assertTrue(portal["url"].startswith("https://"))

    def test_a_feature_that_nobody_has(self):
        app = app_of(self.store)
        with self.assertLogs("purser", "WARNING") as logs:
            for _ in range(3):
                self.refuses(403, "feature_required", app.get("/unknown", headers={"x-user": "acct_1"}))
        self.assertEqual(len([line for line in logs.output if "crmm" in line]), 1)
        self.assertRaises(TypeError, require_feature, self.store, "")

    def test_the_account_of_a_request_where_nobody_says_how(self):
        app = FastAPI()

        @app.middleware("http")
        async def signed_in(request: Request, go_on):
            request.state.user = {"number": SimpleNamespace(id=42), "text": {"id": "42"}, "wrong": {"id": {}}, "flag": {"id": True}}.get(request.headers["x-as"])
            return await go_on(request)

        store = open_store()
        self.addCleanup(store.close)
        body = event(account="42")
        store.webhook_receive(body=body, signature=signature(body))
        app.get("/")(lambda holder=Depends(require_feature(store, "crm")): holder)
        client = TestClient(app)
        answers = [client.get("/", headers={"x-as": who}) for who in ("number", "text", "wrong", "flag", "none")]
        self.assertEqual([answer.status_code for answer in answers], [200, 200, 401, 401, 401])
        self.assertEqual(json.loads(answers[0].text), "42")


if __name__ == "__main__":
    unittest.main()
