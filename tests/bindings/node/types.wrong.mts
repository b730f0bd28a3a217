// Does not compile, at every line that says so.
import { billing, Purser, PurserError, Sandbox } from "purser";

export async function flow(error: PurserError): Promise<void> {
  const purser = await Purser.open({ store: "purser.db" });
  await Purser.open({}); // wrong
  await Purser.open({ store: "purser.db", webhookSecret: "whsec_x" }); // wrong
  await purser.accountRead({}); // wrong
  await purser.accountRead({ account: 42 }); // wrong
  await purser.noSuchVerb({}); // wrong
  if (purser.check("a", "b") === "yes") return; // wrong
  purser.tier("a", "b").length; // wrong
  (await purser.webhookReceive({})).outcome === "aplied"; // wrong
  new Purser(); // wrong
  if (error.code === "nope") return; // wrong
  await purser.checkoutCreate({ account: "a", tier: "t", successUrl: "u", interval: "monthly" }); // wrong
  await purser.checkoutCreate({ account: "a", tier: "t", successUrl: "u", metadata: { team: 5 } }); // wrong
  await purser.checkoutCreate({ account: "a", tier: "t" }); // wrong
  await purser.portalCreate({ account: "a", returnUrl: "u", flow: "stop" }); // wrong
  for await (const change of purser.changes("c")) change.plan; // wrong
  for await (const change of purser.changes()) await change.done(); // wrong
  for await (const invoice of purser.invoices("a")) invoice.tier; // wrong
  for await (const parked of purser.parked("a")) parked.id; // wrong
  await purser.accountClose({ account: "a", when: "later" }); // wrong
  billing(purser, { account: () => ({}) }); // wrong
  billing(purser, { sucessUrl: "u" }); // wrong
  new Sandbox().card("cus_1", "stolen"); // wrong
  (await new Sandbox().deliver(purser)).waiting; // wrong
  await Purser.open({ ...new Sandbox().config }); // wrong
}
