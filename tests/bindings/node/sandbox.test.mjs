// The sandbox in Node: the whole story, every word, and ends in any order.
import assert from "node:assert/strict";
import http from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { Purser, PurserError, packageFolder, runModule, sourceFolder } from "./support.mjs";

const { Sandbox, billing } = createRequire(import.meta.url)(packageFolder);
const catalog = join(sourceFolder, "examples/catalog.json");
const startMs = 1_700_000_000_000;
const dayMs = 86_400_000;
const buyIn = { account: "acct_42", tier: "ultralead", interval: "month", successUrl: "https://app.example.com/welcome" };

async function open(t, options = {}) {
  const box = new Sandbox({ catalog, seed: 1, startMs, ...options });
  const purser = await Purser.open({ ...box.config, store: "sqlite::memory:" });
  t.after(async () => {
    await purser.close();
    await box.close();
  });
  return { box, purser };
}

async function bought(t, options) {
  const { box, purser } = await open(t, options);
  const buy = await purser.checkoutCreate({ ...buyIn, email: "ann@example.com", metadata: { team: "blue" } });
  await box.pay(buy.sessionId);
  await box.deliver(purser);
  const { subscription, customer } = await purser.checkoutConfirm({ account: "acct_42", session: buy.sessionId });
  return { box, purser, buy, subscription, customer };
}

test("buy, cancel, resume, change the mind, run out", async (t) => {
  const { box, purser, buy, subscription } = await bought(t);
  assert.equal(purser.check("acct_42", "crm"), true);
  assert.deepEqual(purser.allowedOrigins, ["https://app.example.com"]);
  await assert.rejects(purser.checkoutCreate(buyIn), { code: "conflict", reason: "already_subscribed" });
  const { status, body } = await box.request("GET", `/v1/checkout/sessions/${buy.sessionId}`);
  assert.deepEqual([status, body.status, body.metadata.team, body.metadata.purser_account], [200, "complete", "blue", "acct_42"]);

  await box.cancel(subscription, { atPeriodEnd: true });
  assert.deepEqual(await box.deliver(purser, {}), { delivered: 1, refused: 0, dropped: 0, requests: 1, waiting: 0 });
  assert.equal(purser.check("acct_42", "crm"), true);
  await box.resume(subscription);
  await box.cancel(subscription, { atPeriodEnd: true });
  await box.deliver(purser, { order: "reversed", repeat: 2 });
  const before = box.nowMs;
  await box.advance(50 * dayMs);
  assert.equal(box.nowMs, before + 50 * dayMs);
  assert.equal(purser.check("acct_42", "crm"), false, "ended by the clock, before any webhook");
  await box.deliver(purser, { order: "shuffled" });
  assert.equal(purser.tier("acct_42", "ultralead"), "free");
  const seen = [];
  for await (const change of purser.changes("users", { waitMs: 0 })) {
    seen.push(`${change.tierBefore} ${change.tier}`);
    await change.done();
  }
  assert.deepEqual(seen, ["free full", "full free"]);
});

test("a card that fails, and is replaced", async (t) => {
  const { box, purser, subscription, customer } = await bought(t);
  await box.card(customer, "declined");
  await box.advance(46 * dayMs); // past the trial and its first renewal
  await box.deliver(purser, { order: "shuffled", repeat: 2 });
  const state = async () => (await box.request("GET", `/v1/subscriptions/${subscription}`)).body.status;
  assert.ok(["past_due", "canceled"].includes(await state()), await state());
  await assert.rejects(box.card(customer, "stolen"), { code: "invalid", parameter: "card" });
});

test("faults: the request never arrives, is refused, or loses its answer", async (t) => {
  const { box, purser } = await open(t);
  await box.fail({ kind: "status", status: 400, path: "/v1/checkout/sessions" });
  await assert.rejects(purser.checkoutCreate({ ...buyIn, deadlineMs: 5000 }), PurserError);
  await box.fail();
  await box.fail({ kind: "lost", path: "/v1/checkout/sessions" });
  const buy = await purser.checkoutCreate({ ...buyIn, account: "acct_43" }).catch(() => purser.checkoutCreate({ ...buyIn, account: "acct_43" }));
  assert.match(buy.sessionId, /^cs_/);
  await assert.rejects(box.fail({ kind: "explode" }), { code: "invalid", parameter: "kind" });
});

test("deliveries: unsigned, dropped, only some, by HTTP, after a new secret", async (t) => {
  const { box, purser } = await open(t);
  const buy = await purser.checkoutCreate(buyIn);
  await box.pay(buy.sessionId);
  const unsigned = await box.deliver(purser, { unsigned: true });
  assert.ok(unsigned.refused > 0 && unsigned.delivered === 0 && unsigned.waiting === unsigned.refused);
  assert.equal(purser.check("acct_42", "crm"), false);
  const only = await box.deliver(purser, { only: "checkout.session.completed" });
  assert.equal(only.delivered, 1);
  const old = await box.deliver(purser, { olderThanMs: 3_600_000 });
  assert.equal(old.requests, 0);

  // Over loopback, to this very program: the event loop answers while the sandbox waits.
  const server = http.createServer(billing(purser, { path: "/billing", account: () => "acct_42" }));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}/billing/webhook`;
  const posted = await box.deliver(undefined, { url });
  assert.deepEqual([posted.refused, posted.waiting], [0, 0]);
  assert.equal(purser.check("acct_42", "crm"), true);

  assert.match(await box.rotateSecret(), /^whsec_/);
  await box.advance(40 * dayMs);
  const dropped = await box.deliver(purser, { dropPercent: 100 });
  assert.ok(dropped.dropped > 0 && dropped.requests === 0);
  await assert.rejects(box.deliver(purser, { order: "random" }), { code: "invalid", parameter: "order" });
  await assert.rejects(box.deliver(), { code: "invalid" });
  await assert.rejects(box.deliver({}), TypeError);
});

test("one that is not answered 2xx is an error of the plain delivery", async (t) => {
  const { box, purser } = await open(t);
  const buy = await purser.checkoutCreate(buyIn);
  await box.pay(buy.sessionId);
  await purser.secretsSet({ secrets: ["whsec_of_somebody_else_0123456789"] });
  await assert.rejects(box.deliver(purser), { code: "unavailable" });
});

test("the words of dashboards and banks", async (t) => {
  const { box, purser, subscription, customer } = await bought(t);
  await box.advance(46 * dayMs); // past the trial and its first renewal
  const state = async () => (await box.request("GET", `/v1/subscriptions/${subscription}`)).body;
  await box.refund(subscription, { amountMinor: 100 });
  await box.dispute(subscription);
  await box.dispute(subscription, "won");
  await assert.rejects(box.dispute(subscription, "lost"), { code: "conflict" });
  await box.pause(subscription, { behavior: "keep_as_draft" });
  assert.equal((await state()).pause_collection.behavior, "keep_as_draft");
  box.unpauseSync(subscription);
  await box.entitle((await state()).items.data[0].price.id, "crm");
  assert.equal((await box.request("GET", `/v1/entitlements/active_entitlements?customer=${customer}`)).body.data.length, 1);
  await box.card(customer, "action");
  await box.advance(32 * dayMs);
  assert.equal((await state()).status, "past_due");
  await box.confirm(subscription);
  assert.equal((await state()).status, "active");
  const account = await box.connect();
  const transfer = (await box.request("POST", "/v1/transfers", { amount: 500, currency: "usd", destination: account })).body;
  const payout = (await box.request("POST", `${account}/v1/payouts`, { amount: 500, currency: "usd" })).body;
  await box.payoutEnd(payout.id);
  await box.payoutEnd(payout.id, "failed");
  await box.send("transfer.paid", transfer.id);
  const how = { apiVersion: "2024-09-30.acacia,2026-06-24.dahlia", thin: 2, holdPercent: 30, lose: "invoice.updated", order: "shuffled" };
  const report = await box.deliver(purser, how);
  assert.ok(report.refused === 0 && report.waiting > 0);
  await box.deleteCustomer(customer);
  await box.deliver(purser);
  await box.resend((await box.request("GET", "/v1/events?limit=1")).body.data[0].id);
  assert.equal((await box.deliver(purser, { repeat: 1 })).requests, 1);
});

test("pages on loopback", async (t) => {
  const { box, purser } = await open(t);
  const at = await box.serve();
  assert.match(at, /^http:\/\/127\.0\.0\.1:\d+$/);
  const buy = await purser.checkoutCreate(buyIn);
  assert.ok(buy.url.startsWith(at));
  const page = await fetch(buy.url);
  assert.equal(page.status, 200);
  await box.webhookUrl("http://127.0.0.1:9/billing/webhook");
  await box.webhookUrl(null);
});

test("the same seed and the same calls give the same ids, in both forms", async (t) => {
  const ids = [];
  for (const awaited of [true, false]) {
    const { box, purser } = await open(t, { seed: 9n });
    const buy = awaited ? await purser.checkoutCreate(buyIn) : purser.checkoutCreateSync(buyIn);
    if (awaited) await box.pay(buy.sessionId);
    else box.paySync(buy.sessionId);
    if (awaited) await box.deliver(purser);
    else box.deliverSync(purser);
    ids.push([buy.sessionId, buy.customer, (await purser.accountRead({ account: "acct_42" })).grants[0].subscription]);
  }
  assert.deepEqual(ids[0], ids[1]);
});

test("what is refused", async (t) => {
  const { box, purser } = await open(t);
  await assert.rejects(box.pay("cs_test_unknown"), { code: "not_found" });
  await assert.rejects(box.pay(), PurserError);
  await assert.rejects(box.pay(5), { code: "invalid", parameter: "session" });
  assert.throws(() => box.paySync("cs_test_unknown"), { code: "not_found" });
  await assert.rejects(Purser.open({ ...box.config, store: "sqlite::memory:", clock: new (await import("./support.mjs")).ManualClock(1) }), { code: "invalid", parameter: "clock" });
  assert.throws(() => new Sandbox({ catalog: "/nowhere/catalog.json" }), PurserError);
  assert.throws(() => new Sandbox({ catlog: "x" }), { code: "invalid", parameter: "catlog" });
  const buy = await purser.checkoutCreate(buyIn);
  await box.pay(buy.sessionId);
  await assert.rejects(box.pay(buy.sessionId), { code: "conflict" });
});

test("closed in any order, twice, while it delivers, or never", async () => {
  const box = new Sandbox({ catalog, startMs });
  const [first, second] = await Promise.all([1, 2].map(() => Purser.open({ ...box.config, store: "sqlite::memory:" })));
  const buy = await first.checkoutCreate(buyIn);
  await box.pay(buy.sessionId);
  const delivered = box.deliver(first, { repeat: 50 });
  const closed = first.close();
  await box.close();
  await box.close();
  await assert.rejects(box.pay(buy.sessionId), { code: "closed" });
  assert.throws(() => box.nowMs, { code: "closed" });
  await assert.rejects(Purser.open({ ...box.config, store: "sqlite::memory:" }), { code: "closed" });
  await Promise.allSettled([delivered, closed]);
  assert.match((await second.checkoutCreate(buyIn)).sessionId, /^cs_/, "a store keeps its sandbox");
  assert.equal(second.check("acct_42", "crm"), false);
  await second.close();

  const forgotten = await runModule(`
    import { createRequire } from "node:module";
    const { Sandbox } = createRequire(import.meta.url)(packageFolder);
    for (let i = 0; i < 20; i++) {
      const box = new Sandbox({ catalog: ${JSON.stringify(catalog)} });
      const purser = await Purser.open({ ...box.config, store: "sqlite::memory:" });
      if (i % 2) await box.serve();
      purser.check("a", "b");
      globalThis.gc();
    }
    console.log("end");`, ["--expose-gc"]);
  assert.deepEqual([forgotten.code, forgotten.output, forgotten.errors], [0, "end\n", ""]);
});
