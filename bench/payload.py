"""Signed deliveries of customer.subscription.updated as Stripe sends them (pretty-printed, the shape of 2025-03-31.basil), written as
"<header bytes> <body bytes>\\n" <header> <body>."""
import hashlib
import hmac
import json

SECRET = "whsec_Zm9yTWVhc3VyZW1lbnRzT25seQ"
LOOKUP_KEY = "leadsite-ai_pro_month"  # of examples/catalog.json


def item(number, position, start):
    price = {
        "id": "price_1QBenchPro", "object": "price", "active": True, "billing_scheme": "per_unit", "created": 1700000000, "currency": "usd",
        "custom_unit_amount": None, "livemode": False, "lookup_key": LOOKUP_KEY, "metadata": {}, "nickname": None, "product": "prod_QBench",
        "recurring": {"interval": "month", "interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed"},
        "tax_behavior": "unspecified", "tiers_mode": None, "transform_quantity": None, "type": "recurring", "unit_amount": 14900,
        "unit_amount_decimal": "14900",
    }
    return {
        "id": f"si_QBench{number:010}{position:02}", "object": "subscription_item", "billing_thresholds": None, "created": start,
        "current_period_end": start + 30 * 86400, "current_period_start": start, "discounts": [], "metadata": {}, "price": price, "quantity": 1,
        "subscription": f"sub_1QBench{number:012}", "tax_rates": [],
    }


def subscription(number, now_s):
    start = now_s - 86400
    return {
        "id": f"sub_1QBench{number:012}", "object": "subscription", "application": None, "automatic_tax": {"enabled": False, "liability": None},
        "billing_cycle_anchor": start, "cancel_at": None, "cancel_at_period_end": False, "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None}, "collection_method": "charge_automatically",
        "created": start, "currency": "usd", "customer": f"cus_QBench{number:012}", "days_until_due": None,
        "default_payment_method": f"pm_1QBench{number:012}", "default_source": None, "default_tax_rates": [], "description": None,
        "discounts": [], "ended_at": None, "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": {"object": "list", "data": [item(number, 0, start)], "has_more": False, "total_count": 1,
                  "url": f"/v1/subscription_items?subscription=sub_1QBench{number:012}"},
        "latest_invoice": f"in_1QBench{number:012}", "livemode": False, "metadata": {"purser_account": f"acct_{number:015}"},
        "next_pending_invoice_item_invoice": None, "on_behalf_of": None, "pause_collection": None,
        "payment_settings": {"payment_method_options": None, "payment_method_types": None, "save_default_payment_method": "off"},
        "pending_setup_intent": None, "pending_update": None, "schedule": None, "start_date": start, "status": "active", "test_clock": None,
        "transfer_data": None, "trial_end": None, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": None,
    }


def event(number, now_s, size=0):
    """`size` bytes, or what a subscription with one item takes: more items fill it, and metadata (at most 500 characters a value) the rest."""
    body = {
        "id": f"evt_1QBench{number:012}", "object": "event", "api_version": "2025-03-31.basil", "created": now_s - 5,
        "data": {"object": subscription(number, now_s), "previous_attributes": {"default_payment_method": None}}, "livemode": False,
        "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None}, "type": "customer.subscription.updated",
    }
    items, metadata = body["data"]["object"]["items"], body["data"]["object"]["metadata"]

    def missing():
        return size - len(json.dumps(body, indent=2))

    while missing() > 2000:
        items["data"].append(item(number, len(items["data"]), now_s - 86400))
        items["total_count"] += 1
    while missing() > 40:
        key = f"note_{len(metadata):02}"
        metadata[key] = ""
        metadata[key] = "." * min(500, max(0, missing()))
    return json.dumps(body, indent=2).encode()


def signed(body, now_s):
    mac = hmac.new(SECRET.encode(), f"{now_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={now_s},v1={mac}".encode()


def write(path, bodies, now_s):
    with open(path, "wb") as file:
        for body in bodies:
            header = signed(body, now_s)
            file.write(b"%d %d\n" % (len(header), len(body)) + header + body)
