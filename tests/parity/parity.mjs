// The table of README.md from Node. Arguments: the folder of the package, the root of the sources.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [packageFolder, root] = process.argv.slice(2).map((path) => resolve(path));
const { ManualClock, Purser } = createRequire(import.meta.url)(packageFolder);
const { catalog, now_ms: nowMs, cases } = JSON.parse(readFileSync(resolve(root, "tests/parity/cases.json"), "utf8"));
process.chdir(root);

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
const inCamel = (object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [camel(name), value]));

function at(output, path) {
  return path.split(".").reduce((value, step) => (step === "count" && Array.isArray(value) ? value.length : value[camel(step)]), output);
}

function shown(value) {
  if (value === Infinity) return "9223372036854775807";
  if (typeof value === "bigint") return String(value);
  if (Buffer.isBuffer(value)) return JSON.stringify(`hex:${value.toString("hex")}`);
  return JSON.stringify(value);
}

const hot = {
  check: ({ account, feature }) => ({ value: purser.check(account, feature) }),
  tier: ({ account, product }) => ({ value: purser.tier(account, product) }),
};

const purser = await Purser.open({ store: "sqlite::memory:", mode: "offline", catalog, webhookSecrets: [], clock: new ManualClock(nowMs) });
for (const { name, verb, in: input, print } of cases) {
  try {
    const output = hot[verb] ? hot[verb](input) : await purser[camel(verb)](inCamel(input));
    console.log([name, "ok", print.map((path) => `${path}=${shown(at(output, path))}`).join(" ")].join("\t"));
  } catch (error) {
    console.log([name, error.code, error.reason].join("\t"));
  }
}
await purser.close();
