// Stripe's own package for Node drives the main job against the sandbox over loopback, and cannot tell.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Box, dayMs, Stripe, webhookHost } from "./box.mjs";

const urls = { success_url: "https://app.example.com/welcome?s={CHECKOUT_SESSION_ID}", cancel_url: "https://app.example.com/pricing" };
const account = { metadata: { purser_account: "acct_1" } };

async function priceOf(stripe, key) {
  const { data } = await stripe.prices.list({ lookup_keys: [key], expand: ["data.product"] });
  assert.equal(data.length, 1, key);
  return data[0];
}

async function openSession(stripe, key = "app_starter_month", more = {}) {
  const price = await priceOf(stripe, key);
  const mode = price.recurring ? "subscription" : "payment";
  const own = mode === "subscription" ? { subscription_data: account } : {};
  return stripe.checkout.sessions.create({ mode, line_items: [{ price: price.id, quantity: 1 }], ...urls, ...account, ...own, ...more });
}

async function buy(box, stripe, key, more) {
  const opened = await openSession(stripe, key, more);
  await box.do("pay", opened.id);
  const session = await stripe.checkout.sessions.retrieve(opened.id);
  return { session, subscription: session.subscription ? await stripe.subscriptions.retrieve(session.subscription) : null };
}

test("buy, change, cancel", async (t) => {
  const box = await Box.open(t);
  const stripe = box.stripe();
  const customer = await stripe.customers.create({ email: "ann@example.com", name: "Ann", ...account });
  assert.equal((await stripe.customers.retrieve(customer.id)).email, "ann@example.com");

  const opened = await openSession(stripe, "app_starter_month", { customer: customer.id, client_reference_id: "acct_1" });
  assert.equal(opened.status, "open");
  assert.ok(opened.url.startsWith(`${box.url}/c/pay/${opened.id}`), opened.url);
  await box.do("pay", opened.id);
  const paid = await stripe.checkout.sessions.retrieve(opened.id, { expand: ["subscription", "line_items"] });
  assert.deepEqual([paid.status, paid.payment_status, paid.customer, paid.client_reference_id], ["complete", "paid", customer.id, "acct_1"]);
  const { subscription } = paid;
  assert.deepEqual([subscription.status, subscription.metadata.purser_account, subscription.items.data.length], ["active", "acct_1", 1]);
  assert.equal(paid.line_items.data[0].price.lookup_key, "app_starter_month");

  const pro = await priceOf(stripe, "app_pro_month");
  const [item] = subscription.items.data;
  const swapped = await stripe.subscriptions.update(subscription.id, { items: [{ id: item.id, price: pro.id, quantity: 2 }], proration_behavior: "create_prorations" });
  assert.deepEqual([swapped.items.data[0].price.id, swapped.items.data[0].quantity, swapped.items.data[0].id], [pro.id, 2, item.id]);

  const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  assert.ok(ending.cancel_at === ending.items.data[0].current_period_end || ending.cancel_at_period_end);
  const kept = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
  assert.deepEqual([kept.cancel_at, kept.cancel_at_period_end], [null, false]);

  await box.do("advance", 40 * dayMs);
  const renewed = await stripe.subscriptions.retrieve(subscription.id);
  assert.ok(renewed.items.data[0].current_period_start >= item.current_period_end);
  const invoices = await stripe.invoices.list({ customer: customer.id });
  assert.ok(invoices.data.length >= 2 && invoices.data.every(({ status }) => status === "paid"));
  assert.equal(invoices.data[0].parent.subscription_details.subscription, subscription.id);

  assert.equal((await stripe.subscriptions.cancel(subscription.id)).status, "canceled");
  assert.deepEqual((await stripe.subscriptions.list({ customer: customer.id })).data, []);
  assert.equal((await stripe.subscriptions.list({ customer: customer.id, status: "all" })).data[0].id, subscription.id);
});

test("one payment, a declined card, an expired session", async (t) => {
  const box = await Box.open(t);
  const stripe = box.stripe();
  const opened = await openSession(stripe, "website_once", { customer_email: "bob@example.com" });
  await box.do("decline", opened.id);
  assert.deepEqual(await stripe.checkout.sessions.retrieve(opened.id).then(({ status, payment_status }) => [status, payment_status]), ["open", "unpaid"]);
  await box.do("pay", opened.id);
  const paid = await stripe.checkout.sessions.retrieve(opened.id, { expand: ["payment_intent.latest_charge"] });
  assert.deepEqual([paid.status, paid.payment_status, paid.subscription, paid.amount_total], ["complete", "paid", null, 1500]);
  assert.deepEqual([paid.payment_intent.status, paid.payment_intent.latest_charge.paid], ["succeeded", true]);

  const left = await openSession(stripe);
  assert.equal((await stripe.checkout.sessions.expire(left.id)).status, "expired");
  await assert.rejects(stripe.checkout.sessions.expire(left.id), Stripe.errors.StripeInvalidRequestError);
  const open = await stripe.checkout.sessions.list({ status: "open" });
  assert.ok(open.data.every(({ status }) => status === "open"));
});

test("products, prices, portal", async (t) => {
  const box = await Box.open(t);
  const stripe = box.stripe();
  const product = await stripe.products.create({ name: "Gold", metadata: { tier: "gold" } });
  const price = await stripe.prices.create({ product: product.id, currency: "eur", unit_amount: 1234, recurring: { interval: "month" }, lookup_key: "gold" });
  assert.deepEqual([price.unit_amount, price.type, price.recurring.interval], [1234, "recurring", "month"]);
  assert.equal((await priceOf(stripe, "gold")).product.name, "Gold");
  assert.equal((await stripe.products.update(product.id, { active: false })).active, false);

  const { session, subscription } = await buy(box, stripe, "app_pro_month");
  const base = { customer: session.customer, return_url: "https://app.example.com/account" };
  for (const flow_data of [undefined, { type: "payment_method_update" }, { type: "subscription_cancel", subscription_cancel: { subscription: subscription.id } },
    { type: "subscription_update", subscription_update: { subscription: subscription.id } }]) {
    const portal = await stripe.billingPortal.sessions.create({ ...base, flow_data });
    assert.ok(portal.url.startsWith(`${box.url}/p/session/`), portal.url);
    assert.equal(portal.flow?.type, flow_data?.type);
  }
});

test("events and webhooks", async (t) => {
  const box = await Box.open(t);
  const stripe = box.stripe();
  const host = await webhookHost(t);
  await buy(box, stripe, "app_starter_month");
  await box.do("deliver", host.url);
  const { text: rotated } = await box.do("rotate");
  await buy(box, stripe, "app_pro_month");
  const before = host.got.length;
  await box.do("deliver", host.url);
  assert.ok(before > 5 && host.got.length > before + 5);
  const types = new Set();
  for (const { body, signature } of host.got.slice(before)) {
    const event = stripe.webhooks.constructEvent(body, signature, rotated, Number.MAX_SAFE_INTEGER);
    assert.equal(event.api_version, "2026-06-24.dahlia");
    types.add(event.type);
    assert.throws(() => stripe.webhooks.constructEvent(body + " ", signature, rotated, Number.MAX_SAFE_INTEGER), Stripe.errors.StripeSignatureVerificationError);
    assert.throws(() => stripe.webhooks.constructEvent(body, signature, "whsec_other", Number.MAX_SAFE_INTEGER), Stripe.errors.StripeSignatureVerificationError);
  }
  for (const type of ["checkout.session.completed", "customer.subscription.created", "invoice.paid"]) assert.ok(types.has(type), type);

  const listed = await stripe.events.list({ limit: 100 });
  assert.ok(listed.data.every(({ created }, n, all) => n === 0 || all[n - 1].created >= created), "newest first");
  const bodies = new Map(host.got.map(({ body }) => [JSON.parse(body).id, JSON.parse(body)]));
  for (const event of listed.data.slice(0, 10)) assert.deepEqual(bodies.get(event.id).data, event.data);
  const completed = await stripe.events.list({ types: ["checkout.session.completed", "customer.subscription.created"] });
  assert.equal(completed.data.length, 4);
  assert.ok((await stripe.events.list({ type: "invoice.*" })).data.every(({ type }) => type.startsWith("invoice.")));
  const some = listed.data.at(-1);
  assert.deepEqual((await stripe.events.retrieve(some.id)).data, some.data);
});

test("a page that is asked for and waits for its host", async (t) => {
  const box = await Box.open(t);
  const stripe = box.stripe();
  // The host asks the API while it takes the webhook, as real ones do.
  const host = await webhookHost(t, async ({ body }) => {
    const event = JSON.parse(body);
    if (event.type === "checkout.session.completed") await stripe.checkout.sessions.retrieve(event.data.object.id);
    return 200;
  });
  await box.do("webhook_url", host.url);
  const opened = await openSession(stripe);
  const press = (fields) => fetch(opened.url, { method: "POST", redirect: "manual", body: new URLSearchParams(fields) });
  const page = await (await fetch(opened.url)).text();
  assert.match(page, /no real money/);
  const declined = await press({ email: "ann@example.com", card: "declined" });
  assert.match(await declined.text(), /declined/);
  const paid = await press({ email: "ann@example.com", card: "good" });
  assert.deepEqual([paid.status, paid.headers.get("location")], [303, `https://app.example.com/welcome?s=${opened.id}`]);
  assert.ok(host.got.some(({ body }) => JSON.parse(body).type === "checkout.session.completed"), "delivered before the buyer is led back");

  const { customer, subscription } = await stripe.checkout.sessions.retrieve(opened.id);
  const portal = await stripe.billingPortal.sessions.create({ customer, return_url: "https://app.example.com/account" });
  const act = async (fields) => (await fetch(portal.url, { method: "POST", redirect: "manual", body: new URLSearchParams(fields) })).status;
  const pro = await priceOf(stripe, "app_pro_month");
  const shown = await (await fetch(portal.url)).text();
  assert.match(shown, /Card: visa ending in 4242/, "the card that was paid with");
  assert.ok(shown.includes(`value="${pro.id}"`), "the other tier of the same product is offered");
  assert.equal(await act({ action: "change", subscription, price: pro.id, quantity: "3" }), 303);
  assert.equal(await act({ action: "cancel_at_period_end", subscription }), 303);
  assert.equal(await act({ action: "resume", subscription }), 303);
  assert.equal(await act({ action: "card", card: "declined" }), 303);
  assert.equal(await act({ action: "change", subscription: "sub_of_somebody_else", price: pro.id }), 409);
  const changed = await stripe.subscriptions.retrieve(subscription);
  assert.deepEqual([changed.items.data[0].price.id, changed.items.data[0].quantity, changed.cancel_at], [pro.id, 3, null]);
  assert.equal(await act({ action: "cancel_now", subscription }), 303);
  assert.equal((await stripe.subscriptions.retrieve(subscription)).status, "canceled");
  assert.match(await (await fetch(portal.url)).text(), /Cancelled/);
});

test("errors and repeated requests", async (t) => {
  const box = await Box.open(t);
  const stripe = box.stripe();
  const missing = await stripe.customers.retrieve("cus_none").catch((error) => error);
  assert.ok(missing instanceof Stripe.errors.StripeInvalidRequestError);
  assert.deepEqual([missing.code, missing.param, missing.statusCode], ["resource_missing", "id", 404]);
  assert.match(missing.requestId, /^req_/);
  const customer = await stripe.customers.create({});
  const declined = await stripe.paymentMethods.attach("pm_card_chargeDeclined", { customer: customer.id }).catch((error) => error);
  assert.ok(declined instanceof Stripe.errors.StripeCardError, String(declined));
  assert.deepEqual([declined.code, declined.decline_code, declined.statusCode], ["card_declined", "generic_decline", 402]);
  await assert.rejects(box.stripe({ key: "sk_test_wrong" }).customers.list(), Stripe.errors.StripeAuthenticationError);
  await assert.rejects(stripe.checkout.sessions.create({ mode: "sideways", ...urls }), Stripe.errors.StripeInvalidRequestError);

  const once = { idempotencyKey: "one-click" };
  const first = await stripe.customers.create({ email: "cy@example.com" }, once);
  const again = await stripe.customers.create({ email: "cy@example.com" }, once);
  assert.equal(again.id, first.id);
  assert.equal(again.lastResponse.headers["idempotent-replayed"], "true");
  await assert.rejects(stripe.customers.create({ email: "other@example.com" }, once), Stripe.errors.StripeIdempotencyError);
  await box.do("fail", 1, 500, "/v1/customers");
  await assert.rejects(stripe.customers.create({ email: "dee@example.com" }), (error) => error instanceof Stripe.errors.StripeAPIError && error.statusCode === 500);
  await box.do("fail", 2, 0, "/v1/customers", 2); // the package asks once more where a connection ends
  await assert.rejects(stripe.customers.create({ email: "eve@example.com" }, { idempotencyKey: "lost" }), Stripe.errors.StripeConnectionError);
  assert.equal((await stripe.customers.create({ email: "eve@example.com" }, { idempotencyKey: "lost" })).lastResponse.headers["idempotent-replayed"], "true");
});

test("lists page by page", async (t) => {
  const box = await Box.open(t);
  const stripe = box.stripe();
  const made = [];
  for (let n = 0; n < 25; n++) made.push((await stripe.customers.create({ email: `c${n}@example.com` })).id);
  const seen = [];
  for await (const customer of stripe.customers.list({ limit: 10 })) seen.push(customer.id);
  assert.deepEqual(seen, [...made].reverse());
  const page = await stripe.customers.list({ limit: 5, starting_after: made[10] });
  assert.deepEqual([page.data.map(({ id }) => id), page.has_more, page.url], [made.slice(5, 10).reverse(), true, "/v1/customers"]);
  const before = await stripe.customers.list({ limit: 5, ending_before: made[10] });
  assert.deepEqual(before.data.map(({ id }) => id), made.slice(11, 16).reverse());
  assert.equal((await stripe.customers.list({ email: "c7@example.com" })).data.length, 1);
});
