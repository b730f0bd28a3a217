// Threads, the event loop, ends: pending calls, close, exit, workers, the garbage collector.
import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Purser, PurserError, catalog, event, openStore, packageFolder, runModule, secret, signed, temporaryFolder } from "./support.mjs";

const slowQuery = { sql: "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000) select count(*) from n" };

test("64 deliveries at once", async (t) => {
  const purser = await openStore({ store: join(temporaryFolder(t), "purser.db") });
  const receipts = await Promise.all(Array.from({ length: 64 }, (_, n) => purser.webhookReceive(signed(event({ n })))));
  assert.ok(receipts.every(({ outcome, httpStatus }) => outcome === "applied" && httpStatus === 200));
  for (let n = 0; n < 64; n++) assert.equal(purser.check(`acct_${n}`, "crm"), true);
  assert.deepEqual(new Set(receipts.map(({ account }) => account)).size, 64);
  await purser.close();
});

test("a promise is settled later, never inside the call", async () => {
  const purser = await openStore();
  let settled = false;
  const answer = purser.query({ sql: "select 1" }).then(() => (settled = true));
  for (const end = Date.now() + 50; Date.now() < end; ) assert.equal(settled, false);
  await answer;
  await purser.close();
});

test("the event loop turns while a call runs", async () => {
  const purser = await openStore();
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await purser.query(slowQuery);
  clearInterval(timer);
  assert.ok(turns >= 3, `${turns} turns`);
  await purser.close();
});

test("close with calls pending: every promise is settled, then close is", async () => {
  const purser = await openStore({ threads: 1 });
  const ends = { ok: 0, canceled: 0 };
  const calls = [purser.query(slowQuery), ...Array.from({ length: 500 }, () => purser.query({ sql: "select 1" }))];
  const settled = calls.map((call) => call.then(() => ends.ok++, (error) => (assert.ok(error instanceof PurserError), ends[error.code]++)));
  const delivery = purser.webhookReceive(signed(event()));
  await new Promise((done) => setTimeout(done, 20));
  await Promise.all([purser.close(), purser.close()]);
  assert.equal(ends.ok + ends.canceled, 501);
  assert.ok(ends.canceled > 0, "with one thread and a slow query before them some calls still waited");
  const receipt = await delivery;
  assert.ok(receipt.httpStatus === 200 || receipt.httpStatus === 503, `${receipt.httpStatus}`);
  await Promise.all(settled);
  await purser.close();
  purser.closeSync();
});

test("closeSync settles what waits, too", async () => {
  const purser = await openStore({ threads: 1 });
  const calls = [purser.query(slowQuery), purser.query({ sql: "select 1" }), purser.query({ sql: "select 1" })];
  purser.closeSync();
  const codes = (await Promise.allSettled(calls)).map(({ reason }) => reason?.code ?? "ok");
  assert.ok(codes.every((code) => code === "ok" || code === "canceled"), codes.join());
});

test("an aborted signal cancels what waits", async () => {
  const purser = await openStore({ threads: 1 });
  const first = purser.query(slowQuery);
  const controller = new AbortController();
  const waiting = purser.query({ sql: "select 2" }, { signal: controller.signal });
  const untouched = purser.query({ sql: "select 3" }, { signal: new AbortController().signal });
  const dead = purser.query({ sql: "select 4" }, { signal: AbortSignal.abort() });
  controller.abort();
  await assert.rejects(waiting, { code: "canceled" });
  await assert.rejects(dead, { code: "canceled" });
  assert.deepEqual((await untouched).rows, [[3]]);
  await first;
  await purser.close();
});

test("a call that waits too long", async () => {
  const purser = await openStore({ threads: 1 });
  const first = purser.query(slowQuery);
  await assert.rejects(purser.query({ sql: "select 1", deadlineMs: 10 }), { code: "timeout" });
  await first;
  await purser.close();
});

test("dispose, where the language has it", { skip: !Symbol.asyncDispose }, async () => {
  const purser = await openStore();
  await purser[Symbol.asyncDispose]();
  assert.throws(() => purser.querySync({ sql: "select 1" }), { code: "closed" });
});

test("an idle store does not keep the process alive, a pending call does", async () => {
  const idle = await runModule("const p = await openStore(); p.check('a', 'b'); console.log('idle');", [], { timeout: 20_000 });
  assert.deepEqual([idle.code, idle.output], [0, "idle\n"], idle.errors);
  const pending = await runModule(`const p = await openStore(); p.query(${JSON.stringify(slowQuery)}).then(({ rows }) => console.log(rows[0][0]));`);
  assert.deepEqual([pending.code, pending.output], [0, "1000000\n"], pending.errors);
  const opening = await runModule("openStore().then(() => console.log('opened'));");
  assert.deepEqual([opening.code, opening.output], [0, "opened\n"], opening.errors);
});

test("the process may end at any moment", async () => {
  const start = `const p = await openStore(); for (let n = 0; n < 50; n++) { p.webhookReceive(signed(event({ n }))); p.query({ sql: 'select 1' }).catch(() => {}); }`;
  const exit = await runModule(`${start} process.exit(7);`);
  assert.deepEqual([exit.code, exit.signal], [7, null], exit.errors);
  const opening = await runModule("Purser.open({ store: 'sqlite::memory:', mode: 'test' }); process.exit(8);");
  assert.deepEqual([opening.code, opening.signal], [8, null], opening.errors);
  const thrown = await runModule(`${start} setImmediate(() => { throw new Error('host'); });`);
  assert.deepEqual([thrown.code, thrown.signal], [1, null], thrown.errors);
  assert.match(thrown.errors, /Error: host/);
});

test("an exception in the log function is the host's own, and uncaught", async () => {
  const { code, errors } = await runModule("const p = await openStore({ log() { throw new Error('from log'); } }); p.webhookReceiveSync({ body: '{}', signature: 'x' }); setTimeout(() => {}, 1000);");
  assert.equal(code, 1);
  assert.match(errors, /from log/);
});

test("every worker has its own", async () => {
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { Purser, PurserError } = require(workerData.packageFolder);
    (async () => {
      const purser = await Purser.open({ store: "sqlite::memory:", mode: "offline" });
      await purser.catalogApply({ text: workerData.catalog });
      const { outcomes } = await purser.eventReplay({ documents: workerData.events });
      let code;
      try { purser.accountReadSync({}); } catch (error) { code = error instanceof PurserError && error.code; }
      parentPort.postMessage({ applied: outcomes.find(({ outcome }) => outcome === "applied").count, held: purser.check("acct_3", "crm"), code });
      if (workerData.close) await purser.close();
    })();`;
  const events = Array.from({ length: 20 }, (_, n) => event({ n })).join("\n");
  const answers = await Promise.all(
    [true, false, true, false].map((close) => new Promise((done, fail) => {
      let answer;
      const worker = new Worker(program, { eval: true, workerData: { packageFolder, catalog, events, close } });
      worker.on("message", (message) => (answer = message)).on("error", fail).on("exit", (code) => done({ ...answer, exit: code }));
    })));
  for (const answer of answers) assert.deepEqual(answer, { applied: 20, held: true, code: "invalid", exit: 0 });
});

test("a worker ended in the middle of its calls", async () => {
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { Purser } = require(workerData.packageFolder);
    const purser = Purser.openSync({ store: "sqlite::memory:", mode: "test", log() {} });
    for (let n = 0; n < 200; n++) purser.query({ sql: "with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000) select count(*) from n" }).catch(() => {});
    Purser.open({ store: "sqlite::memory:", mode: "test" });
    parentPort.postMessage("busy");
    setInterval(() => {}, 1000);`;
  for (let round = 0; round < 5; round++) {
    const worker = new Worker(program, { eval: true, workerData: { packageFolder } });
    await new Promise((done, fail) => worker.on("message", done).on("error", fail));
    assert.equal(await worker.terminate(), 1);
  }
  const purser = await openStore();
  assert.deepEqual(purser.querySync({ sql: "select 1" }).rows, [[1]]);
  await purser.close();
});

test("a forgotten store closes when it is collected, without blocking the loop", async (t) => {
  const program = `
    import { readdirSync, readlinkSync } from "node:fs";
    const store = process.argv.at(-1);
    const held = () => readdirSync("/proc/self/fd").some((fd) => { try { return readlinkSync("/proc/self/fd/" + fd).startsWith(store); } catch { return false; } });
    await (async () => {
      let self = {};
      self.purser = await openStore({ store, log: () => self.purser });   // a log function that mentions its store
      self.purser.check("a", "b");
      console.log("open", held());
    })();
    for (let i = 0; i < 200 && held(); i++) { globalThis.gc(); await new Promise((done) => setTimeout(done, 10)); }
    console.log("collected", !held());
    const answer = (await openStore()).query(${JSON.stringify(slowQuery)});   // nobody holds this store but its call
    for (let i = 0; i < 5; i++) { globalThis.gc(); await new Promise((done) => setTimeout(done, 5)); }
    console.log((await answer).rows[0][0]);`;
  const store = join(temporaryFolder(t), "purser.db");
  const { code, output, errors } = await runModule(program, ["--expose-gc"], {}, [store]);
  assert.deepEqual([code, output], [0, "open true\ncollected true\n1000000\n"], errors);
});

test("opening and closing leaves nothing behind", async (t) => {
  const folder = temporaryFolder(t);
  const count = () => readdirSync("/proc/self/task").length + readdirSync("/proc/self/fd").length;
  const cycle = async () => {
    const purser = await Purser.open({ store: join(folder, "purser.db"), mode: "test", webhookSecrets: [secret], log() {} });
    await purser.query({ sql: "select 1" });
    await purser.close();
  };
  await cycle();
  const before = count();
  for (let i = 0; i < 30; i++) await cycle();
  assert.ok(count() <= before + 2, `${before} threads and files before, ${count()} after`);
  assert.ok(readdirSync("/proc/self/fd").every((fd) => { try { return !readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder); } catch { return true; } }));
});
