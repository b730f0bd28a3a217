// Does not compile, at every line that says so.
import { Purser, PurserError } from "purser";

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
}
