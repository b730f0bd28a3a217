// Row `one`: what a Node host writes by hand: constructEvent, then dedupe and upsert in one transaction of better-sqlite3, synchronous=FULL.
// Arguments: folder with node_modules, file to write, file of deliveries, secret.
import { argument, readDeliveries, requireFrom, serve, versionOf } from "./worker.mjs";

const require = requireFrom(argument(0));
const Stripe = require("stripe");
const Database = require("better-sqlite3");
const stripe = new Stripe("sk_test_bench");
const db = new Database(argument(1));
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec("CREATE TABLE events (id TEXT PRIMARY KEY, type TEXT, created INTEGER); CREATE TABLE subscriptions (id TEXT PRIMARY KEY, status TEXT, created INTEGER, body TEXT)");
const insert = db.prepare("INSERT INTO events VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
const upsert = db.prepare("INSERT INTO subscriptions VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status, created = excluded.created, body = excluded.body WHERE excluded.created >= created");
const store = db.transaction((event) => {
  if (insert.run(event.id, event.type, event.created).changes === 0) return;
  const { object } = event.data;
  upsert.run(object.id, object.status, event.created, JSON.stringify(object));
});
const deliveries = readDeliveries(argument(2));
const secret = argument(3);
let next = 0;
serve({
  one: (count) => {
    const start = process.hrtime.bigint();
    for (const end = next + count; next < end; next++) {
      const { header, body } = deliveries[next];
      store(stripe.webhooks.constructEvent(body, header, secret, 86400));
    }
    return process.hrtime.bigint() - start;
  },
}, versionOf(argument(0), "better-sqlite3"));
