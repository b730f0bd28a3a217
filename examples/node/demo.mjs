// Replays history.jsonl one observation at a time and prints, after each, what acct_42 holds at that moment.
//   node demo.mjs catalog.json history.jsonl       (PURSER_NODE_PACKAGE names the package where it is not installed)
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.env.PURSER_NODE_PACKAGE;
const { ManualClock, Purser } = await import(folder ? pathToFileURL(resolve(folder, "index.mjs")).href : "purser");
const [catalog, history] = process.argv.slice(2);

const clock = new ManualClock(0); // the history's own time
const purser = await Purser.open({ store: "sqlite::memory:", mode: "offline", catalog, clock });

let step = 0;
for (const line of readFileSync(history, "utf8").trim().split("\n")) {
  // The first number of a line is its moment in unix seconds. Time never runs back, also where a document is late.
  clock.set(Math.max(clock.nowMs, Number(line.match(/\d+/)[0]) * 1000));
  const report = await purser.eventReplay({ documents: line });
  const { outcome } = report.outcomes.find((one) => one.count > 0) ?? { outcome: "none" };
  const view = await purser.accountRead({ account: "acct_42" });
  const tiers = view.tiers.map((held) => `${held.product}/${held.tier}`).join(" ");
  const pool = view.limits.find((held) => held.meter === "pool_emails").limit;
  console.log([++step, outcome, tiers, purser.check("acct_42", "leads") ? "yes" : "no", pool, view.stateHash.slice(0, 12)].join("\t"));
}
await purser.close();
