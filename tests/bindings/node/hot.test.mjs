// check and tier: real booleans, a string or null, for whatever is passed; never an exception.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { event, openStore, signed } from "./support.mjs";

let purser;
before(async () => {
  purser = await openStore();
  for (const [n, account] of ["acct_42", "Zoë 🚀", "a".repeat(200)].entries()) {
    assert.equal(purser.webhookReceiveSync(signed(event({ n, account }))).outcome, "applied");
  }
});
after(() => purser.close());

test("a real boolean", () => {
  assert.equal(purser.check("acct_42", "crm"), true);
  assert.equal(purser.check("acct_42", "no_such_feature"), false);
  assert.equal(purser.check("acct_43", "crm"), false);
});

test("a string or null", () => {
  assert.equal(purser.tier("acct_42", "app"), "pro");
  assert.equal(purser.tier("acct_43", "app"), "free");
  assert.equal(purser.tier("acct_42", "no_such_product"), null);
});

test("accounts beyond ASCII, and the longest one", () => {
  assert.equal(purser.check("Zoë 🚀", "crm"), true);
  assert.equal(purser.check("a".repeat(200), "crm"), true);
  for (const length of [199, 201, 254, 255, 256, 257, 1000, 100_000]) assert.equal(purser.check("a".repeat(length), "crm"), false, `${length}`);
});

test("no other string is an account that has access", () => {
  for (const account of ["acct_42\0", "acct_42\0x", "\0acct_42", "acct_42\ud83d", "\ude80acct_42", "Zoë \ud83d", "Zo\u00e8 🚀", "", " acct_42"]) {
    assert.equal(purser.check(account, "crm"), false, JSON.stringify(account));
  }
  assert.equal(purser.check("acct_42", "crm\0"), false);
});

test("anything that is no string is false and null", () => {
  const wrong = [undefined, null, 42, NaN, 1n, true, Symbol("acct_42"), {}, [], ["acct_42"], () => "acct_42", new String("acct_42"), Buffer.from("acct_42"), { toString: () => "acct_42" }];
  for (const value of wrong) {
    assert.equal(purser.check(value, "crm"), false);
    assert.equal(purser.check("acct_42", value), false);
    assert.equal(purser.tier(value, "app"), null);
    assert.equal(purser.tier("acct_42", value), null);
  }
  assert.equal(purser.check(), false);
  assert.equal(purser.check("acct_42"), false);
  assert.equal(purser.tier(), null);
  assert.equal(purser.check("acct_42", "crm", "more"), true);
});

test("taken off its object it works, and after close it is false", async () => {
  const other = await openStore();
  other.webhookReceiveSync(signed(event({ account: "acct_1" })));
  const { check, tier } = other;
  assert.equal(check("acct_1", "crm"), true);
  const closed = other.close();
  assert.equal(check("acct_1", "crm"), false);
  assert.equal(tier("acct_1", "app"), null);
  await closed;
  assert.equal(check("acct_1", "crm"), false);
  assert.equal(purser.check("acct_42", "crm"), true);
});
