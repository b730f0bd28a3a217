// better-sqlite3 brings a SQLite of its own. Both live in one process, on files of their own, and neither meets the other's.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { event, openStore, signed, temporaryFolder } from "./support.mjs";
import { peer } from "./peers.mjs";

test("beside better-sqlite3, loaded first and loaded last", async (t) => {
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
  if (theirs !== ours) assert.notEqual(theirs, ours);   // where the versions differ, each side really runs its own
  await purser.close();
  database.close();
});
