// An Express application that sells, against the sandbox: no Stripe account is needed.
//   npm install purser express && node checkout.mjs
import { fileURLToPath } from "node:url";
import express from "express";
import { Purser, Sandbox, billing, requireFeature } from "purser";

// In production: const purser = await Purser.open({ store: "sqlite:purser.db", catalog: "catalog.json" });
const box = new Sandbox({ catalog: fileURLToPath(new URL("../catalog.json", import.meta.url)), seed: 1 });
const purser = await Purser.open({ ...box.config, store: "sqlite::memory:" });

const app = express();
app.use((req, res, next) => {
  req.user = { id: req.get("x-user") }; // your own sign-in
  next();
});
app.use("/billing", billing(purser, { account: (req) => req.user.id }));
app.get("/crm", requireFeature(purser, "crm"), (req, res) => res.send("welcome"));
const server = app.listen(0, "127.0.0.1", sell);

// Your own users table learns by the change feed, in the background and at least once.
const users = new Map([["acct_42", { ultralead: "free" }]]);
const news = (async () => {
  for await (const change of purser.changes("users-table")) {
    users.get(change.account)[change.product] = change.tier;
    await change.done();
    console.log(`${change.account}: ${change.product} ${change.tierBefore} -> ${change.tier}`);
    break;
  }
})();

// The buyer, as a browser would do it.
async function sell() {
  const at = `http://127.0.0.1:${server.address().port}`;
  const headers = { "x-user": "acct_42", origin: "https://app.example.com", "content-type": "application/json" };
  const crm = async () => ((await fetch(`${at}/crm`, { headers })).ok ? "yes" : "no");
  console.log(`before: ${await crm()}`);

  const answer = await fetch(`${at}/billing/checkout`, { method: "POST", headers, body: JSON.stringify({ tier: "ultralead", interval: "month" }) });
  const { url } = await answer.json(); // send the buyer there
  const [session] = url.match(/cs_\w+/);
  await box.pay(session);
  await box.deliver(purser, { order: "shuffled", repeat: 3 }); // in production Stripe posts to /billing/webhook
  console.log(`after: ${await crm()}`);
  await news;

  server.close();
  await purser.close();
  await box.close();
}
