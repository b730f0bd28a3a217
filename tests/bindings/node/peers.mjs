// Packages of others that the tests run beside: installed once per build folder. Where they cannot be had the test is skipped, loudly; with CI=true it
// fails.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "./support.mjs";

const versions = { typescript: "5.9.3", "better-sqlite3": "12.11.1", express4: "npm:express@4.21.2", express5: "npm:express@5.1.0" };
const installMaxMs = 20 * 60_000; // better-sqlite3 compiles SQLite where it finds no prebuilt one

/** The folder of the package, or nothing, and the test is skipped. */
export function peer(t, name) {
  const prefix = process.env.PURSER_NODE_PEERS ?? join(packageFolder, "..", "node-peers", name);
  const folder = join(prefix, "node_modules", name);
  const done = join(folder, ".installed");
  if (existsSync(done)) return folder;
  mkdirSync(prefix, { recursive: true });
  const { status, stdout, stderr, error } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--prefix", prefix, `${name}@${versions[name]}`], { timeout: installMaxMs, encoding: "utf8", cwd: prefix });
  if (status === 0 && existsSync(folder)) {
    writeFileSync(done, "");
    return folder;
  }
  const why = `NOT TESTED: the npm package ${name} cannot be installed here: ${error ?? stderr ?? stdout}`;
  if (process.env.CI === "true") throw new Error(why);
  console.error(`\n!!!! ${why}\n`);
  t.skip(why);
  return undefined;
}
