"""The reference host's routes: statuses, who may do what, and what a browser of somebody else's site can do: nothing."""
import concurrent.futures
import hashlib
import hmac
import json
import socket
import time
import unittest

from support import CATALOG, Running, main

CHECKOUT, PORTAL, WEBHOOK = "/api/v1/stripe/create-checkout", "/api/v1/stripe/create-portal", "/api/v1/webhooks/stripe"
PRICE = "leadsite-ai_starter_month"
SECRET = "whsec_5qTzWn3kVb8Yc1Xr7Lp0Sd4Fg6Hj9Km2"
assert PRICE in CATALOG.read_text(encoding="utf-8")


class Sandboxed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Running("--sandbox", "--service", "a service")

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()

    def setUp(self):
        self.ann, self.bob, self.stranger = (self.host.visitor() for _ in range(3))
        self.ann_id, self.bob_id = self.ann.sign_in(f"ann-{self.id()}@example.com"), self.bob.sign_in(f"bob-{self.id()}@example.com")

    def refused(self, answer, status, reason):
        self.assertEqual((answer.status, answer.json()["reason"]), (status, reason), answer.body)
        self.assertEqual(set(answer.json()), {"error", "reason", "message"})

    def test_health(self):
        answer = self.stranger.get("/health")
        self.assertEqual((answer.status, answer.json()), (200, {"status": "ok", "service": "a service"}))

    def test_methods_and_unknown_paths(self):
        whole, head = self.stranger.get("/pricing"), self.stranger.request("HEAD", "/pricing")
        self.assertEqual((head.status, head.body, head.headers["Content-Length"]), (200, "", str(len(whole.body.encode()))))
        answer = self.stranger.request("PUT", "/pricing")
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET, HEAD"))
        self.assertEqual(self.stranger.get(CHECKOUT).headers["Allow"], "POST")
        self.assertEqual(self.stranger.request("DELETE", WEBHOOK).status, 405)
        for path in ("/nothing", "/pricing/", "//pricing", "/features/", "/../pricing", "/%2e%2e/pricing"):
            self.assertEqual(self.stranger.get(path).status, 404, path)
        self.refused(self.stranger.get("/api/v1/nothing"), 404, "unknown_route")

    def test_too_large_and_no_http(self):
        self.assertEqual(self.stranger.api(WEBHOOK, b"x" * 3_000_000).status, 413)
        self.assertEqual(self.stranger.api(WEBHOOK, b"x" * ((1 << 20) + 1), **{"Stripe-Signature": "t=1,v1=00"}).status, 413)
        self.assertEqual(self.stranger.get("/pricing", Filler="x" * 70_000).status, 431)
        with socket.create_connection(("127.0.0.1", self.host.port), timeout=10) as connection:
            connection.sendall(b"this is no request\r\n\r\n")
            connection.recv(1000)  # whatever it says: the server goes on
        self.assertEqual(self.stranger.get("/health").status, 200)

    def test_who_may_buy(self):
        right = {"priceId": PRICE, "userId": self.ann_id}
        self.refused(self.stranger.api(CHECKOUT, right), 401, "not_signed_in")
        self.refused(self.bob.api(CHECKOUT, right), 403, "other_user")
        self.refused(self.bob.api(PORTAL, {"userId": self.ann_id}), 403, "other_user")
        self.refused(self.stranger.api(PORTAL, {"userId": self.ann_id}), 401, "not_signed_in")
        self.refused(self.ann.api(CHECKOUT, {**right, "priceId": "price_1OfSomebodyElse"}), 404, "price_not_in_catalog")
        self.refused(self.ann.api(PORTAL, {"userId": self.ann_id}), 404, "no_billing_account")
        for wrong, reason in (({"userId": self.ann_id}, "missing_field"), ({"priceId": PRICE}, "missing_field"), ({**right, "userId": 7}, "missing_field"),
                              ({**right, "priceId": ["x"]}, "missing_field"), ([right], "no_json"), ("{", "no_json"), ("", "no_json")):
            self.refused(self.ann.api(CHECKOUT, wrong), 400, reason)
        self.refused(self.ann.api(CHECKOUT, right, **{"Content-Type": "text/plain"}), 415, "no_json")

    def test_a_session_cannot_be_made_up(self):
        word = self.ann.cookie
        for cookie in (word[:-1] + ("0" if word[-1] != "0" else "1"), "session=", "session=" + self.ann_id, "session=' or 1=1 --"):
            self.stranger.cookie = cookie
            self.refused(self.stranger.get("/api/v1/me"), 401, "not_signed_in")
        fresh = self.host.visitor()
        flags = fresh.form("/sign-in", email="cee@example.com", tier="enterprise", id=self.ann_id).headers["Set-Cookie"]
        for flag in ("HttpOnly", "SameSite=Lax", "Path=/"):
            self.assertIn(flag, flags)
        self.assertEqual(fresh.get("/api/v1/me").json()["tier"], "free")  # what a form says of tiers is not heard

    def test_signing_out_ends_the_session(self):
        held = self.ann.cookie
        self.assertEqual(self.ann.form("/sign-out", csrf=self.ann.csrf()).status, 303)
        self.stranger.cookie = held
        self.refused(self.stranger.get("/api/v1/me"), 401, "not_signed_in")

    def test_other_sites_can_do_nothing(self):
        token = self.ann.csrf()
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                        {"Origin": f"http://127.0.0.1:{self.host.port + 1}"}):
            self.assertEqual(self.ann.form("/checkout", headers, price=PRICE, csrf=token).status, 403, headers)
            self.assertEqual(self.ann.api(CHECKOUT, {"priceId": PRICE, "userId": self.ann_id}, **headers).status, 403, headers)
        for wrong in ("", "0" * 48, self.bob.csrf()):
            self.assertEqual(self.ann.form("/checkout", price=PRICE, csrf=wrong).status, 403)
            self.assertEqual(self.ann.form("/demo/advance", by="month", csrf=wrong).status, 403)
        self.assertEqual(self.ann.get("/pricing", Host="evil.example").headers["Location"], f"{self.host.origin}/pricing")
        self.refused(self.ann.api(CHECKOUT, {"priceId": PRICE, "userId": self.ann_id}, Host="evil.example"), 421, "unknown_host")

    def test_sign_in_leads_nowhere_else(self):
        for target in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=y", ""):
            self.assertEqual(self.host.visitor().form("/sign-in", email="dee@example.com", next=target).headers["Location"], "/dashboard", target)
        self.assertEqual(self.host.visitor().form("/sign-in", email="dee@example.com", next="/features/crm").headers["Location"], "/features/crm")
        self.assertEqual(self.stranger.get("/features/crm").headers["Location"], "/sign-in?next=%2Ffeatures%2Fcrm")

    def test_nothing_is_taken_for_markup(self):
        name = "<script>alert(1)</script>\"'"
        answer = self.stranger.form("/sign-in", email=name, next="\"><img src=x>")
        self.assertEqual(answer.status, 400)
        self.assertNotIn("<script>", answer.body)
        self.assertNotIn("<img src=x>", answer.body)
        self.stranger.sign_in("o'neil&\"co\"@example.com")
        self.assertIn("o&#39;neil&amp;&quot;co&quot;@example.com", self.stranger.get("/dashboard").body)
        self.assertEqual(self.stranger.get("/features/" + "%3Cscript%3E").status, 404)
        for page in ("/pricing", "/dashboard", "/demo"):
            answer = self.ann.get(page)
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertNotIn("<script", answer.body)
            self.assertNotIn(" style=", answer.body)

    def test_the_gate(self):
        answer = self.ann.get("/features/crm")
        self.assertEqual(answer.status, 403)
        for word in ("CRM is not in your tier", "UltraLead", "$499"):
            self.assertIn(word, answer.body)
        self.assertEqual(self.ann.get("/features/video").status, 200)  # of a free tier
        self.assertEqual(self.ann.get("/features/unified_inbox").status, 404)

    def test_fifty_clicks_are_one_session(self):
        def click(_):
            return self.ann.api(CHECKOUT, {"priceId": PRICE, "userId": self.ann_id})
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(click, range(50)))
        self.assertEqual([answer.status for answer in answers], [200] * 50, [answer.body for answer in answers if answer.status != 200][:2])
        self.assertEqual(len({answer.body for answer in answers}), 1)
        self.assertEqual(set(answers[0].json()), {"url", "sessionId"})

    def test_the_session_of_another(self):
        session = self.ann.api(CHECKOUT, {"priceId": PRICE, "userId": self.ann_id}).json()["sessionId"]
        self.assertEqual(self.ann.get(f"/welcome?session_id={session}").status, 200)
        self.assertEqual(self.bob.get(f"/welcome?session_id={session}").status, 404)
        self.assertEqual(self.ann.get("/welcome?session_id=cs_test_made_up").status, 404)

    def test_webhooks_without_a_right_signature(self):
        body = json.dumps({"id": "evt_1", "object": "event", "type": "customer.subscription.updated", "created": int(time.time()), "livemode": False})
        self.refused(self.stranger.api(WEBHOOK, body), 400, "header_missing")
        at = int(time.time())
        forged = hmac.new(b"whsec_placeholder_of_somebody", f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
        self.assertEqual(self.stranger.api(WEBHOOK, body, **{"Stripe-Signature": f"t={at},v1={forged}"}).status, 400)
        self.assertEqual(self.stranger.api(WEBHOOK, b"").status, 400)


class AgainstStripe(unittest.TestCase):
    """Without the sandbox: keys from the environment, no demo page. Nothing is sent anywhere."""

    @classmethod
    def setUpClass(cls):
        cls.host = Running(environment={"STRIPE_SECRET_KEY": "sk_test_51Qw3rTyUiOpAsDfGhJkLzXcVb", "STRIPE_WEBHOOK_SECRET": SECRET})

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()

    def deliver(self, body, signed=None, at=None):
        at = at or int(time.time())
        right = hmac.new(SECRET.encode(), f"{at}.".encode() + (signed or body), hashlib.sha256).hexdigest()
        return self.host.visitor().api(WEBHOOK, body, **{"Stripe-Signature": f"t={at},v1={right}", "Content-Type": "application/json; charset=utf-8"})

    def test_the_raw_bytes_are_what_counts(self):
        # No parser would print it like this again.
        body = ('{ "id" : "evt_1Raw", "object":"event",\r\n\t"type":"invoice.paid", "created": %d,"livemode":false , "data":{"object":{"id":"in_1","object":"invoice","note":"\\u00fc \u00fc"}} }\n\n'
                % time.time()).encode()
        answer = self.deliver(body)
        self.assertEqual((answer.status, answer.json()["received"]), (200, True), answer.body)
        self.assertEqual(self.deliver(body).json()["outcome"], "duplicate")
        self.assertEqual(self.deliver(body.strip(), signed=body).status, 400)
        self.assertEqual(self.deliver(body, at=int(time.time()) - 600).status, 400)

    def test_no_demo_page(self):
        visitor = self.host.visitor()
        visitor.sign_in("ann@example.com")
        self.assertEqual(visitor.get("/demo").status, 404)
        self.assertEqual(visitor.form("/demo/advance", by="month", csrf=visitor.csrf()).status, 404)
        self.assertIn("https://checkout.stripe.com", visitor.get("/pricing").headers["Content-Security-Policy"])


if __name__ == "__main__":
    main()
