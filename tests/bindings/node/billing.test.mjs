// billing and requireFeature on Express 4, Express 5 and node:http alone.
import assert from "node:assert/strict";
import http from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { packageFolder, sourceFolder, event, openStore, signature } from "./support.mjs";
import { peer } from "./peers.mjs";

const { Purser, Sandbox, billing, requireFeature } = createRequire(import.meta.url)(packageFolder);
const origin = "https://app.example.com";
const account = (req) => req.headers["x-user"];

/** The store's own verbs, with those that would ask Stripe recorded. */
function withoutStripe(purser, answers = {}) {
  const asked = [];
  const verb = (name, answer) => async (input) => {
    asked.push([name, JSON.parse(JSON.stringify(input))]);
    if (answers[name]) throw answers[name];
    return answer;
  };
  const stripe = {
    checkoutCreate: verb("checkoutCreate", { sessionId: "cs_1", url: "https://checkout.stripe.example/cs_1" }),
    checkoutConfirm: verb("checkoutConfirm", { sessionId: "cs_1", status: "complete", granted: true }),
    portalCreate: verb("portalCreate", { sessionId: "bps_1", url: "https://billing.stripe.example/bps_1" }),
  };
  const own = (name) => (typeof purser[name] === "function" ? purser[name].bind(purser) : purser[name]);
  return { asked, purser: new Proxy({}, { get: (_, name) => stripe[name] ?? own(name) }) };
}

async function serve(t, handler) {
  const server = http.createServer(handler);
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  const at = `http://127.0.0.1:${server.address().port}`;
  return async (method, path, { headers = {}, body, json, form } = {}) => {
    const sent = json !== undefined ? JSON.stringify(json) : form ? String(new URLSearchParams(form)) : body;
    const kind = json !== undefined ? { "content-type": "application/json" } : form ? { "content-type": "application/x-www-form-urlencoded" } : {};
    const answer = await fetch(at + path, { method, headers: { ...kind, ...headers }, body: sent, redirect: "manual" });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text.startsWith("{") ? JSON.parse(text) : text };
  };
}

function expressApp(t, name) {
  const folder = peer(t, name);
  return folder && createRequire(import.meta.url)(folder);
}

/** The same routes on each of them; `before` are middlewares in front. */
const hosts = {
  express4: (t, options, before) => onExpress(t, "express4", options, before),
  express5: (t, options, before) => onExpress(t, "express5", options, before),
  "node:http": (t, { purser, ...options }) => {
    const routes = billing(purser, { path: "/billing", ...options });
    const guard = requireFeature(purser, "crm");
    return (req, res) => (req.url.startsWith("/billing/") ? routes(req, res) : guard(req, res, () => res.end("in")));
  },
};

function onExpress(t, name, { purser, ...options }, before = () => []) {
  const express = expressApp(t, name);
  if (!express) return undefined;
  const app = express();
  for (const middleware of before(express)) app.use(middleware);
  app.use("/billing", billing(purser, options));
  app.use(express.json());
  app.get("/crm", requireFeature(purser, "crm"), (req, res) => res.send("in"));
  app.get("/unknown", requireFeature(purser, "crmm"), (req, res) => res.send("in"));
  app.get("/throws", requireFeature(purser, "crm", { account: () => { throw new Error("no session store"); } }), (req, res) => res.send("in"));
  app.get("/own", requireFeature(purser, "crm", { onDenied: (req, res, denied) => res.status(418).json(denied) }), (req, res) => res.send("in"));
  app.use((req, res) => res.status(404).send("the host's own"));
  return app;
}

for (const [name, make] of Object.entries(hosts)) {
  test(`${name}: checkout, confirm, portal`, async (t) => {
    const store = await openStore({ allowedOrigins: [origin] });
    const { purser, asked } = withoutStripe(store);
    const app = make(t, { purser, account, email: async () => "ann@example.com" });
    if (!app) return;
    const ask = await serve(t, app);
    const ann = { "x-user": "acct_1", origin };

    const bought = await ask("POST", "/billing/checkout", { headers: ann, json: { tier: "app/pro", interval: "month", quantity: "2", account: "acct_of_another", trialDays: 700, metadata: { a: "b" } } });
    assert.deepEqual([bought.status, bought.body], [200, { url: "https://checkout.stripe.example/cs_1" }]);
    assert.deepEqual(asked.pop(), ["checkoutCreate", {
      tier: "app/pro", interval: "month", quantity: 2, account: "acct_1", email: "ann@example.com",
      successUrl: `${origin}/billing/confirm?session_id={CHECKOUT_SESSION_ID}`, cancelUrl: `${origin}/`,
    }]);
    const form = await ask("POST", "/billing/checkout", { headers: ann, form: { tier: "app/pro", quantity: "" } });
    assert.deepEqual([form.status, form.headers.get("location")], [303, "https://checkout.stripe.example/cs_1"]);

    const confirmed = await ask("GET", "/billing/confirm?session_id=cs_1", { headers: { "x-user": "acct_1" } });
    assert.deepEqual([confirmed.status, confirmed.body.granted, asked.pop()[1]], [200, true, { account: "acct_1", session: "cs_1" }]);
    const browser = await ask("GET", "/billing/confirm?session_id=cs_1", { headers: { "x-user": "acct_1", accept: "text/html,*/*" } });
    assert.deepEqual([browser.status, browser.headers.get("location")], [303, "/"]);

    const portal = await ask("POST", "/billing/portal", { headers: ann, json: { flow: "cancel", returnUrl: "https://evil.example" } });
    assert.deepEqual([portal.status, portal.body.url], [200, "https://billing.stripe.example/bps_1"]);
    assert.deepEqual(asked.pop()[1], { flow: "cancel", account: "acct_1", returnUrl: `${origin}/` });
    assert.equal((await ask("POST", "/billing/portal", { headers: ann })).status, 200, "no body at all");

    const plans = await ask("GET", "/billing/plans");
    assert.equal(plans.status, 200);
    assert.ok(plans.body.offers.some((offer) => offer.price === "price_pro" && offer.unitAmount === 9900));
    await store.close();
  });

  test(`${name}: what is refused`, async (t) => {
    const store = await openStore({ allowedOrigins: [origin] });
    const { purser, asked } = withoutStripe(store);
    const app = make(t, { purser, account });
    if (!app) return;
    const ask = await serve(t, app);
    const checkout = (headers, more = { json: { tier: "app/pro" } }) => ask("POST", "/billing/checkout", { headers: { "x-user": "acct_1", ...headers }, ...more });
    for (const other of ["https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null", ""]) {
      const answer = await checkout({ origin: other });
      assert.deepEqual([answer.status, answer.body.error], [403, "origin_refused"], other);
    }
    assert.equal((await checkout({ "sec-fetch-site": "cross-site" })).status, 403);
    assert.equal((await ask("POST", "/billing/portal", { headers: { "x-user": "acct_1", origin: "https://evil.example" } })).status, 403);
    assert.equal((await checkout({ origin, "x-user": "" })).status, 401);
    assert.equal((await checkout({ origin, "content-type": "text/plain" })).status, 415);
    for (const body of ["[1]", "{", '"x"', "null"]) assert.equal((await checkout({ origin, "content-type": "application/json" }, { body })).status, 400, body);
    for (const json of [{ tier: 5 }, { tier: ["a"] }, { tier: "a", quantity: 0 }, { quantity: "2x" }]) assert.equal((await checkout({ origin }, { json })).status, 400, JSON.stringify(json));
    assert.equal((await checkout({ origin }, { json: { tier: "x".repeat(70_000) } })).status, 413);
    assert.deepEqual(asked, []);
    assert.equal((await checkout({})).status, 200, "a client that is no browser");
    const get = await ask("GET", "/billing/checkout");
    assert.deepEqual([get.status, get.headers.get("allow")], [405, "POST"]);
    assert.equal((await ask("POST", "/billing/plans", { headers: { origin } })).status, 405);
    assert.equal((await ask("GET", "/billing/constructor")).status, 404);
    assert.equal((await ask("GET", "/billing/confirm?session_id=cs_1")).status, 401);
    await store.close();
  });

  test(`${name}: what Purser refuses, as an answer`, async (t) => {
    const store = await openStore({ allowedOrigins: [origin] });
    const heard = [];
    const failure = (code, reason, more = {}) => Object.assign(new Error(`why: ${reason}`), { code, reason, retryAfterMs: 0, ...more });
    for (const [error, status, word] of [
      [failure("conflict", "already_subscribed"), 409, "already_subscribed"],
      [failure("not_found", "price_unknown"), 404, "price_unknown"],
      [failure("limit", "rate_limit", { retryAfterMs: 1500 }), 429, "rate_limit"],
      [failure("unavailable", "stripe_unreachable"), 503, "unavailable"],
      [failure("refused", "api_key_missing"), 500, "internal"],
      [new TypeError("a bug"), 500, "internal"],
    ]) {
      const { purser } = withoutStripe(store, { checkoutCreate: error });
      const app = make(t, { purser, account, onError: (cause) => heard.push(cause) });
      if (!app) return;
      const ask = await serve(t, app);
      const answer = await ask("POST", "/billing/checkout", { headers: { "x-user": "acct_1", origin }, json: { tier: "app/pro" } });
      assert.deepEqual([answer.status, answer.body.error], [status, word]);
      assert.equal(answer.body.message.includes(error.message), status < 500);
      if (status === 429) assert.equal(answer.headers.get("retry-after"), "2");
      assert.equal(heard.pop(), status < 500 ? undefined : error);
    }
    await store.close();
  });

  test(`${name}: from the click to the gate, on the sandbox`, async (t) => {
    const box = new Sandbox({ catalog: join(sourceFolder, "examples/catalog.json"), seed: 1 });
    const purser = await Purser.open({ ...box.config, store: "sqlite::memory:" });
    const app = make(t, { purser, account });
    if (!app) return;
    const ask = await serve(t, app);
    const headers = { "x-user": "acct_1", origin };
    const refused = async (status, error, answer) => assert.deepEqual([(await answer).status, (await answer).body.error], [status, error]);
    await refused(402, "feature_required", ask("GET", "/crm", { headers }));
    await refused(404, "no_billing_account", ask("POST", "/billing/portal", { headers }));
    const { url } = (await ask("POST", "/billing/checkout", { headers, json: { tier: "ultralead", interval: "month" } })).body;
    const session = url.split("/").at(-1);
    await refused(404, "session_not_found", ask("GET", `/billing/confirm?session_id=${session}`, { headers: { "x-user": "acct_of_another" } }));
    await box.pay(session);
    const confirmed = (await ask("GET", `/billing/confirm?session_id=${session}`, { headers })).body;
    assert.deepEqual([confirmed.status, confirmed.granted], ["complete", true]);
    assert.equal((await ask("GET", "/crm", { headers })).status, 200, "before any webhook");
    await box.deliver(purser, { order: "shuffled", repeat: 3 });
    await refused(409, "already_subscribed", ask("POST", "/billing/checkout", { headers, json: { tier: "ultralead" } }));
    await refused(400, "argument_out_of_range", ask("POST", "/billing/portal", { headers, json: { flow: "stop" } }));
    assert.match((await ask("POST", "/billing/portal", { headers, json: { flow: "cancel" } })).body.url, /^https:/);
    await purser.close();
    await box.close();
  });

  test(`${name}: the webhook takes the raw body, and then the gate opens`, async (t) => {
    const store = await openStore({ allowedOrigins: [origin] });
    const app = make(t, { purser: store, account });
    if (!app) return;
    const ask = await serve(t, app);
    const crm = (user) => ask("GET", "/crm", { headers: user ? { "x-user": user } : {} });
    assert.deepEqual([(await crm()).status, (await crm()).body.error], [401, "sign_in_required"]);
    const denied = await crm("acct_1");
    assert.equal(denied.status, 402);
    assert.deepEqual(denied.body, { error: "feature_required", feature: "crm", tiers: ["app/pro"], message: "'crm' comes with app/pro" });

    const body = ` ${event()}`; // a body that a parser would not give back
    const headers = { "content-type": "application/json", "stripe-signature": signature(body), origin: "https://stripe.example" };
    assert.equal((await ask("POST", "/billing/webhook", { headers: { ...headers, "stripe-signature": "t=1,v1=00" }, body })).status, 400);
    assert.equal((await crm("acct_1")).status, 402);
    const taken = await ask("POST", "/billing/webhook", { headers, body });
    assert.deepEqual([taken.status, taken.body.outcome], [200, "applied"]);
    assert.equal((await ask("POST", "/billing/webhook", { headers, body: "x".repeat(1_200_000) })).status, 413);
    const allowed = await crm("acct_1");
    assert.deepEqual([allowed.status, allowed.body], [200, "in"]);
    await store.close();
    assert.equal((await crm("acct_1")).status, 403, "a closed store lets nobody in");
    assert.equal((await ask("POST", "/billing/webhook", { headers, body })).status, 503, "and lets Stripe deliver again");
  });
}

for (const name of ["express4", "express5"]) {
  test(`${name}: parsers in front`, async (t) => {
    const store = await openStore({ allowedOrigins: [origin] });
    const { purser, asked } = withoutStripe(store);
    const body = event();
    const webhook = { headers: { "content-type": "application/json", "stripe-signature": signature(body) }, body };
    const parsed = onExpress(t, name, { purser, account, onError() {} }, (express) => [express.json()]);
    if (!parsed) return;
    const late = await serve(t, parsed);
    const answer = await late("POST", "/billing/webhook", webhook);
    assert.deepEqual([answer.status, answer.body.error], [500, "body_parsed"]);
    assert.match(answer.body.message, /before express\.json/);
    assert.equal((await late("POST", "/billing/checkout", { headers: { "x-user": "acct_1", origin }, json: { tier: "app/pro" } })).status, 200, "the other routes take what it parsed");
    assert.equal(asked.pop()[1].tier, "app/pro");
    for (const keep of [(express) => [express.raw({ type: "*/*" })], (express) => [express.text({ type: "*/*" })]]) {
      const raw = await serve(t, onExpress(t, name, { purser, account }, keep));
      assert.equal((await raw("POST", "/billing/webhook", webhook)).status, 200);
    }
    await store.close();
  });

  test(`${name}: gates`, async (t) => {
    const store = await openStore();
    const app = onExpress(t, name, { purser: store, account });
    if (!app) return;
    const ask = await serve(t, app);
    const warnings = [];
    const hear = (warning) => warnings.push(warning.message);
    process.on("warning", hear);
    t.after(() => process.off("warning", hear));
    for (let i = 0; i < 3; i++) {
      const answer = await ask("GET", "/unknown", { headers: { "x-user": "acct_1" } });
      assert.deepEqual([answer.status, answer.body.tiers], [403, []]);
    }
    assert.equal(warnings.filter((message) => message.includes("'crmm'")).length, 1, warnings.join("\n"));
    assert.equal((await ask("GET", "/throws", { headers: { "x-user": "acct_1" } })).status, 401);
    const own = await ask("GET", "/own", { headers: { "x-user": "acct_1" } });
    assert.deepEqual([own.status, own.body], [418, { feature: "crm", account: "acct_1", tiers: ["app/pro"] }]);
    assert.equal((await ask("GET", "/billing/nothing")).body, "the host's own");
    await store.close();
  });
}

test("the account of a request where nobody says how", async (t) => {
  const store = await openStore();
  const guard = requireFeature(store, "crm");
  await store.webhookReceive({ body: event({ account: "42" }), signature: signature(event({ account: "42" })) });
  const ask = await serve(t, (req, res) => {
    req.user = { number: { id: 42 }, text: { id: "42" }, wrong: { id: {} }, none: undefined }[req.headers["x-as"]];
    guard(req, res, () => res.end("in"));
  });
  const statuses = [];
  for (const as of ["number", "text", "wrong", "none"]) statuses.push((await ask("GET", "/", { headers: { "x-as": as } })).status);
  assert.deepEqual(statuses, [200, 200, 401, 401]);
  assert.throws(() => billing({}), /open Purser/);
  assert.throws(() => requireFeature(store), /feature/);
  await store.close();
});
