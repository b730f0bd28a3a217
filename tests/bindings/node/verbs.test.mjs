// Every verb in both forms, and what its input and output look like in JavaScript.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { LogLevel, ManualClock, Purser, catalog, event, openStore, packageFolder, secret, signature, signed, startMs, temporaryFolder, version } from "./support.mjs";

/** Both forms of a verb on a store of its own each; they must say the same. */
async function bothForms(open, name, input) {
  const answers = [];
  for (const form of [name, `${name}Sync`]) {
    const purser = await open();
    answers.push(await purser[form](input));
    await purser.close();
  }
  assert.deepEqual(answers[0], answers[1], `${name} and ${name}Sync differ`);
  return answers[0];
}

test("every declared verb exists, in both forms", async () => {
  const declared = readFileSync(join(packageFolder, "index.d.ts"), "utf8").split("export interface Verbs {")[1].matchAll(/^ {2}(\w+)\(/gm);
  const names = [...declared].map((match) => match[1]);
  assert.ok(names.length >= 16);
  for (const name of names) assert.equal(typeof Purser.prototype[name], "function", name);
  assert.match(version, /^\d+\.\d+\.\d+$/);
});

test("webhookReceive: applied, then duplicate", async () => {
  const purser = await openStore();
  const body = event({ account: "acct_42" });
  const receipt = await purser.webhookReceive(signed(body));
  assert.deepEqual(receipt, {
    outcome: "applied", httpStatus: 200, eventId: "evt_node_1", eventType: "customer.subscription.created", account: "acct_42", reason: "", message: "", unconfirmed: false,
  });
  assert.equal(purser.webhookReceiveSync(signed(body)).outcome, "duplicate");
  await purser.close();
});

test("webhookReceive: body as string, Buffer, Uint8Array, DataView, ArrayBuffer, shared memory", async () => {
  const purser = await openStore();
  const text = event({ n: 7 }) ;
  const buffer = Buffer.from(text);
  const bytes = new Uint8Array(buffer.length + 3);
  bytes.set(buffer, 3);
  const shared = new Uint8Array(new SharedArrayBuffer(buffer.length));
  shared.set(buffer);
  const forms = [text, buffer, bytes.subarray(3), new DataView(bytes.buffer, 3), bytes.buffer.slice(3), shared];
  for (const body of forms) {
    for (const form of ["webhookReceive", "webhookReceiveSync"]) {
      const receipt = await purser[form]({ body, signature: signature(text) });
      assert.equal(receipt.eventId, "evt_node_7", `${form} with ${Object.prototype.toString.call(body)}: ${receipt.message}`);
    }
  }
  await purser.close();
});

test("webhookVerify: on a store and without one", async () => {
  const body = event({ nowMs: startMs });
  const input = { body, signature: signature(body, startMs), secrets: ["whsec_another_one_1234", secret], nowMs: startMs };
  const expected = { accepted: true, verdict: "accepted", eventId: "evt_node_1", eventType: "customer.subscription.created", thin: false, livemode: false, createdMs: startMs };
  const { message, ...onStore } = await bothForms(openStore, "webhookVerify", input);
  assert.deepEqual(onStore, expected);
  assert.equal(typeof message, "string");
  assert.deepEqual({ ...(await Purser.webhookVerify(input)), message: undefined }, { ...expected, message: undefined });
  assert.deepEqual({ ...Purser.webhookVerifySync(input), message: undefined }, { ...expected, message: undefined });
  const late = Purser.webhookVerifySync({ ...input, nowMs: startMs + 301_000 });
  assert.equal(late.accepted, false);
  assert.notEqual(late.verdict, "accepted");
});

test("eventReplay, accountRead, accountLink on an offline store", async () => {
  const open = () => openStore({ mode: "offline", webhookSecrets: undefined, clock: new ManualClock(startMs) });
  const document = event({ nowMs: startMs, account: "" });
  const report = await bothForms(open, "eventReplay", { documents: document, totals: true });
  assert.equal(report.documents, 1);
  assert.equal(report.subscriptions, 1);
  assert.equal(report.stateHash.length, 64);
  assert.deepEqual(report.outcomes.find(({ outcome }) => outcome === "parked"), { outcome: "parked", count: 1 });
  assert.equal(report.outcomes.length, 10);
  assert.deepEqual(report.refused, []);

  const parked = async () => {
    const purser = await open();
    purser.eventReplaySync({ documents: Buffer.from(document) });
    return purser;
  };
  assert.deepEqual(await bothForms(parked, "accountLink", { account: "acct_42", customer: "cus_1" }), { changed: true, subscriptions: 1 });
  const linked = async () => {
    const purser = await parked();
    await purser.accountLink({ account: "acct_42", customer: "cus_1" });
    return purser;
  };
  const view = await bothForms(linked, "accountRead", { account: "acct_42" });
  assert.equal(view.mode, "offline");
  assert.equal(view.customer, "cus_1");
  assert.deepEqual(view.tiers, [{ product: "app", tier: "pro" }]);
  assert.deepEqual(view.features, ["crm", "leads"]);
  assert.deepEqual(view.limits, [{ meter: "seats", limit: 5, window: "lifetime" }]);
  assert.equal(view.grants.length, 1);
  assert.equal(view.grants[0].unconfirmed, false);
  assert.equal(view.grants[0].validUntilMs, startMs + 33 * 86_400_000);
  const later = await bothForms(linked, "accountRead", { account: "acct_42", atMs: startMs + 34 * 86_400_000 });
  assert.deepEqual(later.tiers, [{ product: "app", tier: "free" }]);
});

test("catalogApply: text, bytes, file", async (t) => {
  const open = () => Purser.open({ store: "sqlite::memory:", mode: "test" });
  const expected = { version: 1, changed: true, accounts: 0 };
  assert.deepEqual(await bothForms(open, "catalogApply", { text: catalog }), expected);
  assert.deepEqual(await bothForms(open, "catalogApply", { text: new TextEncoder().encode(catalog) }), expected);
  const path = join(temporaryFolder(t), "catalog.json");
  writeFileSync(path, catalog);
  assert.deepEqual(await bothForms(open, "catalogApply", { path }), expected);
  const purser = await Purser.open({ store: "sqlite::memory:", mode: "test", catalog: path });
  assert.equal(purser.tier("anybody", "app"), "free");
  await purser.close();
});

test("secretsSet replaces, and an empty list means none", async () => {
  assert.deepEqual(await bothForms(openStore, "secretsSet", { secrets: ["whsec_new_one_1234", "whsec_old_one_1234"] }), { secrets: 2 });
  const purser = await openStore();
  await purser.secretsSet({ secrets: [] });
  assert.equal((await purser.webhookReceive(signed(event()))).outcome, "rejected");
  await purser.secretsSet({ endpoint: "second", secrets: [secret] });
  assert.equal((await purser.webhookReceive({ ...signed(event()), endpoint: "second" })).outcome, "applied");
  await purser.close();
});

test("query: every type of value", async () => {
  const sql = "select 1 as one, 2.5 as half, 'zwölf' as word, x'00ff' as bytes, null as empty, 9007199254740993 as big, 9223372036854775807 as biggest";
  const answer = await bothForms(openStore, "query", { sql });
  assert.deepEqual(answer.columns, ["one", "half", "word", "bytes", "empty", "big", "biggest"]);
  assert.deepEqual(answer.rows, [[1, 2.5, "zwölf", Buffer.from([0, 255]), null, 9007199254740993n, 9223372036854775807n]]);
  assert.equal(answer.rowCount, 1);
  assert.equal(answer.truncated, false);
  const many = await bothForms(openStore, "query", { sql: "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20) select i from n", rowLimit: 5n });
  assert.deepEqual(many.rows, [[1], [2], [3], [4], [5]]);
  assert.equal(many.truncated, true);
});

test("the manual clock decides", async () => {
  const clock = new ManualClock(startMs);
  const purser = await openStore({ clock });
  assert.equal((await purser.webhookReceive(signed(event({ account: "acct_42", nowMs: startMs }), startMs))).outcome, "applied");
  assert.equal(purser.check("acct_42", "crm"), true);
  assert.equal(clock.advance(33 * 86_400_000 - 1).nowMs, startMs + 33 * 86_400_000 - 1);
  assert.equal(purser.check("acct_42", "crm"), true);
  clock.advance(1);
  assert.equal(purser.check("acct_42", "crm"), false);
  clock.set(startMs);
  assert.equal(purser.check("acct_42", "crm"), true);
  await purser.close();
  assert.throws(() => new ManualClock("soon"), { code: "invalid", parameter: "ms" });
});

test("threads = 0: the host drives", async () => {
  const purser = await openStore({ threads: 0 });
  const answer = purser.query({ sql: "select 1" });
  assert.equal(purser.runDue(), 1);
  assert.deepEqual((await answer).rows, [[1]]);
  await purser.close();
  const threaded = await openStore();
  assert.throws(() => threaded.runDue(), { code: "busy" });
  await threaded.close();
});

test("log: heard on the event loop, with its level", async () => {
  const heard = [];
  const purser = await openStore({ log: (level, message) => heard.push([level, message]), logLevel: LogLevel.warning });
  assert.equal(purser.webhookReceiveSync({ body: event(), signature: "t=1,v1=00" }).outcome, "rejected");
  assert.deepEqual(heard, [], "nothing is heard before the event loop turns");
  await purser.close();
  assert.equal(heard.length, 1);
  assert.equal(heard[0][0], LogLevel.warning);
  assert.match(heard[0][1], /^webhook refused: /);
  const silent = await openStore({ log: (...message) => heard.push(message), logLevel: LogLevel.error });
  assert.equal((await silent.webhookReceive({ body: event(), signature: "t=1,v1=00" })).outcome, "rejected");
  await silent.close();
  assert.equal(heard.length, 1);
});

test("any text arrives as it is, and what is no text does not arrive", async () => {
  const purser = await openStore();
  const pieces = ["a", "acct_", "0123", "\u007f", "\u0080", "é", "\u07ff", "\u0800", "€", "\uffff", "🚀", "\u{10ffff}", "\ud800", "\udfff", "\0"];
  let state = 1;
  const random = (below) => (state = (state * 48271) % 2147483647) % below;   // the same strings in every run
  const seen = { text: 0, none: 0 };
  for (let i = 0; i < 5000; i++) {
    const text = Array.from({ length: 1 + random(9) }, () => pieces[random(random(3) ? 12 : pieces.length)]).join("");
    const isText = !/[\0]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
    seen[isText ? "text" : "none"]++;
    const sql = `select '${text}'`;
    if (isText) assert.equal(purser.querySync({ sql }).rows[0][0], text);
    else assert.throws(() => purser.querySync({ sql }), { reason: "argument_not_utf8" }, JSON.stringify(text));
  }
  assert.ok(seen.text > 1000 && seen.none > 1000, JSON.stringify(seen));
  await purser.close();
});
