// Lists as iterators: every element once, in order, whatever the size of a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { event, openStore, signed } from "./support.mjs";

const park = async (purser, count) => {
  for (let n = 1; n <= count; n++) assert.equal((await purser.webhookReceive(signed(event({ n, account: "" })))).outcome, "parked");
};

async function collect(feed, of = (one) => one.id) {
  const seen = [];
  for await (const one of feed) seen.push(of(one));
  return seen;
}

test("every parked object, in pages of any size", async () => {
  const purser = await openStore();
  await park(purser, 5);
  const expected = [1, 2, 3, 4, 5].map((n) => `sub_${n}`);
  for (const limit of [undefined, 0, 1, 2, 5, 1000]) assert.deepEqual(await collect(purser.parked({ limit })), expected, `limit ${limit}`);
  assert.deepEqual(await collect(purser.parked({ foreign: true })), []);
  assert.deepEqual((await purser.parkedList({ limit: 2 })).objects.map(({ id }) => id), ["sub_1", "sub_2"]);
  assert.deepEqual(purser.parkedListSync({ limit: 2 }), await purser.parkedList({ limit: 2 }));
  await purser.close();
});

test("it can be left, aborted, and refuses what the verb refuses", async () => {
  const purser = await openStore();
  await park(purser, 3);
  for await (const one of purser.parked({ limit: 1 })) {
    assert.equal(one.customer, "cus_1");
    break;
  }
  await assert.rejects(collect(purser.parked({ limit: 1001 })), { code: "invalid" });
  await assert.rejects(collect(purser.invoices("")), { code: "invalid" });
  await assert.rejects(collect(purser.earnings("")), { code: "invalid" });
  await purser.close();
  await assert.rejects(collect(purser.parked()), { code: "closed" });
});

test("an account without invoices, a connected account without earnings", async () => {
  const purser = await openStore();
  assert.deepEqual(await collect(purser.invoices("nobody")), []);
  assert.deepEqual(await collect(purser.earnings("acct_nobody")), []);
  await purser.close();
});
