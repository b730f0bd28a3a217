// PurserError: thrown by the blocking forms, the rejection of the others. webhookReceive never does either.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Purser, PurserError, event, openStore, packageFolder, secret, signature, signed } from "./support.mjs";

async function failsAlike(purser, name, input, expected) {
  let thrown;
  assert.throws(() => purser[`${name}Sync`](input), (error) => (thrown = error) instanceof PurserError);
  await assert.rejects(purser[name](input), (error) => error instanceof PurserError && error.reason === thrown.reason && error.message === thrown.message);
  assert.deepEqual(Object.keys(thrown).sort(), ["code", "parameter", "reason", "requestId", "retryAfterMs", "status"]);
  for (const [key, value] of Object.entries(expected)) assert.equal(thrown[key], value, `${name}: ${key} of ${thrown.message}`);
  assert.ok(thrown.stack.includes("PurserError"));
  assert.ok(thrown.message.length > 10 && !thrown.message.includes("\n"), thrown.message);
  return thrown;
}

test("what the library refuses", async () => {
  const purser = await openStore();
  await failsAlike(purser, "accountRead", {}, { code: "invalid", status: 1, parameter: "account" });
  await failsAlike(purser, "accountRead", { account: "a".repeat(201) }, { code: "invalid", parameter: "account" });
  await failsAlike(purser, "query", { sql: "delete from purser_events" }, { code: "refused" });
  await failsAlike(purser, "query", { sql: "select nonsense from nowhere" }, { code: "invalid" });
  await failsAlike(purser, "eventReplay", { documents: event() }, { code: "refused" });
  await failsAlike(purser, "secretsSet", { secrets: ["PLACEHOLDER_ADD_YOUR_KEY"] }, { code: "refused" });
  await failsAlike(purser, "catalogApply", { path: "/nowhere/catalog.json" }, { code: "not_found" });
  await purser.accountLink({ account: "acct_1", customer: "cus_9" });
  await failsAlike(purser, "accountLink", { account: "acct_2", customer: "cus_9" }, { code: "conflict" });
  await purser.close();
  await failsAlike(purser, "accountRead", { account: "acct_1" }, { code: "closed", status: 10 });
});

test("what has no C form is refused before it gets there", async () => {
  const purser = await openStore();
  const wrong = [
    [{ account: 42 }, "argument_type", "account"],
    [{ account: ["acct_1"] }, "argument_type", "account"],
    [{ account: "acct\0_1" }, "argument_not_utf8", "account"],
    [{ account: "acct_\ud800" }, "argument_not_utf8", "account"],
    [{ account: "acct_1", atMs: "now" }, "argument_type", "atMs"],
    [{ account: "acct_1", atMs: 1.5 }, "argument_type", "atMs"],
    [{ account: "acct_1", atMs: NaN }, "argument_type", "atMs"],
    [{ account: "acct_1", atMs: 2 ** 53 }, "argument_type", "atMs"],
    [{ account: "acct_1", atMs: 2n ** 63n }, "argument_type", "atMs"],
    [{ acount: "acct_1" }, "argument_unknown", "acount"],
    [{ account: "acct_1", at_ms: 1 }, "argument_unknown", "at_ms"],
    ["acct_1", "argument_type", "input"],
    [7, "argument_type", "input"],
    [["acct_1"], "argument_unknown", "0"],
  ];
  for (const [input, reason, parameter] of wrong) await failsAlike(purser, "accountRead", input, { code: "invalid", reason, parameter });
  await failsAlike(purser, "secretsSet", { secrets: secret }, { reason: "argument_type", parameter: "secrets" });
  await failsAlike(purser, "secretsSet", { secrets: [secret, 1] }, { reason: "argument_type", parameter: "secrets" });
  await failsAlike(purser, "catalogApply", { text: { products: {} } }, { reason: "argument_type", parameter: "text" });
  await failsAlike(purser, "catalogApply", { text: new Float64Array(2) }, { reason: "argument_type", parameter: "text" });
  await purser.close();
});

test("a getter's own exception comes through", async () => {
  const purser = await openStore();
  const input = { get account() { throw new RangeError("mine"); } };
  assert.throws(() => purser.accountReadSync(input), { name: "RangeError", message: "mine" });
  await purser.close();
});

test("what is only inherited is not an input", async () => {
  const purser = await openStore();
  await failsAlike(purser, "accountRead", Object.create({ account: "acct_1" }), { code: "invalid", parameter: "account" });
  await purser.close();
});

test("open: the promise rejects, the blocking form throws", async () => {
  const wrong = [
    [undefined, "invalid"],
    [{}, "invalid"],
    [{ store: "sqlite::memory:" }, undefined],
    [{ store: "/nowhere/purser.db", mode: "test" }, undefined],
    [{ store: "sqlite::memory:", mode: "test", webhookSecrets: [""] }, "refused"],
    [{ store: "sqlite::memory:", mode: "test", webhookSecret: secret }, "invalid"],
    [{ store: "sqlite::memory:", mode: "test", log: "console" }, "invalid"],
    [{ store: "sqlite::memory:", mode: "test", clock: () => 1 }, "invalid"],
    [{ store: "sqlite::memory:", mode: "test", clock: {} }, "invalid"],
    [{ store: "sqlite::memory:", mode: "test", threads: 1e9 }, "invalid"],
    [{ store: "sqlite::memory:", mode: "test", catalog: "/nowhere/catalog.json" }, "not_found"],
    ["sqlite::memory:", "invalid"],
  ];
  for (const [config, code] of wrong) {
    await assert.rejects(Purser.open(config), (error) => error instanceof PurserError && (!code || error.code === code), JSON.stringify(config));
    assert.throws(() => Purser.openSync(config), (error) => error instanceof PurserError && (!code || error.code === code), JSON.stringify(config));
  }
  assert.throws(() => new Purser(), TypeError);
});

test("webhookReceive always answers", async () => {
  const purser = await openStore();
  const body = event();
  const cases = [
    [undefined, undefined],
    [{}, undefined],
    [{ body: "" }, undefined],
    [{ body, signature: "t=1,v1=00" }, 400],
    [{ body, signature: "" }, 400],
    [{ body: "x".repeat(2 << 20), signature: signature("x") }, 413],
    [{ body: JSON.parse(body), signature: signature(body) }, 500],
    [{ body, signature: 7 }, 500],
    [{ body, header: "x" }, 500],
    ["body", 500],
  ];
  for (const [input, status] of cases) {
    for (const form of ["webhookReceive", "webhookReceiveSync"]) {
      const receipt = await purser[form](input);
      assert.equal(receipt.outcome, "rejected");
      assert.ok(receipt.httpStatus >= 400, `${receipt.httpStatus}`);
      if (status) assert.equal(receipt.httpStatus, status, receipt.message);
      assert.ok(receipt.reason && receipt.message);
    }
  }
  const parsed = await purser.webhookReceive({ body: JSON.parse(body), signature: signature(body) });
  assert.match(parsed.message, /raw bytes/);
  await purser.close();
  for (const form of ["webhookReceive", "webhookReceiveSync"]) {
    const receipt = await purser[form](signed(body));
    assert.deepEqual([receipt.outcome, receipt.httpStatus, receipt.reason], ["rejected", 503, "closed"]);
  }
});

test("methods on something else", () => {
  assert.throws(() => Purser.prototype.accountReadSync.call({}, { account: "a" }), TypeError);
  assert.throws(() => Purser.prototype.query.call({}, { sql: "select 1" }), TypeError);
  assert.ok(packageFolder);
});

test("words of a closed list, and metadata as one object", async () => {
  const purser = await openStore({ allowedOrigins: ["https://app.example.com"] });
  const buy = { account: "acct_1", tier: "app/pro", successUrl: "https://app.example.com/" };
  const known = "expected one of any, day, week, month, year, once";
  const wrong = [
    [{ interval: "mnth" }, "argument_out_of_range", "interval", `interval: ${known}, found 'mnth'; nearest is 'month'`],
    [{ interval: "fortnightly" }, "argument_out_of_range", "interval", `interval: ${known}, found 'fortnightly'`],
    [{ interval: "" }, "argument_out_of_range", "interval", `interval: ${known}, found ''`],
    [{ interval: "Month" }, "argument_out_of_range", "interval", `interval: ${known}, found 'Month'; nearest is 'month'`],
    [{ interval: 99 }, "argument_out_of_range", "interval"],
    [{ interval: true }, "argument_type", "interval"],
    [{ metadata: { team: 5 } }, "argument_type", "metadata.team", "metadata.team: expected a string, found a number"],
    [{ metadata: ["team"] }, "argument_type", "metadata"],
    [{ metadata: "team=5" }, "argument_type", "metadata"],
    [{ metadata: { "te\0am": "5" } }, "argument_not_utf8", "metadata"],
    [{ metadata: { team: "5" }, metadataKeys: ["a"] }, "argument_conflict", "metadataKeys"],
    [{ metadataKeys: ["a"], metadataValues: ["b"], metadata: {} }, "argument_conflict", "metadataKeys"],
    [{ metadata: { purser_account: "acct_2" } }, undefined, undefined],
    [{ metadata: { ["k".repeat(41)]: "v" } }, undefined, "metadata_keys"],
    [{ http: {} , interval: "month" }, "argument_unknown", "http"],
  ];
  for (const [more, reason, parameter, message] of wrong) {
    const thrown = await failsAlike(purser, "checkoutCreate", { ...buy, ...more }, { code: "invalid", ...(reason && { reason }), ...(parameter && { parameter }) });
    if (message) assert.equal(thrown.message, message);
  }
  const flow = await failsAlike(purser, "portalCreate", { account: "acct_1", returnUrl: "https://app.example.com/", flow: "cancle" }, { code: "invalid", parameter: "flow" });
  assert.match(flow.message, /home, payment_method, cancel, update, update_confirm, found 'cancle'; nearest is 'cancel'/);
  await purser.close();
});

test("open: what only C has", async () => {
  for (const field of ["http", "logContext"]) await assert.rejects(Purser.open({ store: "sqlite::memory:", mode: "test", [field]: {} }), { code: "invalid", parameter: field });
  await assert.rejects(Purser.open({ store: "sqlite::memory:", mode: "test", secretKey: "sk_test_..." }), { code: "refused" });
  await assert.rejects(Purser.open({ store: "sqlite::memory:", mode: "test", apiBase: "http://example.com" }), PurserError);
  await assert.rejects(Purser.open({ store: "sqlite::memory:", mode: "test", sandbox: {} }), TypeError);
});
