// Rows: `check` (the Node package), `call` (a bare Node-API call with the same strings), `map` (a Map of Sets, what a host would cache in).
// Arguments: folder of the Node package, the bare addon, store.
import { resolve } from "node:path";
import { argument, repeat, requireFrom, serve } from "./worker.mjs";

const folder = argument(0);
const { Purser } = requireFrom(folder)(resolve(folder));
const bare = requireFrom(folder)(resolve(argument(1)));
const purser = await Purser.open({ store: argument(2), mode: "offline" });
const account = "acct_000000000000000";
const feature = "campaigns";
const map = new Map([[account, new Set([feature])]]);
if (purser.check(account, feature) !== true || bare.call(account, feature) !== true) throw new Error("the account does not answer as it was stored");
await serve(
  {
    check: repeat(() => purser.check(account, feature)),
    call: repeat(() => bare.call(account, feature)),
    map: repeat(() => map.get(account)?.has(feature)),
  },
  `node ${process.versions.node}`,
);
await purser.close();
