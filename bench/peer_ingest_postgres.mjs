// Row `sixteen`: @supabase/stripe-sync-engine on the same PostgreSQL, 16 webhooks in flight, nothing fetched from Stripe.
// Arguments: folder with node_modules, URL, file of deliveries, secret.
import { argument, readDeliveries, requireFrom, serve, versionOf } from "./worker.mjs";

const require = requireFrom(argument(0));
const { StripeSync, runMigrations } = require("@supabase/stripe-sync-engine");
const connectionString = argument(1);
await runMigrations({ databaseUrl: connectionString, schema: "stripe" });
const sync = new StripeSync({
  poolConfig: { connectionString, max: 16 }, stripeSecretKey: "sk_test_bench", stripeWebhookSecret: argument(3), backfillRelatedEntities: false, autoExpandLists: false,
});
const deliveries = readDeliveries(argument(2));
let next = 0;
serve({
  sixteen: async (count) => {
    const start = process.hrtime.bigint();
    const end = next + count;
    const one = async () => {
      while (next < end) {
        const { header, body } = deliveries[next++];
        await sync.processWebhook(body, header.toString());
      }
    };
    await Promise.all(Array.from({ length: 16 }, one));
    return process.hrtime.bigint() - start;
  },
}, versionOf(argument(0), "@supabase/stripe-sync-engine"));
