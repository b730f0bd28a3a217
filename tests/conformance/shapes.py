"""Objects as TypeScript constants of Stripe's own types, each shape once."""
import json
import re

# Stripe's object -> its type in the npm package. `list` is judged by what it holds.
TYPES = {
    "balance_transaction": "BalanceTransaction", "billing_portal.configuration": "BillingPortal.Configuration",
    "billing_portal.session": "BillingPortal.Session", "charge": "Charge", "checkout.session": "Checkout.Session", "coupon": "Coupon",
    "customer": "Customer", "discount": "Discount", "invoice": "Invoice", "invoice_payment": "InvoicePayment", "invoiceitem": "InvoiceItem",
    "item": "LineItem", "account": "Account", "balance": "Balance", "dispute": "Dispute", "entitlements.active_entitlement": "Entitlements.ActiveEntitlement",
    "entitlements.active_entitlement_summary": "Entitlements.ActiveEntitlementSummary", "entitlements.feature": "Entitlements.Feature", "payout": "Payout",
    "product_feature": "ProductFeature", "subscription_schedule": "SubscriptionSchedule", "transfer": "Transfer", "transfer_reversal": "TransferReversal", "line_item": "InvoiceLineItem", "payment_intent": "PaymentIntent", "payment_method": "PaymentMethod", "plan": "Plan",
    "price": "Price", "product": "Product", "promotion_code": "PromotionCode", "refund": "Refund", "setup_intent": "SetupIntent",
    "subscription": "Subscription", "subscription_item": "SubscriptionItem", "webhook_endpoint": "WebhookEndpoint",
}
DELETED = {"customer": "DeletedCustomer", "subscription_item": "DeletedSubscriptionItem", "product": "DeletedProduct", "coupon": "DeletedCoupon",
           "price": "DeletedPrice", "plan": "DeletedPlan", "invoice": "DeletedInvoice"}
EVENT_WORDS = {"invoiceitem": "InvoiceItem"}
PRELUDE = """import Stripe from "stripe";
// What the API says beside its types, as recordings show: the count of some lists, the first item's price and quantity on a subscription, members of old on a charge.
type Beside<T> = T extends { object: "list"; has_more: boolean } ? { total_count?: number }
  : T extends Stripe.Subscription ? { plan?: Wire<Stripe.Plan> | null; quantity?: number }
  : T extends Stripe.Charge ? { destination?: null; dispute?: string | null; order?: null }
  : unknown;
// The package turns decimals into objects; on the wire they are texts.
type Wire<T> = T extends Stripe.Decimal ? string : T extends Array<infer U> ? Array<Wire<U>> : T extends object ? { [K in keyof T]: Wire<T[K]> } & Beside<T> : T;
// previous_attributes: any part of the object as it was; null where there was nothing.
type Part<T> = T extends string ? T : T extends Array<infer U> ? Array<Part<U>> : T extends object ? { [K in keyof T]?: Part<T[K]> | null } : T;
type Before<T> = Part<Wire<T>>;
"""
WORD = re.compile(r"^[a-z0-9]+([_.][a-z0-9]+)*$")
IDENTITY = re.compile(r"^([a-z]+_)+(test_)?[A-Za-z0-9]{8,}$|^[0-9a-f-]{20,}$")


class NoType(Exception):
    pass


def shape(value):
    """Equal for values that a type checker cannot tell apart: words of closed lists stand, ids and free texts do not."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{shape(inner)}" for key, inner in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted({shape(inner) for inner in value})) + "]"
    if isinstance(value, str):
        return value if WORD.match(value) and not IDENTITY.match(value) and not value.isdigit() else "text"
    return type(value).__name__


def type_of(thing):
    kind = thing.get("object")
    if kind == "event":
        return "".join(EVENT_WORDS.get(word, word.capitalize()) for word in re.split(r"[._]", thing["type"])) + "Event"
    if thing.get("deleted") is True:
        if kind not in DELETED:
            raise NoType(f"deleted {kind}")
        return DELETED[kind]
    if kind not in TYPES:
        raise NoType(f"object {kind!r}")
    return TYPES[kind]


class Collection:
    """Takes whatever the sandbox says; writes each shape once."""

    def __init__(self):
        self.constants = {}  # (declared type, shape) -> JSON text
        self.untyped = {}  # what has no type -> an example
        self.seen = 0

    def answer(self, _method, path, status, body):
        self.seen += 1
        if "error" in body:
            self.keep("Stripe.StripeRawError", body["error"])
            if status < 400:
                self.untyped[f"an error with status {status}"] = path
        else:
            self.thing(body, path)

    def thing(self, body, path):
        try:
            if body.get("object") == "list":
                inner = [type_of(one) for one in body["data"]]
                for one in body["data"]:
                    self.thing(one, path)
                self.keep(f"Wire<Stripe.ApiList<Stripe.{inner[0] if inner else 'Price'}>>", {**body, "data": []})
            elif body.get("object") == "event":
                self.event(body)
            else:
                self.keep(f"Wire<Stripe.{type_of(body)}>", body)
        except NoType as problem:
            self.untyped[str(problem)] = path

    def event(self, body):
        data = dict(body["data"])
        before = data.pop("previous_attributes", None)
        if body["type"] == "invoice.upcoming":  # it has no id yet; the types know only invoices that have one
            data["object"] = {"id": "in_none", **data["object"]}
        self.keep(f"Wire<Stripe.{type_of(body)}>", {**body, "data": data})
        if before is not None:
            self.keep(f"Before<Stripe.{type_of(data['object'])}>", before)

    def keep(self, declared, value):
        self.constants.setdefault((declared, shape(value)), json.dumps(value))

    def write(self, folder, per_file=150):
        """The files, and for each line of them what stands there."""
        lines = [f"export const c{number}: {declared} = {text};" for number, ((declared, _), text) in enumerate(sorted(self.constants.items()))]
        files = []
        for start in range(0, len(lines), per_file):
            file = folder / f"constants{start // per_file}.ts"
            file.write_text(PRELUDE + "\n".join(lines[start:start + per_file]) + "\n", encoding="utf-8")
            files.append(file)
        return files
