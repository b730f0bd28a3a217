// The change feed: at least once, in order, a cursor per consumer, and ends that end it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { event, openStore, signed, temporaryFolder } from "./support.mjs";

const receive = (purser, what) => purser.webhookReceive(signed(event(what)));
const shown = ({ account, product, tierBefore, tier }) => `${account} ${product} ${tierBefore} ${tier}`;

async function collect(feed, each = async (change) => change.done()) {
  const seen = [];
  for await (const change of feed) {
    seen.push(shown(change));
    await each(change);
  }
  return seen;
}

test("every change, in order, once done never again; a consumer of another name starts at the beginning", async (t) => {
  const store = join(temporaryFolder(t), "purser.db");
  let purser = await openStore({ store });
  for (let n = 1; n <= 5; n++) await receive(purser, { n });
  const expected = [1, 2, 3, 4, 5].map((n) => `acct_${n} app free pro`);
  assert.deepEqual(await collect(purser.changes("users-table", { waitMs: 0, limit: 2 })), expected);
  assert.deepEqual(await collect(purser.changes("users-table", { waitMs: 0 })), []);
  assert.deepEqual(await collect(purser.changes("mails", { waitMs: 0 }), async () => {}), expected);
  await purser.close();

  purser = await openStore({ store });
  await receive(purser, { n: 6 });
  assert.deepEqual(await collect(purser.changes("users-table", { waitMs: 0 })), ["acct_6 app free pro"], "the cursor is durable");
  assert.deepEqual(await collect(purser.changes("mails", { waitMs: 0 })), [...expected, "acct_6 app free pro"], "what was not said done to comes again");
  await purser.close();
});

test("fields of a change", async () => {
  const purser = await openStore();
  await receive(purser, { n: 1 });
  for await (const change of purser.changes("users-table")) {
    const { seq, atMs, cause, ...rest } = change;
    assert.ok(seq > 0 && atMs > 1.6e12 && cause.includes("evt_node_1"), JSON.stringify(change));
    assert.deepEqual(rest, { account: "acct_1", product: "app", tierBefore: "free", tier: "pro", customer: "cus_1", subscription: "sub_1" });
    assert.equal(await change.done(), undefined);
    break; // the iterator lets itself be left
  }
  await purser.close();
});

test("a failure inside the loop gives the change once more, from the next loop", async () => {
  const purser = await openStore();
  for (const n of [1, 2]) await receive(purser, { n });
  const failing = collect(purser.changes("users-table", { waitMs: 0 }), async (change) => {
    if (change.account === "acct_2") throw new Error("the database is away");
    await change.done();
  });
  await assert.rejects(failing, /database is away/);
  assert.deepEqual(await collect(purser.changes("users-table", { waitMs: 0 })), ["acct_2 app free pro"]);
  await purser.close();
});

test("what is passed over comes again after a pause, not at once", async () => {
  const purser = await openStore();
  await receive(purser, { n: 1 });
  const at = [];
  for await (const change of purser.changes("users-table", { pollMs: 40 })) {
    at.push(performance.now());
    if (at.length === 3) await change.done();
    if (at.length === 3) break;
  }
  assert.ok(at[1] - at[0] >= 35 && at[2] - at[1] >= 70, `${at[1] - at[0]} ${at[2] - at[1]}`);
  await purser.close();
});

test("it hears of what comes later", async () => {
  const purser = await openStore();
  setTimeout(() => receive(purser, { n: 1 }), 60);
  const controller = new AbortController();
  const seen = await collect(purser.changes("users-table", { signal: controller.signal, pollMs: 20 }), async (change) => {
    await change.done();
    controller.abort();
  });
  assert.deepEqual(seen, ["acct_1 app free pro"]);
  await purser.close();
});

test("closing ends it at once, and so does an abort, without an error", async () => {
  const began = performance.now();
  const purser = await openStore();
  const controller = new AbortController();
  const aborted = collect(purser.changes("a", { signal: controller.signal, pollMs: 5000 }));
  const closed = collect(purser.changes("b", { pollMs: 5000 }));
  setTimeout(() => controller.abort(), 30);
  assert.deepEqual(await aborted, []);
  setTimeout(() => purser.close(), 30);
  assert.deepEqual(await closed, []);
  assert.deepEqual(await collect(purser.changes("c")), [], "a closed store has no changes");
  assert.deepEqual(await collect(purser.changes("c", { signal: AbortSignal.abort() })), []);
  assert.ok(performance.now() - began < 2500);
});

test("two loops at a time do not disturb each other", async () => {
  const purser = await openStore();
  for (let n = 1; n <= 3; n++) await receive(purser, { n });
  const [a, b] = await Promise.all(["a", "b"].map((consumer) => collect(purser.changes(consumer, { waitMs: 0, limit: 1 }))));
  assert.deepEqual([a.length, b], [3, a]);
  await purser.close();
});

test("what is refused", async () => {
  const purser = await openStore();
  const first = (...args) => purser.changes(...args).next();
  await assert.rejects(first(""), { code: "invalid" });
  await assert.rejects(first(undefined), { code: "invalid" });
  await assert.rejects(first("a", { pollMs: 0 }), RangeError);
  await assert.rejects(first("a", { waitMs: "soon" }), RangeError);
  await assert.rejects(first("a", { limit: 5000 }), { code: "invalid" });
  await purser.close();
});
