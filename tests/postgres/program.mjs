// Buys, closes, opens again: the tier is in the store.  node program.mjs STORE CATALOG
import { createRequire } from "node:module";

const { Purser, Sandbox } = createRequire(import.meta.url)(process.env.PURSER_NODE_PACKAGE);
const [store, catalog] = process.argv.slice(2);
const box = new Sandbox({ catalog, seed: 1 });
let purser = await Purser.open({ ...box.config, store });
const buy = await purser.checkoutCreate({
  account: "acct_42", email: "ann@example.com", tier: "ultralead", interval: "month",
  successUrl: "https://app.example.com/welcome", cancelUrl: "https://app.example.com/pricing",
});
await box.pay(buy.sessionId);
await box.deliver(purser, { order: "shuffled", repeat: 3 });
console.log(`after: ${Number(purser.check("acct_42", "crm"))}`);
await purser.close();
purser = await Purser.open({ ...box.config, store });
console.log(`again: ${Number(purser.check("acct_42", "crm"))}`);
await purser.close();
await box.close();
