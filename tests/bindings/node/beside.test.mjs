// better-sqlite3 brings a SQLite of its own. Both live in one process, on files of their own, and neither meets the other's.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { event, openStore, packageFolder, run, signed, temporaryFolder } from "./support.mjs";
import { peer } from "./peers.mjs";

test("beside better-sqlite3", async (t) => {
  const folder = peer(t, "better-sqlite3");
  if (!folder) return;
  const Database = createRequire(import.meta.url)(folder);
  const own = join(temporaryFolder(t), "host.db");
  const database = new Database(own);
  database.pragma("journal_mode = WAL");
  database.exec("create table users (id text primary key, tier text)");
  const put = database.prepare("insert into users values (?, ?)");

  const purser = await openStore({ store: join(temporaryFolder(t), "purser.db") });
  const theirs = database.prepare("select sqlite_version() as v").get().v;
  const [[ours]] = purser.querySync({ sql: "select sqlite_version()" }).rows;
  t.diagnostic(`SQLite ${theirs} beside ${ours}`);

  const deliveries = [];
  for (let n = 0; n < 200; n++) {
    deliveries.push(purser.webhookReceive(signed(event({ n }))));
    put.run(`acct_${n}`, "unknown");   // in the middle of Purser's commits, on another thread
  }
  const receipts = await Promise.all(deliveries);
  assert.ok(receipts.every(({ outcome }) => outcome === "applied"));
  const update = database.prepare("update users set tier = ? where id = ?");
  for (const { account } of receipts) update.run(purser.tier(account, "app"), account);
  assert.deepEqual(database.prepare("select tier, count(*) as n from users group by tier").all(), [{ tier: "pro", n: 200 }]);
  assert.deepEqual(database.pragma("integrity_check"), [{ integrity_check: "ok" }]);
  assert.throws(() => purser.querySync({ sql: "select * from users" }), { code: "invalid" });
  await purser.close();
  database.close();
});

test("loaded before Purser", async (t) => {
  const folder = peer(t, "better-sqlite3");
  if (!folder) return;
  const program = `
    const Database = require(${JSON.stringify(folder)});
    const database = new Database(":memory:");
    const { Purser } = require(${JSON.stringify(packageFolder)});
    const purser = Purser.openSync({ store: "sqlite::memory:", mode: "test" });
    console.log(database.prepare("select 1 as one").get().one, purser.querySync({ sql: "select 2" }).rows[0][0]);
    purser.closeSync();
    console.log(database.prepare("select 3 as three").get().three);`;
  const { code, output, errors } = await run(process.execPath, ["-e", program]);
  assert.deepEqual([code, output], [0, "1 2\n3\n"], errors);
});
