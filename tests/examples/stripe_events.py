"""What Stripe would send: events of subscriptions and of one-time payments, and its signature."""
import hashlib
import hmac
import json
import time

SECRET = "whsec_of_the_host_tests_7c1e"
PRO = "leadsite-ai_pro_month"
WEBSITE = "additional_website_once"


def signed(body):
    now = int(time.time())
    return f"t={now},v1={hmac.new(SECRET.encode(), f'{now}.{body}'.encode(), hashlib.sha256).hexdigest()}"


def _event(name, kind, created, thing, previous=None):
    data = {"object": thing} if previous is None else {"object": thing, "previous_attributes": previous}
    return json.dumps({"id": f"evt_{name}", "object": "event", "api_version": "2026-06-24.dahlia", "created": created, "livemode": False, "type": kind,
                       "data": data})


def of_account(n, now):
    """Five events of one account: it subscribes, cancels at the period's end, buys an extra website."""
    metadata = {"purser_account": f"acct_{n}"}
    start = now - 3600
    subscription = {
        "id": f"sub_{n}", "object": "subscription", "customer": f"cus_{n}", "status": "active", "livemode": False, "metadata": dict(metadata),
        "cancel_at_period_end": False, "default_payment_method": "pm_1",
        "items": {"object": "list", "data": [{"id": f"si_{n}", "object": "subscription_item", "quantity": 1, "current_period_start": start,
                                              "current_period_end": start + 30 * 86400,
                                              "price": {"id": "price_pro", "object": "price", "lookup_key": PRO}}]}}
    cancels = dict(subscription, cancel_at_period_end=True)
    customer = {"id": f"cus_{n}", "object": "customer", "livemode": False, "email": f"{n}@example.com", "metadata": dict(metadata)}
    session = {"id": f"cs_test_{n}", "object": "checkout.session", "livemode": False, "mode": "payment", "status": "complete", "payment_status": "paid",
               "customer": f"cus_{n}", "currency": "usd", "metadata": dict(metadata, purser_price="price_website", purser_lookup_key=WEBSITE, purser_quantity="1")}
    return [
        (f"evt_{n}_customer", _event(f"{n}_customer", "customer.created", start, customer)),
        (f"evt_{n}_created", _event(f"{n}_created", "customer.subscription.created", start, subscription)),
        (f"evt_{n}_updated", _event(f"{n}_updated", "customer.subscription.updated", start + 60, cancels, {"cancel_at_period_end": False})),
        (f"evt_{n}_session", _event(f"{n}_session", "checkout.session.completed", start + 120, session)),
        (f"evt_{n}_invoice", _event(f"{n}_invoice", "invoice.paid", start, {"id": f"in_{n}", "object": "invoice", "livemode": False})),
    ]
