// The parity table in JavaScript: parity.mjs PACKAGE CASES SOURCE_ROOT. Both forms of every verb run, on a store each; they must say the same.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [packageFolder, casesFile, source] = process.argv.slice(2);
const { ManualClock, Purser, PurserError, Sandbox } = createRequire(import.meta.url)(resolve(packageFolder));

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const whole = JSON.parse(readFileSync(casesFile, "utf8"));

function compact(value) {
  if (value === Infinity) return "9223372036854775807";
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return `{"hex":"${Buffer.from(value).toString("hex")}"}`;
  return Array.isArray(value) ? `[${value.map(compact).join(",")}]` : JSON.stringify(value);
}

function at(value, [part, ...rest]) {
  if (part === undefined) return value;
  if (part === "*") return value.map((element) => at(element, rest));
  const key = /^\d+$/.test(part) ? Number(part) : camel(part);
  if (!(key in value)) throw new Error(`no field ${part}`);
  return at(value[key], rest);
}

function valueOf(value, kept) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  if (value.repeat) return value.repeat[0].repeat(value.repeat[1]);
  return "kept" in value ? kept[value.kept] : value;
}
const given = ({ in: fields }, kept) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [camel(name), valueOf(value, kept)]));

/** Arguments of a word of the sandbox. */
function wordArguments(store, word, { subscription, customer, card, ...fields }) {
  if (word === "deliver") return [store, fields];
  if (word === "fail") return [fields];
  if (word === "cancel") return [subscription, fields];
  if (word === "card") return [customer, card];
  return subscription === undefined ? Object.values(fields) : [subscription];
}

async function answer({ store, box, kept }, one, awaited) {
  const fields = given(one, kept);
  if (one.verb.startsWith("box_")) {
    const word = camel(one.verb.slice("box_".length));
    const args = wordArguments(store, word, fields);
    return (awaited ? await box[word](...args) : box[`${word}Sync`](...args)) ?? {};
  }
  if (one.verb === "open") return awaited ? (await Purser.open(fields)).close() : Purser.openSync(fields).closeSync();
  if (one.verb === "check" || one.verb === "tier") return { value: store[one.verb](...Object.values(fields)) };
  return awaited ? await store[camel(one.verb)](fields) : store[`${camel(one.verb)}Sync`](fields);
}

/** What a case prints; a delivery its whole report. */
const printed = (one) => (one.verb === "box_deliver" ? ["delivered", "refused", "dropped", "requests", "waiting"] : one.print);

async function line(on, one, awaited) {
  try {
    const result = await answer(on, one, awaited);
    for (const [name, field] of Object.entries(one.keep ?? {})) on.kept[name] = result[camel(field)];
    return [one.name, "ok", ...printed(one).map((path) => `${path}=${compact(at(result, path.split(".")))}`)].join("\t");
  } catch (error) {
    if (!(error instanceof PurserError)) throw error;
    return [one.name, error.reason, ...["code", "parameter", "message"].map((name) => `${name}=${compact(error[name])}`)].join("\t");
  }
}

async function open() {
  const catalog = join(source, whole.catalog);
  if (!whole.sandbox) return { store: await Purser.open({ store: "sqlite::memory:", mode: "offline", catalog, webhookSecrets: whole.webhook_secrets, clock: new ManualClock(whole.now_ms) }) };
  const box = new Sandbox({ catalog, seed: whole.sandbox.seed, startMs: whole.sandbox.start_ms });
  return { box, store: await Purser.open({ ...box.config, store: "sqlite::memory:" }) };
}

async function table(awaited) {
  const on = { kept: {}, ...(await open()) };
  const lines = [];
  for (const one of whole.cases) lines.push(await line(on, one, awaited));
  await on.store.close();
  await on.box?.close();
  return lines;
}

const [blocking, awaited] = [await table(false), await table(true)];
blocking.forEach((text, i) => {
  if (text !== awaited[i]) throw new Error(`the two forms differ:\nblocking: ${text}\nawaited:  ${awaited[i]}`);
});
process.stdout.write(blocking.join("\n") + "\n");
