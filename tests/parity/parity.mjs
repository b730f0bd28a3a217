// The parity table in JavaScript: parity.mjs PACKAGE CASES SOURCE_ROOT. Both forms of every verb run, on a store each; they must say the same.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [packageFolder, casesFile, source] = process.argv.slice(2);
const { ManualClock, Purser, PurserError } = createRequire(import.meta.url)(resolve(packageFolder));

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

const given = ({ in: fields }) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [camel(name), value.repeat && !Array.isArray(value) && typeof value === "object" ? value.repeat[0].repeat(value.repeat[1]) : value]));

async function answer(store, one, awaited) {
  const fields = given(one);
  if (one.verb === "open") return awaited ? (await Purser.open(fields)).close() : Purser.openSync(fields).closeSync();
  if (one.verb === "check" || one.verb === "tier") return { value: store[one.verb](...Object.values(fields)) };
  return awaited ? await store[camel(one.verb)](fields) : store[`${camel(one.verb)}Sync`](fields);
}

async function line(store, one, awaited) {
  try {
    const result = await answer(store, one, awaited);
    return [one.name, "ok", ...one.print.map((path) => `${path}=${compact(at(result, path.split(".")))}`)].join("\t");
  } catch (error) {
    if (!(error instanceof PurserError)) throw error;
    return [one.name, error.reason, ...["code", "parameter", "message"].map((name) => `${name}=${compact(error[name])}`)].join("\t");
  }
}

async function table(awaited) {
  const store = await Purser.open({ store: "sqlite::memory:", mode: "offline", catalog: join(source, whole.catalog), webhookSecrets: whole.webhook_secrets, clock: new ManualClock(whole.now_ms) });
  const lines = [];
  for (const one of whole.cases) lines.push(await line(store, one, awaited));
  await store.close();
  return lines;
}

const [blocking, awaited] = [await table(false), await table(true)];
blocking.forEach((text, i) => {
  if (text !== awaited[i]) throw new Error(`the two forms differ:\nblocking: ${text}\nawaited:  ${awaited[i]}`);
});
process.stdout.write(blocking.join("\n") + "\n");
