// Row `verify`: stripe-node's constructEvent. Arguments: folder with node_modules, file of deliveries, secret.
import { argument, readDeliveries, repeat, requireFrom, serve, versionOf } from "./worker.mjs";

const require = requireFrom(argument(0));
const Stripe = require("stripe");
const stripe = new Stripe("sk_test_bench");
const { header, body } = readDeliveries(argument(1))[0];
const secret = argument(2);
serve({ verify: repeat(() => stripe.webhooks.constructEvent(body, header, secret, 86400).created) }, versionOf(argument(0), "stripe"));
