// The first program: a signed subscription event goes in, an access decision comes out. It needs no Stripe account.
//   npm install purser && node first.mjs
import { createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Purser } from "purser";

const secret = "whsec_of_the_first_program"; // Stripe shows yours beside the webhook endpoint

const purser = await Purser.open({
  store: "sqlite::memory:", // a file in production: "sqlite:purser.db"
  mode: "test",
  catalog: fileURLToPath(new URL("../catalog.json", import.meta.url)), // which price buys which tier
  webhookSecrets: [secret],
});
console.log(`before: ${purser.check("acct_42", "crm")}`);

// What Stripe sends when acct_42 subscribes. The checkout wrote the account into the metadata.
const now = Math.floor(Date.now() / 1000);
const item = { id: "si_1", quantity: 1, current_period_start: now, current_period_end: now + 30 * 86400, price: { id: "price_1", lookup_key: "ultralead_full_month" } };
const subscription = { id: "sub_1", object: "subscription", customer: "cus_1", status: "active", metadata: { purser_account: "acct_42" }, items: { object: "list", data: [item] } };
const body = JSON.stringify({ id: "evt_1", object: "event", type: "customer.subscription.created", created: now, livemode: false, data: { object: subscription } });
const signature = `t=${now},v1=${createHmac("sha256", secret).update(`${now}.${body}`).digest("hex")}`;

// Your webhook route: hand over the raw body and the Stripe-Signature header, answer with httpStatus. It never throws.
const receipt = await purser.webhookReceive({ body, signature });
console.log(`delivered: ${receipt.outcome}, answer Stripe with ${receipt.httpStatus}`);

// Your other routes: may this account do this? Decided in memory.
console.log(`crm: ${purser.check("acct_42", "crm")}`);

const { tiers } = await purser.accountRead({ account: "acct_42" });
for (const { product, tier } of tiers) console.log(`${product}: ${tier}`);

await purser.close();
